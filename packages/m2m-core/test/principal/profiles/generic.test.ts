import { describe, expect, it } from 'vitest'
import { generic } from '../../../src/principal/profiles/generic.js'

describe('generic', () => {
  it('admits tokens without typ, and JWT', () => {
    expect(generic.token.types).toEqual(expect.arrayContaining(['at+jwt', 'jwt', undefined]))
  })

  it('requires no claim of its own, and takes pinned client ids for an audience', () => {
    expect(generic.token.requiredClaims).toEqual([])
    expect(generic.allowsClientIds).toBe(true)
  })

  it('rule 3: says user where sub differs from the client, unknown without a client', () => {
    const { classify } = generic
    expect(classify({ sub: 'a', client_id: 'b' }).kind).toBe('user')
    expect(classify({ sub: 'a' }).kind).toBe('unknown')
  })
})
