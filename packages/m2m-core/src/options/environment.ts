/** One issuer, as the environment names it. */
export interface EnvironmentSet {
  readonly issuer: string
  readonly audience?: string
  readonly jwksUri?: string
}

/**
 * Reads `M2M_ISSUER`, `M2M_AUDIENCE` and `M2M_JWKS_URI`, the only variables this project knows.
 * They count as one set: without `M2M_ISSUER` the others mean nothing.
 */
export const readEnvironment = (
  env: Readonly<Record<string, string | undefined>> = process.env,
): EnvironmentSet | undefined => {
  const { M2M_ISSUER: issuer, M2M_AUDIENCE: audience, M2M_JWKS_URI: jwksUri } = env
  if (!issuer) return undefined
  return { issuer, ...(audience && { audience }), ...(jwksUri && { jwksUri }) }
}
