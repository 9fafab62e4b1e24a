/** The asymmetric signature algorithms (RFC 7518 §3.1, RFC 8037 §3.1); nothing else is accepted. */
export const supportedAlgorithms = Object.freeze([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const)

/** One of the supported algorithms. */
export type Algorithm = (typeof supportedAlgorithms)[number]

/** Whether a header's `alg` or an option names a supported algorithm; exact case. */
export const isAlgorithm = (value: unknown): value is Algorithm =>
  (supportedAlgorithms as readonly unknown[]).includes(value)

const byCurve: Readonly<Record<string, readonly Algorithm[]>> = Object.freeze({
  'EC P-256': ['ES256'],
  'EC P-384': ['ES384'],
  'EC P-521': ['ES512'],
  'OKP Ed25519': ['EdDSA'],
})
const rsa: readonly Algorithm[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']

/** The algorithms that a key of this type (and curve) can verify; none for unknown types. */
export const algorithmsOf = (kty: unknown, crv: unknown): readonly Algorithm[] => {
  if (kty === 'RSA') return rsa
  if (typeof kty !== 'string' || typeof crv !== 'string') return []
  const curve = `${kty} ${crv}`
  return Object.hasOwn(byCurve, curve) ? (byCurve[curve] ?? []) : []
}
