import type { Tokens } from './mint-tokens.js'

/** One call, made to the API as it was and to the API with services, and what must come of it. */
export interface Call {
  readonly caller: keyof Tokens
  readonly request: ApiRequest
  /** The status that the API gave before; `'same'` where nothing in the answer may have changed. */
  readonly before: 'same' | number
  readonly now: Expected
  /** What the last audit record of the call says, in short; calls of people leave none. */
  readonly record?: string
  /** A part of the sentence that the log has for that record. */
  readonly sentence?: string
}

/** What is asked. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: { readonly amount: unknown }
}

/** A status, and whichever is given of the body's JSON and the `code` in it. */
export interface Expected {
  readonly status: number
  readonly body?: unknown
  readonly code?: string
}

/** Calls that make one point together. */
export interface Chapter {
  readonly heading: string
  readonly calls: readonly Call[]
}
