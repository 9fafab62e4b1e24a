import type { NextFunction, Request, Response } from 'express'
import { type Consequence, consequenceFor, type RequestGuard } from 'm2m-core'
import { sendReply } from './send-reply.js'

/**
 * Does in Express what a guard comes to. A refusal is answered and the chain ends: an error handler that
 * calls `next()` would otherwise run the guarded handler. Express 4 does not look at promises, so none
 * is returned.
 */
export const carryOut = (
  request: Request,
  response: Response,
  next: NextFunction,
  guard: RequestGuard<Request>,
): void => {
  const finish = ({ error, reply, headers, service }: Consequence): void => {
    if (reply) {
      sendReply(response, reply)
      return
    }
    if (guard.property) (request as Copies)[guard.property] = service
    for (const name of Object.keys(headers)) response.setHeader(name, headers[name] ?? '')
    next(error)
  }
  try {
    const consequence = consequenceFor(guard, request, request)
    if (consequence instanceof Promise) consequence.then(finish).catch(next)
    else finish(consequence)
  } catch (fault) {
    next(fault)
  }
}

type Copies = Request & { [property: string]: unknown }
