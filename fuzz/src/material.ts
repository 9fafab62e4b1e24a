import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createTestIssuer, type PublicJwk, type TestIssuer } from 'm2m-testkit'

/** The scope that the guard requires and the valid tokens have. */
export const requiredScope = 's2s:internal'

/** An issuer that the guard trusts, with what an attacker knows of it. */
export interface Issuer {
  readonly testIssuer: TestIssuer
  readonly publicJwk: PublicJwk
}

/** What mutations work on. */
export interface Material {
  readonly issuers: readonly Issuer[]
  /** Tokens that are admitted as they are. */
  readonly valid: readonly string[]
  /** Valid ones, and genuine ones that are refused: of a user, expired, for another audience. */
  readonly genuine: readonly string[]
  /** A key of nobody. */
  readonly foreignKey: KeyObject
  readonly foreignJwk: Readonly<Record<string, unknown>>
}

const algorithms = ['ES256', 'RS256', 'EdDSA', 'ES256'] as const
/** Below the 24 h that a guard allows, above any run. */
const lifetime = 80_000

/** Mints fresh tokens of four issuers, two of which sign alike. */
export const createMaterial = async (): Promise<Material> => {
  const issuers = await Promise.all(
    algorithms.map(async (algorithm, index): Promise<Issuer> => {
      const testIssuer = await createTestIssuer({
        issuer: `https://issuer-${index}.test`,
        algorithm,
      })
      const [publicJwk] = testIssuer.jwks().keys
      if (publicJwk === undefined) throw new Error('The test issuer has no key')
      return { testIssuer, publicJwk }
    }),
  )
  const spec = { scope: requiredScope, expiresIn: lifetime }
  const valid = issuers.flatMap(({ testIssuer }) => [
    testIssuer.service(spec),
    testIssuer.service({ ...spec, id: 'payroll', allowedOps: ['transfers:create'], tier: 'gold' }),
  ])
  const refused = issuers.flatMap(({ testIssuer }) => [
    testIssuer.user(spec),
    testIssuer.expired(spec),
    testIssuer.wrongAudience(spec),
  ])
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const admitted = await Promise.all(valid)
  return {
    issuers,
    valid: admitted,
    genuine: [...admitted, ...(await Promise.all(refused))],
    foreignKey: privateKey,
    foreignJwk: { ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' },
  }
}
