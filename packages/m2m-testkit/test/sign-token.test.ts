import { base64url, compactVerify, errors, importJWK } from 'jose'
import { expect, it } from 'vitest'
import { signToken } from '../src/sign-token.js'
import { createSigningKey, type SigningKey } from '../src/signing-key.js'

const key = await createSigningKey('ES256')

const parts = (token: string) =>
  token
    .split('.')
    .slice(0, 2)
    .map((part) => new TextDecoder().decode(base64url.decode(part)))

const publicKeyOf = ({ publicJwk: { x = '', y = '' } }: SigningKey) =>
  crypto.subtle.importKey(
    'jwk',
    { kty: 'EC', crv: 'P-256', x, y },
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['verify'],
  )

it('writes header and claims as they are, in their order, without undefined members', async () => {
  const token = await signToken(key, { typ: 'x', alg: 'ES256', kid: undefined }, { b: 1, a: [] })
  expect(parts(token)).toEqual(['{"typ":"x","alg":"ES256"}', '{"b":1,"a":[]}'])
})

it('signs text as UTF-8 and bytes as they are, JSON or not', async () => {
  const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0xc0, 0xaf, 0x00])
  const token = await signToken(key, '{"alg":"ES256","alg":"none"}é', bytes)
  const [header = '', claims = '', signature = ''] = token.split('.')
  expect(parts(token)[0]).toBe('{"alg":"ES256","alg":"none"}é')
  expect(base64url.decode(claims)).toEqual(bytes)
  const verified = { name: 'ECDSA', hash: 'SHA-256' }
  const input = new TextEncoder().encode(`${header}.${claims}`)
  const signed = base64url.decode(signature)
  expect(await crypto.subtle.verify(verified, await publicKeyOf(key), signed, input)).toBe(true)
})

it('keeps an own __proto__ member, so that tests can send one', async () => {
  const hostile = JSON.parse('{"__proto__":{"tier":"internal"}}')
  const token = await signToken(key, { alg: 'ES256' }, { ...hostile })
  expect(parts(token)[1]).toBe('{"__proto__":{"tier":"internal"}}')
})

it.each([
  ['none', { alg: 'none' }],
  ['HS256', { alg: 'HS256' }],
  ['no alg', {}],
])('really signs, whatever alg the header claims: %s', async (_name, header) => {
  const token = await signToken(key, header, { sub: 'billing' })
  const [head = '', claims = '', signature = ''] = token.split('.')
  const publicKey = await publicKeyOf(key)
  const input = new TextEncoder().encode(`${head}.${claims}`)
  const parameters = { name: 'ECDSA', hash: 'SHA-256' }
  const genuine = crypto.subtle.verify(parameters, publicKey, base64url.decode(signature), input)
  expect(await genuine).toBe(true)
})

it('signs headers that a careful library refuses', async () => {
  const token = await signToken(key, { alg: 'ES256', crit: ['exp'], exp: 1 }, {})
  const refused = compactVerify(token, await importJWK(key.publicJwk))
  await expect(refused).rejects.toThrow(errors.JOSENotSupported)
})
