import { createTestIssuer } from 'm2m-testkit'
import { describe, expect, it } from 'vitest'
import type { AuditRecord } from '../../src/audit/audit-record.js'
import type { AuditSink } from '../../src/audit/audit-sink.js'
import { describeRecord } from '../../src/audit/describe-record.js'
import { loggerSink } from '../../src/audit/logger-sink.js'
import { createM2M } from '../../src/m2m/create-m2m.js'
import { authenticate } from '../../src/pipeline/authenticate.js'
import { parseRequiredScope } from '../../src/scope/scope-requirement.js'
import {
  badTokens,
  inShort,
  lineOn,
  manualClock,
  memorySink,
  observed,
  refusalIn,
  requestWith,
  serviceIn,
  setUp,
} from './fixture.js'

const needed = { requiredScope: 's2s:internal' }
const ops = { allowedOps: ['transfers:create'] }

it('a record is frozen to the ground: no sink can change what the next one is given', async () => {
  const { issuer, m2m, records } = await setUp()
  const request = requestWith(await issuer.service({ ...ops, claims: { rate_limit: 10 } }))
  const service = serviceIn(await m2m.authenticate(request, needed))
  await m2m.authorize(service, 'transfers:create', { id: 'tr-1' }, {}, request)
  await m2m.authorize(service, 'transfers:create', undefined, undefined, request)
  expect(records).toHaveLength(3)
  const isFrozen = (value: unknown): boolean =>
    typeof value !== 'object' ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every(isFrozen))
  for (const record of records) expect(isFrozen(record)).toBe(true)
  expect(records[0]?.quota).toBeDefined()
  expect(records[1]?.layers).toBeDefined()
})

describe('rule 11: every verdict is recorded exactly once, with its stage', () => {
  it('one that refuses, by stage', async () => {
    const { issuer, m2m, records } = await setUp()
    const tokens = await badTokens(issuer)
    const lacking = await issuer.service({ scope: 'other' })
    const good = await issuer.service(ops)
    const rawHeaders = ['Authorization', `Bearer ${good}`, 'authorization', `Bearer ${good}`]
    const rows = [
      [requestWith(undefined), 'credential', 401, 'no_bearer_credential'],
      [requestWith(good, { rawHeaders }), 'credential', 400, 'credential_duplicated'],
      [requestWith(`${good} ${good}`), 'credential', 400, 'credential_malformed'],
      [requestWith(tokens['opaque']), 'token', 401, 'token_spelling'],
      [requestWith(tokens['forged']), 'token', 401, 'signature_invalid'],
      [requestWith(tokens['unknown key']), 'token', 401, 'key_unknown'],
      [requestWith(tokens['expired']), 'token', 401, 'token_past_expiry'],
      [requestWith(tokens['of a user']), 'principal', 403, 'principal_is_user'],
      [requestWith(lacking), 'scope', 403, 'scope_missing'],
      [requestWith(lacking), 'scope', 403, 'scope_missing'],
    ] as const
    for (const [request, stage, status, cause] of rows) {
      const before = records.length
      const verdict = await m2m.authenticate(request, needed)
      expect(records.slice(before)).toMatchObject([{ outcome: 'refused', stage, status, cause }])
      expect(verdict).toMatchObject({ code: records.at(-1)?.code, reply: { status } })
    }
  })

  it('one that admits, cold and warm, and the decision after it', async () => {
    const { issuer, m2m, records } = await setUp()
    const request = requestWith(await issuer.service(ops))
    const service = serviceIn(await m2m.authenticate(request, needed))
    await m2m.authenticate(request, needed)
    await m2m.authorize(service, 'transfers:create', undefined, undefined, request)
    await m2m.authorizeScope(service, 's2s:internal', request)
    expect(records.map(({ outcome, stage }) => [outcome, stage])).toEqual([
      ['admitted', 'scope'],
      ['admitted', 'scope'],
      ['admitted', 'decision'],
      ['admitted', 'scope'],
    ])
    for (const record of records) {
      expect(record.service).toMatchObject({ id: 'billing', issuer: 'https://issuer.test' })
      expect(record).not.toHaveProperty('status')
    }
  })

  it('a decision that refuses, with layers, operation and resource', async () => {
    const { issuer, m2m, records } = await setUp()
    const service = serviceIn(await m2m.authenticate(requestWith(await issuer.service(ops))))
    const before = records.length
    await m2m.authorize(service, 'transfers:delete', { id: 't-1' })
    await m2m.authorize(service, 'transfers:*')
    await m2m.authorize(service, 'transfers:create', { type: 'events' })
    expect(records.slice(before)).toMatchObject([
      {
        outcome: 'refused',
        stage: 'decision',
        status: 403,
        cause: 'layer_forbids',
        operation: 'transfers:delete',
        resource: { type: 'transfers', id: 't-1' },
        layers: [
          { layer: 'token', answer: 'forbid' },
          { layer: 'policy', answer: 'abstain' },
        ],
      },
      { cause: 'operation_malformed', operation: 'transfers:*' },
      { cause: 'resource_type_mismatch' },
    ])
    expect(records).toHaveLength(before + 3)
  })

  it('one that is unavailable', async () => {
    const { issuer, m2m, records } = await setUp()
    issuer.fail('network')
    expect(await inShort(m2m.authenticate(requestWith(await issuer.service())))).toBe(
      '503 authorization_unavailable',
    )
    expect(records).toMatchObject([{ outcome: 'unavailable', stage: 'token', status: 503 }])
  })

  it('a fault of our own set-up, which also goes up unchanged', async () => {
    const fault = new Error('policy store exploded')
    const rulesFor = () => {
      throw fault
    }
    const { issuer, m2m, records } = await setUp({ policy: { version: 1, rulesFor } })
    const pending = m2m.authenticate(requestWith(await issuer.service()))
    await expect(Promise.resolve(pending)).rejects.toBe(fault)
    expect(records).toMatchObject([{ outcome: 'fault' }])
    expect(JSON.stringify(records)).not.toContain('exploded')
  })

  it('explain, can, ready, refresh and invalidate record nothing', async () => {
    const { issuer, m2m, records } = await setUp()
    const service = serviceIn(await m2m.authenticate(requestWith(await issuer.service(ops))))
    const before = records.length
    service.can('transfers:create')
    await service.explain('transfers:create')
    await m2m.explain(service, 'transfers:create')
    await m2m.ready()
    await m2m.refresh()
    await m2m.invalidate('billing')
    expect(records).toHaveLength(before)
  })
})

