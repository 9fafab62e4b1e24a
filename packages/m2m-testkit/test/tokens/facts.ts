import type { TokenFacts } from '../../src/tokens/token-shape.js'

export const facts: TokenFacts = {
  issuer: 'https://issuer.test',
  audience: 'https://api.test',
  issuedAt: 1_700_000_000,
  clientId: 'client',
  scopes: ['a', 'b'],
}
