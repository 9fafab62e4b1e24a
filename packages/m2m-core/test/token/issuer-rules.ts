import { supportedAlgorithms } from '../../src/token/algorithms.js'
import { clientIdClaims } from '../../src/token/client-id.js'
import type { IssuerRules } from '../../src/token/token-rules.js'

/** The rules of an RFC 9068 issuer with the defaults. */
export const issuerRules = (changes: Partial<IssuerRules> = {}): IssuerRules => ({
  types: ['at+jwt'],
  requiredClaims: ['sub', 'client_id', 'iat', 'jti'],
  clientIdClaims,
  issuer: 'https://issuer.test',
  audience: ['https://api.test'],
  clientIds: undefined,
  algorithms: supportedAlgorithms,
  clockTolerance: 5,
  maxTokenLifetime: 86_400,
  ...changes,
})