describe('rule 11: the request id', () => {
  it('is the same for authenticate and authorize of one request', async () => {
    const { issuer, m2m, records } = await setUp()
    const token = await issuer.service(ops)
    const [one, other] = [requestWith(token), requestWith(token)]
    for (const request of [one, other]) {
      const service = serviceIn(await m2m.authenticate(request))
      await m2m.authorize(service, 'transfers:create', undefined, undefined, request)
    }
    const ids = records.map(({ requestId }) => requestId)
    expect(ids[0]).toBe(ids[1])
    expect(ids[2]).toBe(ids[3])
    expect(ids[0]).not.toBe(ids[2])
  })

  it('comes from x-request-id when that is well-formed', async () => {
    const { m2m, records } = await setUp()
    await m2m.authenticate({ headers: { 'x-request-id': 'req-42' } })
    await m2m.authenticate({ headers: { 'x-request-id': 'a\r\nb' } })
    expect(records[0]?.requestId).toBe('req-42')
    expect(records[1]?.requestId).toMatch(/^[\da-f-]{36}$/)
  })
})

describe('rule 11: sinks that fail change nothing (threat row 56)', () => {
  const sinks: Readonly<Record<string, AuditSink['write']>> = {
    throws: () => {
      throw new Error('disk full')
    },
    rejects: () => Promise.reject(new Error('disk full')),
    hangs: () => new Promise(() => undefined),
  }

  it.each(Object.entries(sinks))('one that %s', async (_what, write) => {
    const good = await setUp()
    const clock = manualClock()
    const bad = createM2M({ ...good.issuer.asOptions(), ...observed({ write }, clock) })
    const tokens = { ...(await badTokens(good.issuer)), good: await good.issuer.service(ops) }
    for (const token of Object.values(tokens)) {
      const expected = await inShort(good.m2m.authenticate(requestWith(token), needed))
      expect(await inShort(bad.authenticate(requestWith(token), needed))).toBe(expected)
    }
    const request = requestWith(tokens.good)
    const warm = bad.authenticate(request)
    expect(warm).not.toBeInstanceOf(Promise)
    const service = serviceIn(await warm)
    expect(bad.authorize(service, 'transfers:create')).toBe(warm)
    expect(await inShort(bad.authorize(service, 'transfers:read'))).toBe('403 operation_denied')
    const fault = new Error('row not found')
    const fail = () => {
      throw fault
    }
    expect(() => bad.authorize(service, 'transfers:create', fail)).toThrow(fault)
  })
})

