import { describeCode, type M2MCode } from './codes.js'
import type { ProblemDetails } from './problem-details.js'

const brandKey = Symbol.for('m2m.error')

/** A refusal, an unavailability or a missing guard as an error, for frameworks that want throws. */
export interface M2MError extends Error {
  readonly code: M2MCode
  readonly status: number
  readonly statusCode: number
  /** Whether the message may be shown to the caller; it may, it is the catalogue's sentence. */
  readonly expose: true
  readonly headers: Readonly<Record<string, string>>
  /** The RFC 9457 body that the refusal would have been answered with. */
  readonly body: ProblemDetails
}

/** Marks an error as ours, across copies of this package. */
export const brand = (error: Error): void => {
  Object.defineProperty(error, brandKey, { value: true })
}

/** Whether an error was marked so. */
export const isBranded = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && brandKey in error

/**
 * Tells our errors from all others, also those made by another copy of this package
 * (`instanceof` does not). False for a `ConfigurationError`, which answers no request.
 */
export const isM2MError = (error: unknown): error is M2MError =>
  isBranded(error) && 'body' in (error as object)

/** Makes the branded error of one code. */
export const m2mError = (
  code: M2MCode,
  reply: {
    readonly status: number
    readonly headers: M2MError['headers']
    readonly body: ProblemDetails
  },
): M2MError => {
  const error = new Error(describeCode(code).detail)
  error.name = 'M2MError'
  const { status, headers } = reply
  Object.assign(error, { code, status, statusCode: status, expose: true, headers })
  // Not enumerable, so that a logger which prints the error's own fields stays short.
  Object.defineProperty(error, 'body', { value: reply.body })
  brand(error)
  return error as M2MError
}
