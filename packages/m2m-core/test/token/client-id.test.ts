import { describe, expect, it } from 'vitest'
import { clientIdOf, clientIdsOf } from '../../src/token/client-id.js'

describe('clientIdOf', () => {
  it('takes client_id, azp, cid and appid in this order', () => {
    const claims = { client_id: 'a', azp: 'b', cid: 'c', appid: 'd' }
    const { client_id: _, ...withoutFirst } = claims
    expect(clientIdOf(claims)).toBe('a')
    expect(clientIdOf(withoutFirst)).toBe('b')
    expect(clientIdOf({ cid: 'c', appid: 'd' })).toBe('c')
    expect(clientIdOf({ appid: 'd' })).toBe('d')
    expect(clientIdOf({ sub: 'e' })).toBeUndefined()
  })

  it.each([
    ['', 'billing'],
    [5, 'billing'],
    [null, 'billing'],
  ])('looks past a client_id that is %j, which classification then doubts', (client_id, azp) => {
    expect(clientIdOf({ client_id, azp })).toBe('billing')
  })

  it('takes the claims of a profile, in its order, and no others', () => {
    const claims = { client_id: 'a', azp: 'b', cid: 'c', sub: 'e' }
    expect(clientIdOf(claims, ['azp', 'client_id'])).toBe('b')
    expect(clientIdOf(claims, ['sub'])).toBe('e')
    expect(clientIdOf(claims, ['appid'])).toBeUndefined()
    expect(clientIdsOf(claims, ['cid', 'appid', 'azp'])).toEqual(['c', 'b'])
  })

  it('sees own members only', () => {
    expect(clientIdsOf(Object.create({ client_id: 'billing' }))).toEqual([])
  })
})