describe('rule 11: a required sink', () => {
  const required = (write: AuditSink['write']): AuditSink => ({ write, required: true })

  it('the verdict waits until the record is written', async () => {
    const written: AuditRecord[] = []
    const pending: (() => void)[] = []
    const write = (record: AuditRecord) =>
      new Promise<void>((resolve) => {
        pending.push(() => {
          written.push(record)
          resolve()
        })
      })
    const { issuer, m2m, sink } = await setUp()
    await m2m.ready()
    const strict = createM2M({ ...issuer.asStaticOptions(), ...observed(required(write)) })
    let isDecided = false
    const deciding = Promise.resolve(
      strict.authenticate(requestWith(await issuer.service(ops))),
    ).then((verdict) => {
      isDecided = true
      return verdict
    })
    while (pending.length === 0) await new Promise((resolve) => setImmediate(resolve))
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    expect([isDecided, written.length]).toEqual([false, 0])
    pending.shift()?.()
    const service = serviceIn(await deciding)
    expect(written).toMatchObject([{ outcome: 'admitted', stage: 'scope' }])
    const operation = strict.authorize(service, 'transfers:create')
    expect(operation).toBeInstanceOf(Promise)
    pending.shift()?.()
    expect((await operation).admitted).toBe(true)
    expect(written).toHaveLength(2)
    expect(sink.records).toEqual([])
  })

  it.each<readonly [what: string, write: AuditSink['write']]>([
    [
      'throws',
      () => {
        throw new Error('disk full')
      },
    ],
    ['rejects', () => Promise.reject(new Error('disk full'))],
  ])('one that %s: 503 authorization_unavailable, never admitted', async (_what, write) => {
    const issuer = await createTestIssuer()
    const m2m = createM2M({ ...issuer.asOptions(), audit: { sinks: [required(write)] } })
    for (let round = 0; round < 2; round += 1) {
      const verdict = await m2m.authenticate(requestWith(await issuer.service(ops)))
      expect(verdict).toMatchObject({
        admitted: false,
        kind: 'unavailable',
        code: 'authorization_unavailable',
        reply: { status: 503 },
      })
    }
  })

  it('a refusal stays a refusal when it fails', async () => {
    const issuer = await createTestIssuer()
    const write = () => Promise.reject(new Error('disk full'))
    const m2m = createM2M({ ...issuer.asOptions(), audit: { sinks: [required(write)] } })
    expect(await inShort(m2m.authenticate(requestWith(await issuer.expired())))).toBe(
      '401 token_expired',
    )
  })
})

describe('rule 11: a flood of unauthenticated refusals', () => {
  it('is capped and counted, and pushes no record of a verified service out', async () => {
    const clock = manualClock()
    const issuer = await createTestIssuer({ now: clock.now })
    const sink = memorySink()
    const audit = { sinks: [sink], unauthenticatedPerSecond: 10 }
    const m2m = createM2M({ ...issuer.asOptions(), clock, audit })
    const service = serviceIn(await m2m.authenticate(requestWith(await issuer.service(ops))))
    for (let call = 0; call < 500; call += 1) {
      await m2m.authenticate(requestWith('garbage'))
      await m2m.authorize(service, 'transfers:delete')
    }
    const verified = sink.records.filter((record) => record.service)
    expect(verified).toHaveLength(501)
    expect(sink.records.length - verified.length).toBe(10)
    clock.advance(60_000)
    await m2m.authenticate(requestWith('garbage'))
    const dropped = sink.notices.filter(({ event }) => event === 'records_dropped')
    const counts = dropped.map(({ message }) => Number.parseInt(message, 10))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(490)
  })
})

