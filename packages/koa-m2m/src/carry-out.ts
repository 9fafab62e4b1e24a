import type { Context, Next } from 'koa'
import { type Consequence, consequenceFor, type RequestGuard } from 'm2m-core'
import { sendReply } from './send-reply.js'
import { withWholeUrl } from './with-whole-url.js'

/**
 * Does in Koa what a guard comes to. A refusal ends the chain: `next` is not called. It is answered, not
 * thrown, unless the placement says so: what is thrown, a middleware before it could forgive.
 */
export const carryOut = (
  ctx: Context,
  next: Next,
  guard: RequestGuard<Context>,
): Promise<unknown> => {
  const finish = ({ error, reply, headers, service }: Consequence): Promise<unknown> => {
    if (reply) return Promise.resolve(sendReply(ctx, reply))
    if (guard.property) ctx.state[guard.property] = service
    if (error) return Promise.reject(error)
    // What is sent already cannot be added to.
    const names = ctx.headerSent ? [] : Object.keys(headers)
    for (const name of names) ctx.res.setHeader(name, headers[name] ?? '')
    return next()
  }
  try {
    const consequence = withWholeUrl(ctx, () => consequenceFor(guard, ctx.req, ctx))
    return consequence instanceof Promise ? consequence.then(finish) : finish(consequence)
  } catch (fault) {
    return Promise.reject(fault)
  }
}
