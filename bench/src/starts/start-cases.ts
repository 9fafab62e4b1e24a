const issuer = 'https://login.example.com'
const audience = 'https://api.example.com'
// Nobody listens there: keys are fetched with the first token, by all of them.
const jwksUri = 'http://127.0.0.1:9/jwks'
const ours = { issuer, audience, jwksUri, requiredScope: 's2s:internal' }

/**
 * What a process does first: nothing, or brings a guard and sets it up as its README says. Imports
 * are part of what is measured: nothing may be imported before.
 */
export const starts: Readonly<Record<string, () => Promise<unknown>>> = {
  'bare Node': async () => undefined,
  'm2m-core': async () => {
    const { createM2M } = await import('m2m-core')
    return createM2M({ issuer, audience, jwksUri })
  },
  'express-m2m': async () => {
    const { m2mAuth, requireOp } = await import('express-m2m')
    return [m2mAuth(ours), requireOp('invoices:read')]
  },
  'koa-m2m': async () => {
    const { m2mAuth, requireOp } = await import('koa-m2m')
    return [m2mAuth(ours), requireOp('invoices:read')]
  },
  // A plugin is set up by its framework: the import, and what the plugin would make of its options.
  'fastify-m2m': async () => {
    const { createM2M, default: plugin } = await import('fastify-m2m')
    return [plugin, createM2M({ issuer, audience, jwksUri })]
  },
  'express-oauth2-jwt-bearer': async () => {
    const { auth, requiredScopes } = await import('express-oauth2-jwt-bearer')
    return [auth({ issuer, audience, jwksUri }), requiredScopes('s2s:internal')]
  },
  'express-jwt and jwks-rsa': async () => {
    const [{ expressjwt }, { default: jwksRsa }] = await Promise.all([
      import('express-jwt'),
      import('jwks-rsa'),
    ])
    const secret = jwksRsa.expressJwtSecret({ jwksUri, cache: true })
    return expressjwt({ secret, issuer, audience, algorithms: ['RS256'] })
  },
  'koa-jwt and jwks-rsa': async () => {
    const [{ default: koaJwt }, { koaJwtSecret }] = await Promise.all([
      import('koa-jwt'),
      import('jwks-rsa'),
    ])
    const secret = koaJwtSecret({ jwksUri, cache: true })
    return koaJwt({ secret, issuer, audience, algorithms: ['RS256'] })
  },
  'aws-jwt-verify': async () => {
    const { JwtVerifier } = await import('aws-jwt-verify')
    return JwtVerifier.create({ issuer, audience, jwksUri })
  },
  // As above: the plugin itself is imported only, which is less than its users pay.
  '@fastify/jwt and get-jwks': async () => {
    const [plugin, { default: buildGetJwks }] = await Promise.all([
      import('@fastify/jwt'),
      import('get-jwks'),
    ])
    return [plugin, buildGetJwks()]
  },
}