describe('rule 7 and threat row 57: no token in any record', () => {
  it('neither good nor bad ones, nor a part of them', async () => {
    const { issuer, m2m, records } = await setUp()
    const good = await issuer.service(ops)
    const tokens = [good, ...Object.values(await badTokens(issuer, ops))]
    for (const token of tokens) {
      for (const authorization of [
        `Bearer ${token}`,
        `bearer ${token}`,
        `Bearer  ${token}`,
        `Bearer ${token} `,
        `Bearer ${token}, Bearer ${token}`,
        `Bearer "${token}"`,
        `Basic ${token}`,
        `DPoP ${token}`,
        token,
      ]) {
        const url = `/internal?access_token=${token}`
        const verdict = await m2m.authenticate({ url, method: 'GET', headers: { authorization } })
        if (verdict.admitted) await m2m.authorize(verdict.service, 'transfers:delete')
      }
    }
    expect(records.length).toBeGreaterThan(tokens.length * 8)
    const written = records.map((record) => JSON.stringify(record) + describeRecord(record)).join()
    const parts = tokens.flatMap((token) => token.split(/[^\w-]/)).filter((p) => p.length >= 12)
    expect(parts.length).toBeGreaterThan(20)
    for (const part of parts) {
      expect(written.includes(part)).toBe(false)
      for (let at = 0; at + 12 <= Math.min(part.length, 400); at += 12) {
        expect(written.includes(part.slice(at, at + 12))).toBe(false)
      }
    }
  })

  it.each([
    ['/a?token=secret', '/a'],
    ['/a?', '/a'],
    ['?secret=1', ''],
    ['/a?x=1?secret=2', '/a'],
    ['/a?\r\nsecret', '/a'],
  ])('the query of %j is not recorded', async (url, path) => {
    const { m2m, records } = await setUp()
    await m2m.authenticate({ url, headers: {} })
    await m2m.authenticate({ url: '/', originalUrl: url, headers: {} })
    expect(records.map((record) => record.path)).toEqual([path, path])
    expect(JSON.stringify(records)).not.toContain('secret')
  })
})

describe('threat row 30: log injection', () => {
  const hostile = [
    'a\r\nm2m admitted 200',
    '\n{"outcome":"admitted"}',
    '\u001b[2J\u001b[31m',
    '\u009b31m',
    '\u202egnp.exe',
    '\u2028\u2029',
    '\u0000\u0008\u007f',
    '\ufeff\u200b',
    '\ud800',
    'x'.repeat(1_000_000),
  ]
  const printable = /^[\x20-\x7e]*$/

  const expectHarmless = (records: readonly AuditRecord[]) => {
    for (const record of records) {
      expect(describeRecord(record)).toMatch(printable)
      expect(describeRecord(record).length).toBeLessThan(4000)
      expect(JSON.stringify(record)).toMatch(printable)
      expect(JSON.stringify(record).length).toBeLessThan(8000)
    }
  }

  it.each(hostile.map((text) => ({ text })))('in path, method and id: $text', async ({ text }) => {
    const { m2m, records } = await setUp()
    const headers = { 'x-request-id': text, authorization: text, 'user-agent': text }
    await m2m.authenticate({ url: `/${text}`, method: text, headers })
    await m2m.authenticate({
      originalUrl: text,
      headers: { ...headers, authorization: 'Bearer x' },
    })
    expect(records).toHaveLength(2)
    expectHarmless(records)
  })

  it.each(hostile.slice(0, -1).map((text) => ({ text })))(
    'in header and claims: $text',
    async ({ text }) => {
      const { issuer, m2m, records } = await setUp()
      const claimed = ['iss', 'aud', 'sub', 'client_id', 'jti', 'scope', 'tier', 'service_id']
      const others = ['allowed_ops', 'rate_limit', 'token_use', 'act', 'exp', 'iat', 'nbf', text]
      const specs = [
        ...[...claimed, ...others].map((name) => ({ claims: { [name]: text } })),
        ...['aud', 'scope', 'allowed_ops'].map((name) => ({ claims: { [name]: [text, text] } })),
        ...['kid', 'alg', 'typ', 'jku', text].map((name) => ({ header: { [name]: text } })),
      ]
      for (const spec of specs) {
        const verdict = await m2m.authenticate(requestWith(await issuer.service(spec)), needed)
        if (verdict.admitted) await m2m.authorize(verdict.service, 'transfers:create')
        else expect(verdict.reply.status).toBeLessThan(500)
      }
      expect(records.length).toBeGreaterThanOrEqual(specs.length)
      expectHarmless(records)
    },
  )

  it.each(hostile.map((text) => ({ text })))('in operation and resource id: $text', async (row) => {
    const { issuer, m2m, records } = await setUp()
    const service = serviceIn(await m2m.authenticate(requestWith(await issuer.service(ops))))
    await m2m.authorize(service, row.text)
    await m2m.authorize(service, 'transfers:create', { id: row.text })
    await m2m.authorize(service, 'transfers:delete', { id: row.text })
    expectHarmless(records)
  })
})

