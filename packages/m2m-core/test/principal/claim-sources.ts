import type { ClaimSources } from '../../src/principal/identify.js'

/** Where an issuer's tokens state what, with the defaults of most profiles. */
export const claimSources = (changes: Partial<ClaimSources> = {}): ClaimSources => ({
  grants: ['scope', 'scp'],
  scopePrefix: undefined,
  allowedOps: 'allowed_ops',
  prefix: '',
  ...changes,
})
