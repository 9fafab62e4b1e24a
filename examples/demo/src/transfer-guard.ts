import { type AuditSink, createM2M, type M2M, type Policy } from 'm2m-core'
import { audiences } from './audiences.js'

/** What the guard is made of. */
export interface TransferGuardParts {
  /** Our own authorization server. */
  readonly issuer: string
  /** The one that a partner runs. */
  readonly partner: string
  /** Says which services there are, too. */
  readonly policy: Policy
  readonly log: AuditSink
}

/** The guard of the API: whose tokens it accepts, and what each issuer may say of a service. */
export const createTransferGuard = ({ issuer, partner, policy, log }: TransferGuardParts): M2M =>
  createM2M({
    issuers: [
      {
        issuer,
        profile: 'oidcProvider',
        audience: audiences.services,
        // With several issuers none is trusted with anything unless this says so.
        trust: ['service_id', 'tier', 'allowed_ops', 'rate_limit'],
      },
      {
        issuer: partner,
        profile: 'oidcProvider',
        audience: audiences.services,
        // Of all its clients, whatever their tokens say.
        tier: 'external',
        // Operations only, which beside a policy can only narrow. Who its clients are is not read.
        trust: ['allowed_ops'],
      },
    ],
    policy,
    audit: { sinks: [log] },
    // All clocks here are the same one. Across machines keep the default of 5 s.
    clockTolerance: 0,
  })
