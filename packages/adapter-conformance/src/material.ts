import { randomUUID } from 'node:crypto'
import type { TestIssuer } from 'm2m-testkit'
import type { AttackerKey } from './attacker-key.js'
import { type CompactToken, readToken } from './compact-token.js'
import { requiredOperation, requiredScope } from './conformance-target.js'
import type { JsonObject } from './json.js'

/** What a change works on. */
export interface Material extends CompactToken {
  /** The base token: changed nowhere, it is admitted. */
  readonly token: string
  /** The URL of the canary, without a trailing slash. */
  readonly canary: string
  readonly attacker: AttackerKey
  /** The public half of the key that signed the base token. */
  readonly publicJwk: Readonly<Record<string, unknown>>
  /** Another base token: the same service, other `jti` and signature. */
  mint(): Promise<string>
  /** Signs with the issuer's key, or with one that is not in its key set. */
  sign(token: TokenContent, key?: 'current' | 'other'): Promise<string>
}

/** A JOSE header and claims to sign as they are; header members of the base are not added. */
export interface TokenContent {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

/** Mints the base token and gathers what the changes need beside it. */
export const prepareMaterial = async (
  issuer: TestIssuer,
  canary: string,
  attacker: AttackerKey,
): Promise<Material> => {
  const mint = (): Promise<string> =>
    issuer.service({
      id: 'billing',
      scope: requiredScope,
      allowedOps: [requiredOperation, 'transfers:read'],
      tier: 'internal',
      claims: { conformance: `canary-${randomUUID()}` },
    })
  const token = await mint()
  const content = readToken(token)
  const { alg } = content.header
  const [publicJwk] = issuer.jwks().keys
  if (alg !== 'ES256' || publicJwk === undefined) {
    throw new Error('The corpus needs an issuer that signs with ES256: createTestIssuer()')
  }
  return {
    ...content,
    token,
    canary,
    attacker,
    publicJwk: { ...publicJwk },
    mint,
    sign: ({ header, claims }, key = 'current') =>
      issuer.sign({ header: withoutBase(content.header, header), claims, key }),
  }
}

/** The issuer lays a header over its own; what is not in `header` is deleted there by name. */
const withoutBase = (
  base: JsonObject,
  header: TokenContent['header'],
): Record<string, unknown> => ({
  ...Object.fromEntries(Object.keys(base).map((name) => [name, undefined])),
  ...header,
})
