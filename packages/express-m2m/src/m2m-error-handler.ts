import type { ErrorRequestHandler } from 'express'
import { isM2MError } from 'm2m-core'
import { sendReply } from './send-reply.js'

/**
 * Error middleware for `refusals: 'throw'`: answers our errors as `m2mAuth` would have, and hands
 * all others on.
 */
export const m2mErrorHandler =
  (): ErrorRequestHandler =>
  (error, _request, response, next): void => {
    if (isM2MError(error) && !response.headersSent) sendReply(response, error)
    else next(error)
  }
