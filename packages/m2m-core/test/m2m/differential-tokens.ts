import fc from 'fast-check'
import { api, claimEdits, type Edit, headerEdits, now } from './differential-claims.js'
import { pool } from './differential-pool.js'
import { bad, good, type Signer } from './differential-signers.js'

/** How to make one token. */
export interface TokenPlan {
  readonly signer: Signer
  readonly header: readonly Edit[]
  readonly claims: readonly Edit[]
  readonly spelling: (token: string) => string
}
const flip = (token: string, at: number): string => {
  const index = Math.floor(token.length * at)
  return token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1)
}
const misspellings: readonly ((token: string) => string)[] = [
  (token) => `${token}=`,
  (token) => `${token}.`,
  (token) => `${token}.AA`,
  (token) => `${token}\n`,
  (token) => token.slice(0, -1),
  (token) => token.slice(0, token.lastIndexOf('.') + 1),
  (token) => token.replace('.', '..'),
  (token) => flip(token, 0.02),
  (token) => flip(token, 0.5),
  (token) => flip(token, 0.95),
  (token) => `${token.slice(0, -1)}${String.fromCharCode(token.charCodeAt(token.length - 1) + 1)}`,
  () => 'b3BhcXVl',
  () => '..',
]

/** Mostly good ones. */
export const tokenPlan: fc.Arbitrary<TokenPlan> = fc.record({
  signer: pool(30, fc.constantFrom(...good), 1, fc.constantFrom(...bad)),
  header: headerEdits,
  claims: claimEdits,
  spelling: pool(
    40,
    fc.constant((token: string) => token),
    1,
    fc.constantFrom(...misspellings),
  ),
})

/** Signs what the plan says, with a real signature, and spells it as the plan says. */
export const tokenOf = ({ signer, header, claims, spelling }: TokenPlan): string => {
  const base = {
    iss: signer.issuer,
    aud: api,
    sub: 'billing',
    client_id: 'billing',
    scope: 's2s:internal',
    allowed_ops: ['transfers:create', 'transfers:read', 'transfers:*'],
    iat: now - 10,
    exp: now + 290,
    jti: 'j-1',
  }
  const encode = (object: object, changes: readonly Edit[]): string =>
    Buffer.from(
      JSON.stringify(Object.fromEntries([...Object.entries(object), ...changes])),
    ).toString('base64url')
  const typ = 'at+jwt'
  const input = `${encode({ alg: signer.alg, typ, kid: signer.kid }, header)}.${encode(base, claims)}`
  return spelling(`${input}.${signer.sign(Buffer.from(input)).toString('base64url')}`)
}