describe('rule 11: a required sink that does not take the record', () => {
  const sinks: readonly (readonly [what: string, write: AuditSink['write']])[] = [
    ['rejects', () => Promise.reject(new Error('disk full'))],
    ['hangs', () => new Promise(() => undefined)],
  ]

  it.each(sinks)(
    'one that %s: 503 with Retry-After, and the others learn why',
    async (_w, write) => {
      const clock = manualClock()
      const issuer = await createTestIssuer({ now: clock.now })
      const other = memorySink()
      const line = lineOn(issuer, clock, [{ write, required: true }, other])
      const requirement = parseRequiredScope(null)
      if ('code' in requirement) throw new Error(requirement.message)
      const request = requestWith(await issuer.service(ops))
      const verdict = refusalIn(await authenticate(line, request, requirement))
      expect(verdict).toMatchObject({ kind: 'unavailable', code: 'authorization_unavailable' })
      expect(verdict.reply.status).toBe(503)
      expect(Number(verdict.reply.headers['Retry-After'])).toBeGreaterThan(0)
      expect(other.records.filter(({ outcome }) => outcome === 'unavailable')).toMatchObject([
        { stage: 'audit', status: 503, cause: 'record_not_written', service: { id: 'billing' } },
      ])
    },
  )
})

describe('threat rows 29 and 30: a client id that is no name', () => {
  const hostile = [
    ['CR and LF', 'evil\r\nm2m admitted 200'],
    ['a trailing newline', 'evil\n'],
    ['an ANSI sequence', '\u001b[31mevil'],
    ['NUL and C1', 'evil\0\u009b31m'],
    ['a bidirectional override', 'evil\u202egnp'],
    ['7 000 characters', 'evil'.repeat(1750)],
  ] as const

  it.each(hostile)('%s: refused, and no service by that name in any record', async (_what, id) => {
    const issuer = await createTestIssuer()
    const sink = memorySink()
    const lines: string[] = []
    const log = (_fields: object, message: string) => void lines.push(message)
    const sinks = [sink, loggerSink({ info: log, warn: log })]
    const options = { profile: 'generic', maxTokenLength: 16_384, audit: { sinks } } as const
    const m2m = createM2M({ ...issuer.asOptions(), ...options })
    const token = await issuer.service({ claims: { sub: undefined, client_id: id } })
    const verdict = await m2m.authenticate(requestWith(token))
    expect(verdict).toMatchObject({ admitted: false, code: 'invalid_token' })
    expect(sink.records).toMatchObject([{ outcome: 'refused', cause: 'claim_malformed' }])
    expect(sink.records[0]).not.toHaveProperty('service')
    const written = [...lines, JSON.stringify(sink.records)]
    expect(written).toHaveLength(2)
    for (const text of written) {
      expect(text).toMatch(/^[\x20-\x7e]{1,1500}$/)
      expect(text).not.toContain(id)
    }
  })
})

describe('what a record shows of the request', () => {
  it.each([
    ['http://user:secret@host.test:8080/a/b?token=secret#secret', '/a/b'],
    ['https://secret.test', ''],
    ['HTTP://secret.test/a#secret', '/a'],
    ['wss+x://secret@secret.test?secret', ''],
  ])('of the absolute form %s only the path', async (url, path) => {
    const { m2m, records } = await setUp()
    await m2m.authenticate({ url, headers: {} })
    expect(records[0]?.path).toBe(path)
    expect(JSON.stringify(records)).not.toContain('secret')
  })

  it('what was cut ends in "(cut)"', async () => {
    const { issuer, m2m, records } = await setUp()
    const long = 'x'.repeat(100_000)
    const service = serviceIn(await m2m.authenticate(requestWith(await issuer.service(ops))))
    const request = { method: long, url: `/${long}`, headers: {} }
    await m2m.authorize(service, 'transfers:create', { id: long }, undefined, request)
    await m2m.authorize(service, long, undefined, undefined, request)
    const [allowed, refused] = records.slice(1)
    const cut = [allowed?.method, allowed?.path, allowed?.resource?.id, refused?.operation]
    for (const text of cut) expect(text).toMatch(/^.{1,300}\(cut\)$/)
  })

  it('records cannot be changed by a sink for those after it', async () => {
    const changed: boolean[] = []
    const vandal = {
      write: (record: AuditRecord) => void changed.push(Reflect.set(record, 'outcome', 'admitted')),
    }
    const sink = memorySink()
    const issuer = await createTestIssuer()
    const m2m = createM2M({ ...issuer.asOptions(), audit: { sinks: [vandal, sink] } })
    await m2m.authenticate(requestWith('garbage'))
    await m2m.authenticate(requestWith(await issuer.service()))
    expect(changed).toEqual([false, false])
    expect(sink.records.map(({ outcome }) => outcome)).toEqual(['refused', 'admitted'])
  })
})
