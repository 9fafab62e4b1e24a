import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { createTestIssuer } from 'm2m-testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { createAttackerKey } from '../src/attacker-key.js'
import { applyChange } from '../src/changes/apply-change.js'
import { readToken } from '../src/compact-token.js'
import { type HostileCase, hostileCases, positiveCases } from '../src/index.js'
import { type Material, prepareMaterial } from '../src/material.js'
import { presentToken, type RequestParts, toBytes } from '../src/request-parts.js'

let material: Material

beforeAll(async () => {
  const issuer = await createTestIssuer()
  material = await prepareMaterial(issuer, 'http://127.0.0.1:9', createAttackerKey())
})

const isSignedBy = (token: string, jwk: Readonly<Record<string, unknown>>): boolean => {
  const end = token.lastIndexOf('.')
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
  const signature = Buffer.from(token.slice(end + 1), 'base64url')
  const input = Buffer.from(token.slice(0, end))
  return verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature)
}

/** The members, of either object, that are not the same in both. */
const differing = (one: object, other: object): string[] => {
  const [before, after] = [one, other].map((object) => new Map(Object.entries(object)))
  const names = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])
  const written = (members: typeof before, name: string) => JSON.stringify(members?.get(name))
  return [...names].filter((name) => written(before, name) !== written(after, name)).sort()
}

/** What a template says literally stands in the part, and the part is not the base's. */
const expectFilled = (part: string, template: string, base: object): void => {
  const text = Buffer.from(part, 'base64url').toString('latin1')
  expect(text).not.toBe(Buffer.from(JSON.stringify(base)).toString('latin1'))
  expect(text).not.toMatch(/\{(members|hex|utf-16)/)
  const literals = template.split(/\{(?:members[-\w]*|hex:\w+|utf-16[lb]e)\}/)
  for (const literal of literals) expect(text).toContain(Buffer.from(literal).toString('latin1'))
}

const presents = (parts: RequestParts, token: string): void =>
  expect(parts.lines).toEqual(presentToken(token).lines)

type Check = (parts: RequestParts, value: never) => void

/** For each kind of change: that it departs in its one respect, and in no other. */
const checks: Readonly<Record<string, Check>> = {
  header: ({ token }, value) => {
    const { header, claims } = readToken(token)
    expect(differing(material.claims, claims)).toEqual([])
    expect(differing(material.header, header)).toEqual(Object.keys(value).sort())
    expect(isSignedBy(token, material.publicJwk)).toBe(true)
  },
  claims: ({ token }, value) => {
    const { header, claims } = readToken(token)
    expect(differing(material.header, header)).toEqual([])
    expect(differing(material.claims, claims)).toEqual(Object.keys(value).sort())
    expect(isSignedBy(token, material.publicJwk)).toBe(true)
  },
  tamper: ({ token }, value) => {
    const { claims, parts } = readToken(token)
    expect(differing(material.claims, claims)).toEqual(Object.keys(value).sort())
    expect([parts[0], parts[2]]).toEqual([material.parts[0], material.parts[2]])
  },
  replaceHeader: ({ token }, value) => {
    const { header, claims } = readToken(token)
    expect(header).toEqual(value)
    expect(claims).toEqual(material.claims)
    expect(isSignedBy(token, material.publicJwk)).toBe(true)
  },
  replaceClaims: ({ token }, value) => {
    const { header, claims } = readToken(token)
    expect(header).toEqual(material.header)
    expect(claims).toEqual(value)
    expect(isSignedBy(token, material.publicJwk)).toBe(true)
  },
  headerText: ({ token }, template) => {
    const [header = '', claims] = token.split('.')
    expect(claims).toBe(material.parts[1])
    expectFilled(header, template, material.header)
    expect(isSignedBy(token, material.publicJwk)).toBe(true)
  },
  claimsText: ({ token }, template) => {
    const [header, claims = ''] = token.split('.')
    expect(header).toBe(material.parts[0])
    expectFilled(claims, template, material.claims)
    expect(isSignedBy(token, material.publicJwk)).toBe(true)
  },
  unsecured: ({ token }) => {
    const { header, parts } = readToken(token)
    expect(differing(material.header, header)).toEqual(['alg'])
    expect(parts.slice(1)).toEqual([material.parts[1], ''])
  },
  hmacWith: ({ token }) => {
    const { header, parts } = readToken(token)
    expect(differing(material.header, header)).toEqual(['alg'])
    expect(parts[1]).toBe(material.parts[1])
    expect(Buffer.from(parts[2], 'base64url')).toHaveLength(32)
  },
  ownKey: ({ token }) => {
    const { header, parts } = readToken(token)
    expect(differing(material.header, header)).not.toContain('alg')
    expect(parts[1]).toBe(material.parts[1])
    expect(isSignedBy(token, material.attacker.publicJwk)).toBe(true)
  },
  signature: ({ token }) => {
    const [header, claims, signature] = token.split('.')
    expect([header, claims]).toEqual(material.parts.slice(0, 2))
    expect(signature).not.toBe(material.parts[2])
    expect(token.endsWith('.') || !isSignedBy(token, material.publicJwk)).toBe(true)
  },
  spelling: ({ token }) => expect(token).not.toBe(material.token),
  authorization: ({ lines }) => {
    expect(lines.map(([name]) => name)).toEqual(['Authorization'])
  },
  headers: ({ query, body }) => expect([query, body]).toEqual([undefined, undefined]),
  query: ({ lines, query, body }) => {
    expect([lines, body]).toEqual([[], undefined])
    expect(query).toContain(material.token)
  },
  body: ({ lines, query, body }) => {
    expect([lines, query]).toEqual([[], undefined])
    expect(body).toContain(material.token)
  },
  cookie: ({ lines, query, body }) => {
    expect([lines.map(([name]) => name), query, body]).toEqual([['Cookie'], undefined, undefined])
    expect(lines[0]?.[1]).toContain(material.token)
  },
  withoutToken: ({ lines, query, body }) => {
    expect([query, body]).toEqual([undefined, undefined])
    expect(lines.map(([name]) => name.toLowerCase())).not.toContain('authorization')
    expect(JSON.stringify(lines)).not.toContain(material.token)
  },
}

const placements = ['authorization', 'headers', 'query', 'body', 'cookie', 'withoutToken']
const all: readonly Pick<HostileCase, 'id' | 'change'>[] = [...hostileCases, ...positiveCases]

describe('every change is applied, and nothing else', () => {
  it.each(all)('$id', async ({ change }) => {
    const parts = await applyChange(material, change)
    const [[name, value] = ['', null]] = Object.entries(change)
    expect(toBytes(parts, 1)).not.toEqual(toBytes(presentToken(material.token), 1))
    if (placements.includes(name)) expect(parts.token).toBe(material.token)
    else presents(parts, parts.token)
    checks[name]?.(parts, value as never)
    expect(Object.keys(checks)).toContain(name)
  })
})
