import { describe, expect, it } from 'vitest'
import { profiles } from '../../../src/principal/profiles/profiles.js'

const profile = (name: string) => {
  const found = profiles.get(name)
  if (!found) throw new Error(`no profile ${name}`)
  return found
}

describe('profiles', () => {
  it('are found by their names', () => {
    expect([...profiles.keys()].sort()).toEqual(['generic', 'rfc9068'])
    for (const [name, one] of profiles) expect(one.name).toBe(name)
    expect(profiles.get('__proto__')).toBeUndefined()
  })

  it('cannot be changed by whoever reads them', () => {
    for (const one of profiles.values()) {
      for (const part of [one, one.token, one.token.types, one.token.requiredClaims]) {
        expect(Object.isFrozen(part)).toBe(true)
      }
    }
  })

  it('row 17: admit no typ of another kind of token', () => {
    const others = ['dpop+jwt', 'txntoken+jwt', 'logout+jwt', 'secevent+jwt', 'kb+jwt']
    for (const { token } of profiles.values()) {
      for (const other of others) expect(token.types).not.toContain(other)
    }
  })

  it('write typ as it is compared: lower case and without application/', () => {
    for (const { token } of profiles.values()) {
      for (const type of token.types) {
        expect(type ?? '').toBe((type ?? '').toLowerCase())
        expect(type ?? '').not.toMatch(/^application\//)
      }
    }
  })
})

describe('rfc9068', () => {
  it('admits at+jwt only (RFC 9068 §4)', () => {
    expect(profile('rfc9068').token.types).toEqual(['at+jwt'])
  })

  it('needs what RFC 9068 §2.2 requires beside iss, exp and aud', () => {
    expect([...profile('rfc9068').token.requiredClaims].sort()).toEqual([
      'client_id',
      'iat',
      'jti',
      'sub',
    ])
  })

  it('rule 4: pins an audience, never client ids instead', () => {
    expect(profile('rfc9068').allowsClientIds).toBe(false)
  })
})

describe('generic', () => {
  it('admits tokens without typ, and JWT', () => {
    expect(profile('generic').token.types).toEqual(
      expect.arrayContaining(['at+jwt', 'jwt', undefined]),
    )
  })

  it('requires no claim of its own, and takes pinned client ids for an audience', () => {
    expect(profile('generic').token.requiredClaims).toEqual([])
    expect(profile('generic').allowsClientIds).toBe(true)
  })

  it('rule 3: says user where sub differs from the client, unknown without a client', () => {
    const { classify } = profile('generic')
    expect(classify({ sub: 'a', client_id: 'b' }).kind).toBe('user')
    expect(classify({ sub: 'a' }).kind).toBe('unknown')
  })
})
