import { randomUUID } from 'node:crypto'
import type { TestIssuer } from 'm2m-testkit'
import type { AttackerKey } from './attacker-key.js'
import { type CompactToken, readToken } from './compact-token.js'
import { requiredOperation, requiredScope } from './conformance-target.js'

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
  readonly header: PartContent
  readonly claims: PartContent
}

/** Members to write as JSON, or the text or bytes themselves. */
export type PartContent = Readonly<Record<string, unknown>> | string | Uint8Array

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
      issuer.sign({ header: inFull(header), claims: inFull(claims), key }),
  }
}

/** As text, since the issuer lays the members of a header over its own. */
const inFull = (part: PartContent): string | Uint8Array =>
  typeof part === 'string' || part instanceof Uint8Array ? part : JSON.stringify(part)
