import type { TestIssuer } from 'm2m-testkit'

const allowedOps = ['transfers:create']

/**
 * What each caller presents. Every token has the scope `s2s:internal` and the operation, unless its
 * name says otherwise: each is refused for one reason alone, alice for being a person.
 */
export const mintTokens = async (issuer: TestIssuer, stranger: TestIssuer) => {
  const alice = { claims: { sub: 'alice' }, allowedOps }
  const billing = { id: 'billing', allowedOps }
  return {
    alice: await issuer.user(alice),
    'alice, expired': await issuer.user({ ...alice, expiresIn: -3600 }),
    billing: await issuer.service(billing),
    'billing, no scope': await issuer.service({ ...billing, scope: 'reports:read' }),
    'billing, no operation': await issuer.service({ ...billing, allowedOps: ['transfers:read'] }),
    'billing, expired': await issuer.expired(billing),
    'billing, forged': await issuer.otherKey(billing),
    'billing, foreign': await stranger.service(billing),
    nobody: undefined,
  }
}

/** The tokens by their caller. */
export type Tokens = Awaited<ReturnType<typeof mintTokens>>
