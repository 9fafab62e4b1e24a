import { type AuditSink, createM2M, type M2M, type M2MRequest } from 'm2m-core'
import { loadPolicy } from 'm2m-policy'
import { budgets, writeExamplePolicies } from './example-policies.js'
import { expectAdmitted } from './expect-verdict.js'
import { billing, type TokenSigner } from './token-signer.js'

const { scope: requiredScope, operation } = billing

/** As many header lines as a call between services usually has, as Node shows them. */
export const requestWith = (token: string): M2MRequest => {
  const headers = {
    host: 'api.internal',
    connection: 'keep-alive',
    'content-type': 'application/json',
    'user-agent': 'billing/1.0',
    'x-request-id': '6b0cf8b2',
    authorization: `Bearer ${token}`,
  }
  return {
    method: 'POST',
    url: '/internal/invoices',
    headers,
    rawHeaders: Object.entries(headers).flat(),
  }
}

/** Whose tokens are admitted. */
export type TrustedSigner = Pick<TokenSigner, 'issuer' | 'audience' | 'jwks'>

/** An M2M that verifies tokens and knows nothing else. */
export const createPlainM2M = ({ issuer, audience, jwks }: TrustedSigner): M2M =>
  createM2M({ issuer, audience, jwks, audit: { sinks: [] } })

/** An M2M with everything there is: registered services, their policies, budgets by tier. */
export const createWholeM2M = (
  { issuer, audience, jwks }: TrustedSigner,
  sinks: readonly AuditSink[] = [],
  budget: keyof typeof budgets = 'steady',
): M2M => {
  const folder = writeExamplePolicies(budgets[budget])
  try {
    const policy = loadPolicy(folder.path)
    return createM2M({
      ...{ issuer, audience, jwks, policy },
      requireRegistered: true,
      audit: { sinks: [...sinks] },
    })
  } finally {
    folder.remove()
  }
}

/** Token, scope, quota, operation, of a token that was met before. */
export const callWarm = (m2m: M2M, request: M2MRequest): void => {
  const { service, quota } = expectAdmitted(m2m.authenticate(request, { requiredScope }))
  if (!quota) throw new Error('expected to be charged')
  expectAdmitted(m2m.authorize(service, operation))
}

/** The same, of one that was not. */
export const callCold = async (m2m: M2M, request: M2MRequest): Promise<void> => {
  const verdict = m2m.authenticate(request, { requiredScope })
  if (!(verdict instanceof Promise)) throw new Error('expected a token that is verified anew')
  const { service, quota } = expectAdmitted(await verdict)
  if (!quota) throw new Error('expected to be charged')
  expectAdmitted(m2m.authorize(service, operation))
}
