import type { NextFunction, Request, Response } from 'express'
import { errorOf, refusalsOf, type ServicePrincipal, type Verdict } from 'm2m-core'
import { sendReply } from './send-reply.js'

/** How a verdict is carried out here, where that is not as the guard's slot says. */
interface Manner {
  readonly refusals?: 'reply' | 'throw'
  readonly welcome?: (service: ServicePrincipal) => void
}

/**
 * Does in Express what a verdict says; no verdict lets the request go on. A refusal is answered and
 * the chain ends: an error handler that calls `next()` would otherwise run the guarded handler.
 * Express 4 does not look at promises, so none is returned.
 */
export const carryOut = (
  request: Request,
  response: Response,
  next: NextFunction,
  decide: () => Verdict | undefined | Promise<Verdict | undefined>,
  { refusals, welcome }: Manner = {},
): void => {
  const finish = (verdict: Verdict | undefined): void => {
    if (verdict?.admitted) {
      welcome?.(verdict.service)
      for (const [name, value] of Object.entries(verdict.headers)) response.setHeader(name, value)
    }
    if (verdict === undefined || verdict.admitted || verdict.passedOn) next()
    else if ((refusals ?? refusalsOf(request)) === 'throw') next(errorOf(verdict))
    else sendReply(response, verdict.reply)
  }
  try {
    const verdict = decide()
    if (verdict instanceof Promise) verdict.then(finish).catch(next)
    else finish(verdict)
  } catch (fault) {
    next(fault)
  }
}
