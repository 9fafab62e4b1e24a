import fc from 'fast-check'
import { createTestIssuer, type SigningAlgorithm } from 'm2m-testkit'
import { describe, expect, it } from 'vitest'
import { isRefusal } from '../../src/errors/refusal.js'
import { createKeySet } from '../../src/token/key-set.js'
import { verifyToken } from '../../src/token/verify-token.js'
import { issuerRules } from './issuer-rules.js'
import { createManualClock } from './manual-clock.js'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** A good token, and a verifier that remembers no token. */
const setUp = async (algorithm: SigningAlgorithm) => {
  const clock = createManualClock()
  const issuer = await createTestIssuer({ algorithm, now: clock.now })
  const age = Number.MAX_SAFE_INTEGER
  const keys = createKeySet({
    issuer: issuer.issuer,
    source: async () => issuer.jwks(),
    timing: { refreshAfter: age, staleIfError: age, cooldown: age, timeout: 5000 },
    clock,
    announce: () => undefined,
  })
  const rules = issuerRules({ issuer: issuer.issuer, audience: [issuer.audience] })
  const issuers = new Map([[issuer.issuer, { rules, keys }]])
  const verdictOf = async (token: string): Promise<string> => {
    const outcome = await verifyToken(token, { issuers, maxTokenLength: 8192, clock })
    return isRefusal(outcome) ? outcome.cause : 'admitted'
  }
  const token = await issuer.service({ scope: '' })
  expect(await verdictOf(token)).toBe('admitted')
  return { token, verdictOf }
}

/** Every way to put `inserted` into a text, or instead of `removed` of its characters. */
const everywhere = (text: string, inserted: string, removed = 0): readonly string[] =>
  Array.from({ length: text.length + 1 - removed }, (_, at) => {
    return text.slice(0, at) + inserted + text.slice(at + removed)
  })

describe.each<SigningAlgorithm>(['RS256', 'EdDSA'])(
  'rule 4: one spelling, %s',
  { timeout: 600_000 },
  (algorithm) => {
    let ready: ReturnType<typeof setUp> | undefined
    const world = () => {
      ready ??= setUp(algorithm)
      return ready
    }

    it.each([' ', '\t', '\n', '\r\n', '\0', '=', '==', '.', '+', '%41', '\u200b', '\u212a'])(
      'row 8: with %j put in anywhere the token is misspelt',
      async (inserted) => {
        const { token, verdictOf } = await world()
        const causes = await Promise.all(everywhere(token, inserted).map(verdictOf))
        expect([...new Set(causes)]).toEqual(['token_spelling'])
      },
    )

    it('with any one character left out, doubled or replaced it is refused', async () => {
      const { token, verdictOf } = await world()
      const left = everywhere(token, '', 1)
      const doubled = [...token].map((it, at) => token.slice(0, at) + it + token.slice(at))
      const replaced = [...token].map((it, at) => {
        return token.slice(0, at) + (it === 'A' ? 'B' : 'A') + token.slice(at + 1)
      })
      const causes = await Promise.all([...left, ...doubled, ...replaced].map(verdictOf))
      expect(causes).not.toContain('admitted')
    })

    it('row 8: of all last characters of each part only its own is admitted', async () => {
      const { token, verdictOf } = await world()
      const ends = [token.indexOf('.'), token.lastIndexOf('.'), token.length].map((end) => end - 1)
      for (const at of ends) {
        const spellings = [...alphabet].map((it) => token.slice(0, at) + it + token.slice(at + 1))
        const causes = await Promise.all(spellings.map(verdictOf))
        expect(spellings.filter((_one, index) => causes[index] === 'admitted')).toEqual([token])
      }
    })

    it('no edit whatever of up to three places is admitted', async () => {
      const { token, verdictOf } = await world()
      const character = fc.oneof(fc.constantFrom(...alphabet, '.', '=', ''), fc.string())
      const edit = fc.tuple(fc.nat(token.length), fc.nat(3), character)
      await fc.assert(
        fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), async (edits) => {
          const edited = edits.reduce(
            (text, [at, removed, added]) => text.slice(0, at) + added + text.slice(at + removed),
            token,
          )
          fc.pre(edited !== token)
          expect(await verdictOf(edited)).not.toBe('admitted')
        }),
        { numRuns: 500 },
      )
    })
  },
)

describe('rule 4: an ECDSA signature has a twin', () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

  it('(r, n - s) is another signature of the same claims, and itself has one spelling', async () => {
    const { token, verdictOf } = await setUp('ES256')
    const end = token.lastIndexOf('.') + 1
    const signature = Buffer.from(token.slice(end), 'base64url')
    const s = BigInt(`0x${signature.subarray(32).toString('hex')}`)
    const twin = Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex')
    const bytes = Buffer.concat([signature.subarray(0, 32), twin])
    const other = token.slice(0, end) + bytes.toString('base64url')
    expect(other).not.toBe(token)
    expect(await verdictOf(other)).toBe('admitted')
    const spellings = [...alphabet].map((it) => other.slice(0, -1) + it)
    const causes = await Promise.all(spellings.map(verdictOf))
    expect(spellings.filter((_one, at) => causes[at] === 'admitted')).toEqual([other])
  })
})
