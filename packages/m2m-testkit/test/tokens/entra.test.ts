import { describe, expect, it } from 'vitest'
import { entra, entraUser, entraV1, entraV1User } from '../../src/tokens/entra.js'
import { facts } from './facts.js'

describe.each([
  ['2.0', entra, entraUser, ['azp', 'azpacr'], 'appid'],
  ['1.0', entraV1, entraV1User, ['appid', 'appidacr'], 'azp'],
] as const)('version %s', (ver, service, user, [client, acr], foreign) => {
  it('names version and client in its own claims', () => {
    for (const shape of [service, user]) {
      expect(shape.claims(facts)).toMatchObject({ ver, [client]: 'client' })
      expect(shape.claims(facts)).not.toHaveProperty(foreign)
      expect(shape.header).toHaveProperty('typ', 'JWT')
    }
  })

  it('a service is an app with roles, no scp, and a secret', () => {
    const claims = service.claims(facts)
    expect(claims).toMatchObject({ idtyp: 'app', roles: ['a', 'b'], [acr]: '1' })
    expect(claims['sub']).toBe(claims['oid'])
    expect(claims).not.toHaveProperty('scp')
  })

  it('a user has scp as one text, a name, and another sub than oid', () => {
    const claims = user.claims(facts)
    expect(claims).toMatchObject({ scp: 'a b', name: 'Ada Lovelace', [acr]: '0' })
    expect(claims['sub']).not.toBe(claims['oid'])
    expect(claims).not.toHaveProperty('idtyp')
  })

  it('has uti in place of jti', () => {
    expect(service.claims(facts)).toHaveProperty('uti')
    expect(service.claims(facts)).not.toHaveProperty('jti')
  })
})
