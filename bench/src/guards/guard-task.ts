import type { SigningAlgorithm } from './token-mint.js'

/** What every guard of the comparison has to check, and where. */
export interface GuardTask {
  readonly issuer: string
  readonly audience: string
  /** On loopback, over HTTP. */
  readonly jwksUri: string
  readonly algorithm: SigningAlgorithm
  /** The one key of that set as PEM, for what is given a key instead of a set. */
  readonly publicKey: string
  /** Where a decision log goes, if one is kept. */
  readonly logFile?: string
}

/** A server that runs. */
export interface GuardServer {
  readonly port: number
  /** Settles when all that requests have left to do is done. */
  settle(): Promise<void>
}

/** Starts a server of one framework with the guard of that name before its route. */
export type StartGuardServer = (guard: string, task: GuardTask) => Promise<GuardServer>

/** The only route. */
export const path = '/internal/transfers'
export const requiredScope = 's2s:internal'
export const operation = 'transfers:read'

/** What the handler answers. As little as can be: the more it did, the less a guard would show. */
export const answer = { ok: true }

/** The check that peers leave to their users, as they would write it. */
export const hasRequiredScope = (scope: unknown): boolean =>
  typeof scope === 'string' && scope.split(' ').includes(requiredScope)
