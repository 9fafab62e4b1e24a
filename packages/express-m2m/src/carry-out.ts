import type { NextFunction, Request, Response } from 'express'
import { consequenceOf, type Verdict } from 'm2m-core'
import { sendReply } from './send-reply.js'

/** Where a guard leaves the courtesy copy of the service, and how it wants refusals itself. */
interface Manner {
  readonly property?: string
  readonly refusals?: 'reply' | 'throw'
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
  { property, refusals }: Manner = {},
): void => {
  const finish = (verdict: Verdict | undefined): void => {
    const { error, reply, headers, service } = consequenceOf(verdict, request, refusals)
    if (reply) {
      sendReply(response, reply)
      return
    }
    if (property) Object.assign(request, { [property]: service })
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    next(error)
  }
  try {
    const verdict = decide()
    if (verdict instanceof Promise) verdict.then(finish).catch(next)
    else finish(verdict)
  } catch (fault) {
    next(fault)
  }
}
