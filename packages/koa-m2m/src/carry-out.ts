import type { Context, Next } from 'koa'
import { consequenceOf, type Verdict } from 'm2m-core'
import { sendReply } from './send-reply.js'
import { withWholeUrl } from './with-whole-url.js'

/** Where a guard leaves the courtesy copy of the service, and how it wants refusals itself. */
interface Manner {
  readonly property?: string
  readonly refusals?: 'reply' | 'throw'
}

/**
 * Does in Koa what a verdict says; no verdict lets the request go on. A refusal ends the chain:
 * `next` is not called. It is answered, not thrown, unless the placement says so: what is thrown, a
 * middleware before it could forgive.
 */
export const carryOut = async (
  ctx: Context,
  next: Next,
  decide: () => Verdict | undefined | Promise<Verdict | undefined>,
  { property, refusals }: Manner = {},
): Promise<unknown> => {
  const verdict = await withWholeUrl(ctx, decide)
  const { error, reply, headers, service } = consequenceOf(verdict, ctx.req, refusals)
  if (reply) return sendReply(ctx, reply)
  if (property) Object.assign(ctx.state, { [property]: service })
  if (error) throw error
  ctx.set({ ...headers })
  return next()
}
