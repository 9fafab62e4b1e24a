import type { JsonWebKey } from 'node:crypto'

export interface NaiveIssuer {
  readonly issuer: string
  readonly profile: 'rfc9068' | 'generic'
  readonly audience?: string | readonly string[]
  readonly clientIds?: readonly string[]
  readonly algorithms?: readonly string[]
  readonly trust?: readonly string[]
  readonly tier?: string
  readonly grantsFrom?: readonly string[]
  readonly scopePrefix?: string
  readonly allowedOpsFrom?: string
  readonly claimPrefix?: string
  /** What `isService` answers, where there is one. */
  readonly isService?: boolean
  readonly jwks: { readonly keys: readonly JsonWebKey[] }
}
export interface NaiveOptions {
  readonly issuers: readonly NaiveIssuer[]
  readonly clockTolerance?: number
  readonly maxTokenLifetime?: number
  readonly maxTokenLength?: number
  readonly wildcardOps?: boolean
  readonly policy?: readonly NaiveRule[]
  readonly services?: Readonly<Record<string, NaiveRegistration>>
  readonly requireRegistered?: boolean
}
/** What an operator says of one service. */
export interface NaiveRegistration {
  readonly clients: readonly { readonly issuer: string; readonly clientId: string }[]
  readonly tier?: string
  readonly attributes?: Json
  readonly disabled?: boolean
}
export interface NaiveCall {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly rawHeaders?: readonly string[]
  readonly requiredScope: string | readonly string[] | { readonly any: readonly string[] } | null
  readonly questions: readonly Question[]
}
export type Json = Readonly<Record<string, unknown>>

export interface NaiveService {
  readonly id: string
  readonly clientId: string
  readonly issuer: string
  readonly tier: string | undefined
  readonly scopes: readonly string[]
  readonly allowedOps: readonly string[] | undefined
  /** What an issuer states that may grant none. */
  readonly withinOps?: readonly string[] | undefined
  readonly attributes: Json
}
export interface NaiveRule {
  readonly name: string
  readonly effect: 'allow' | 'deny'
  readonly operations: readonly string[]
  readonly conditions?: readonly NaiveCondition[]
}
export interface NaiveCondition {
  readonly field: string
  readonly operator: string
  readonly value: unknown
}
export interface Question {
  readonly operation: string
  readonly resource: unknown
  readonly context: unknown
}
