import type { Material } from './material.js'
import type { Mutant } from './mutant.js'

/** What came of one request. */
export interface Answer {
  readonly status: number
  readonly millis: number
}

/** A guard to send mutants to. */
export interface Target {
  readonly name: string
  /** The request as the target gets it: what the transport would change is changed already. */
  delivered(mutant: Mutant): Mutant
  /** Rejects when there is no answer, or a fault instead of a verdict. */
  ask(mutant: Mutant): Promise<Answer>
  /** Above this many milliseconds an answer is slow. */
  readonly patience: number
  close(): Promise<void>
}

/** What a guard needs to know of the issuers; public, so that a failure can be replayed. */
export interface GuardOptions {
  readonly issuers: readonly {
    readonly issuer: string
    readonly audience: string
    readonly jwks: { readonly keys: readonly object[] }
  }[]
  /** The time that the guard reads, in milliseconds since the epoch; the machine's when absent. */
  readonly now?: number
}

/** The options of a guard that trusts the issuers of the material. */
export const guardOptionsOf = ({ issuers }: Material): GuardOptions => ({
  issuers: issuers.map(({ testIssuer }) => testIssuer.asStaticOptions()),
})
