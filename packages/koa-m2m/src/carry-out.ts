import type { Context, Next } from 'koa'
import { errorOf, refusalsOf, type ServicePrincipal, type Verdict } from 'm2m-core'
import { sendReply } from './send-reply.js'
import { withWholeUrl } from './with-whole-url.js'

/** How a verdict is carried out here, where that is not as the guard's slot says. */
interface Manner {
  readonly refusals?: 'reply' | 'throw'
  readonly welcome?: (service: ServicePrincipal) => void
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
  { refusals, welcome }: Manner = {},
): Promise<unknown> => {
  const verdict = await withWholeUrl(ctx, decide)
  if (verdict?.admitted) {
    welcome?.(verdict.service)
    ctx.set({ ...verdict.headers })
  }
  if (verdict === undefined || verdict.admitted || verdict.passedOn) return next()
  if ((refusals ?? refusalsOf(ctx.req)) === 'throw') throw errorOf(verdict)
  return sendReply(ctx, verdict.reply)
}
