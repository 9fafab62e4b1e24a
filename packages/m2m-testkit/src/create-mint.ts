import type { Mint, MintSpec, MintToken, TokenKind } from './mint.js'
import type { Issuance } from './service-claims.js'
import { tokenKinds, tokenShapes } from './tokens/token-shapes.js'

type Part = Record<string, unknown>

/**
 * Makes the methods of a {@link Mint}, one for each shape.
 *
 * @param sign - signs with the key in force, its `alg` and `kid` under the header it is given
 * @param issuance - asked anew for each token
 */
export function createMint(
  sign: (header: Part, claims: Part) => Promise<string>,
  issuance: () => Issuance,
): Mint {
  const methods = tokenKinds.map((kind) => {
    const shape = tokenShapes[kind]
    const mint = async ({ clientId = shape.clientId, scopes = SCOPES, ...laid }: MintSpec = {}) => {
      const claims = shape.claims({ ...issuance(), clientId, scopes })
      return sign({ ...shape.header, ...laid.header }, { ...claims, ...laid.claims })
    }
    return [kind, mint] as const
  })
  return Object.freeze(Object.fromEntries(methods)) as Record<TokenKind, MintToken>
}

const SCOPES = ['s2s:internal']
