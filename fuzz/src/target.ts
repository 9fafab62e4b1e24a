import type { M2M } from 'm2m-core'
import type { Material } from './material.js'
import type { Mutant } from './mutant.js'

/** What came of one request. */
export interface Answer {
  readonly status: number
  readonly millis: number
}

/** A way to a guard. */
export interface Way {
  readonly name: string
  /** Puts the guard to its use; closing the target closes it, too. */
  open(m2m: M2M): Target | Promise<Target>
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
    /** Everything, so that whatever a token says of its service is read. */
    readonly trust?: readonly ('service_id' | 'tier' | 'allowed_ops' | 'rate_limit')[]
    readonly jwks: { readonly keys: readonly object[] }
  }[]
  /** The time that the guard reads, in milliseconds since the epoch; the machine's when absent. */
  readonly now?: number
}

/** The options of a guard that trusts the issuers of the material. */
export const guardOptionsOf = ({ issuers }: Material): GuardOptions => ({
  issuers: issuers.map(({ testIssuer }) => ({
    ...testIssuer.asStaticOptions(),
    trust: ['service_id', 'tier', 'allowed_ops', 'rate_limit'],
  })),
})
