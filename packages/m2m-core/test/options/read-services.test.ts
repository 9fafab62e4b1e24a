import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createProblems } from '../../src/options/problems.js'
import { readServices } from '../../src/options/read-services.js'
import { faults, good, isolateEnvironment } from './fixture.js'

isolateEnvironment()

const own = 'https://own.test'
const partner = 'https://partner.test'
const readWith = (services: unknown, issuers: readonly string[] = [own]) => {
  const problems = createProblems()
  const read = readServices(services, issuers, problems)
  return { read, problems: problems.found }
}
/** Code and path of everything wrong with some services. */
const wrong = (services: unknown, issuers?: readonly string[]): readonly string[] =>
  readWith(services, issuers).problems.map(({ code, path }) => `${code} ${path}`)
const invalid = (path: string) => [`M2M_CFG_OPTION_INVALID ${path}`]
const clients = [{ clientId: 'c-1' }]

describe('readServices: what is right', () => {
  it('no services are none', () => {
    expect(readWith(undefined)).toEqual({ read: [], problems: [] })
    expect(readWith({})).toEqual({ read: [], problems: [] })
  })

  it('every default is filled in', () => {
    expect(readWith({ billing: { clients } })).toEqual({
      read: [
        {
          id: 'billing',
          clients: [{ issuer: own, clientId: 'c-1' }],
          tier: undefined,
          attributes: {},
          disabled: false,
        },
      ],
      problems: [],
    })
  })

  it('every member counts', () => {
    const attributes = { region: 'eu', limits: { amount: 5 } }
    const both = [
      { issuer: own, clientId: 'c-1' },
      { issuer: partner, clientId: 'c-1' },
    ]
    const services = { billing: { clients: both, tier: 'gold', attributes, disabled: true } }
    expect(readWith(services, [own, partner])).toEqual({
      read: [{ id: 'billing', clients: both, tier: 'gold', attributes, disabled: true }],
      problems: [],
    })
  })

  it('objects may come from elsewhere: from JSON, from another realm, or without prototype', () => {
    const text = '{"billing":{"clients":[{"clientId":"c-1"}],"attributes":{"a":1}}}'
    expect(wrong(JSON.parse(text))).toEqual([])
    expect(wrong(runInNewContext(`(${text})`))).toEqual([])
    expect(wrong(Object.assign(Object.create(null), { billing: { clients } }))).toEqual([])
  })

  it('row 21: an id may be a name that every object knows', () => {
    const services = JSON.parse(
      '{"__proto__":{"clients":[{"clientId":"a"}]},"constructor":{"clients":[{"clientId":"b"}]}}',
    )
    const { read, problems } = readWith(services)
    expect(problems).toEqual([])
    expect(read.map(({ id }) => id)).toEqual(['__proto__', 'constructor'])
    expect(({} as { clients?: unknown }).clients).toBeUndefined()
  })
})

describe('readServices: each fault by code and path (rule 1)', () => {
  it.each<{ services: unknown }>([
    { services: null },
    { services: [] },
    { services: 'billing' },
    { services: 7 },
    { services: () => ({}) },
    { services: new Map([['billing', { clients }]]) },
    { services: Promise.resolve({ billing: { clients } }) },
    { services: new Date() },
    { services: Object.create({ billing: { clients } }) },
  ])('rule 5: $services are no services, and never taken for none (%#)', ({ services }) => {
    expect(wrong(services)).toEqual(invalid('services'))
  })

  it.each([null, undefined, 7, 'c-1', [], ['c-1']].map((service) => ({ service })))(
    'a service that is $service (%#)',
    ({ service }) => {
      expect(wrong({ billing: service })).toContain('M2M_CFG_OPTION_INVALID services["billing"]')
    },
  )

  it.each(['', 'a\nb', 'caf\u00e9', 'x'.repeat(257)])('an id like %j', (id) => {
    const paths = readWith({ [id]: { clients } }).problems.map(({ path }) => path)
    expect(paths).toHaveLength(1)
    expect(paths[0]).toMatch(/^services\["[\x20-\x7e]*"( \(cut, 257 characters\))?\]$/)
  })

  const members: readonly (readonly [name: string, values: readonly unknown[]])[] = [
    ['clients', [undefined, null, [], {}, 'c-1', { clientId: 'c-1' }]],
    ['tier', ['', 7, null, ['gold'], 'a\nb', 'x'.repeat(257)]],
    ['attributes', [null, [], 'eu', 7, new Map([['a', 1]]), Promise.resolve({}), new Date()]],
    ['disabled', ['true', 0, null, []]],
  ]
  const cases = members.flatMap(([name, values]) => values.map((value) => ({ name, value })))
  it.each(cases)('$name of $value (%#)', ({ name, value }) => {
    const services = { billing: { clients, [name]: value } }
    expect(wrong(services)).toEqual(invalid(`services["billing"].${name}`))
  })

  it.each([
    ['a member that no service has', { clients, client: [] }, 'services["billing"].client'],
    ['an operation list', { clients, allowedOps: [] }, 'services["billing"].allowedOps'],
    [
      'a member that no client has',
      { clients: [{ clientId: 'c-1', audience: 'x' }] },
      'services["billing"].clients[0].audience',
    ],
  ])('%s is M2M_CFG_OPTION_UNKNOWN', (_what, service, path) => {
    expect(wrong({ billing: service })).toEqual([`M2M_CFG_OPTION_UNKNOWN ${path}`])
  })

  it('did you mean: a member', () => {
    const [problem] = readWith({ billing: { clients, disable: true } }).problems
    expect(problem?.message).toContain('did you mean "disabled"?')
  })

  it.each([
    [
      'a text',
      'c-1',
      ['services["billing"].clients[1]', 'services["billing"].clients[1].clientId'],
    ],
    ['nothing', {}, ['services["billing"].clients[1].clientId']],
    ['an empty id', { clientId: '' }, ['services["billing"].clients[1].clientId']],
    ['a number', { clientId: 7 }, ['services["billing"].clients[1].clientId']],
    ['a line break', { clientId: 'a\nb' }, ['services["billing"].clients[1].clientId']],
    [
      'an issuer that is not configured',
      { issuer: 'https://evil.test', clientId: 'c-2' },
      ['services["billing"].clients[1].issuer'],
    ],
    [
      'an issuer that is only similar',
      { issuer: `${own}/`, clientId: 'c-2' },
      ['services["billing"].clients[1].issuer'],
    ],
    [
      'an issuer that is no text',
      { issuer: [own], clientId: 'c-2' },
      ['services["billing"].clients[1].issuer'],
    ],
  ])('a client that is %s', (_what, client, paths) => {
    const found = wrong({ billing: { clients: [...clients, client] } })
    expect(found).toEqual(paths.map((path) => `M2M_CFG_OPTION_INVALID ${path}`))
  })

  it('a hole in the list of clients', () => {
    const holey = [{ clientId: 'c-1' }]
    holey.length = 2
    expect(wrong({ billing: { clients: holey } })).toContain(
      'M2M_CFG_OPTION_INVALID services["billing"].clients[1]',
    )
  })

  it('rule 10: with several issuers each client says whose it is', () => {
    const path = 'services["billing"].clients[0].issuer'
    expect(wrong({ billing: { clients } }, [own, partner])).toEqual(invalid(path))
    const told = { billing: { clients: [{ issuer: partner, clientId: 'c-1' }] } }
    expect(wrong(told, [own, partner])).toEqual([])
  })
})

describe('readServices: a client is one service', () => {
  const code = 'M2M_CFG_SERVICES_INVALID'

  it('one that stands in two is refused, with both names', () => {
    const { problems } = readWith({ billing: { clients }, ledger: { clients } })
    expect(problems).toMatchObject([{ code, path: 'services["ledger"]' }])
    expect(problems[0]?.message).toContain('client "c-1" of https://own.test in one service')
    expect(problems[0]?.message).toContain('it is in "billing" too')
  })

  it('so is one whose issuer is once left out and once spelled out, or that stands twice in one', () => {
    const spelled = [{ issuer: own, clientId: 'c-1' }]
    expect(wrong({ billing: { clients }, ledger: { clients: spelled } })).toEqual([
      `${code} services["ledger"]`,
    ])
    expect(wrong({ billing: { clients: [...clients, ...spelled] } })).toEqual([
      `${code} services["billing"]`,
    ])
  })

  it('the same client id at another issuer is another client', () => {
    const services = {
      billing: { clients: [{ issuer: own, clientId: 'c-1' }] },
      ledger: { clients: [{ issuer: partner, clientId: 'c-1' }] },
    }
    expect(wrong(services, [own, partner])).toEqual([])
  })

  it('clients without a right id are told of as that, not as the same', () => {
    const nameless = { clients: [{}] }
    const found = wrong({ billing: nameless, ledger: nameless })
    expect(found).toEqual([
      'M2M_CFG_OPTION_INVALID services["billing"].clients[0].clientId',
      'M2M_CFG_OPTION_INVALID services["ledger"].clients[0].clientId',
    ])
  })
})

it('all problems at once (rule 1), each with what was expected', () => {
  const services = {
    billing: { clients: [{ clientId: 7 }, { clientId: 'c-1' }], tier: '', extra: 1 },
    ledger: { clients: [{ clientId: 'c-1' }], attributes: [], disabled: 'no' },
    'a\nb': null,
  }
  const { problems } = readWith(services)
  expect(problems.map(({ path }) => path).sort()).toEqual([
    'services["a\\nb"]',
    'services["a\\nb"]',
    'services["a\\nb"].clients',
    'services["billing"].clients[0].clientId',
    'services["billing"].extra',
    'services["billing"].tier',
    'services["ledger"]',
    'services["ledger"].attributes',
    'services["ledger"].disabled',
  ])
  for (const { message } of problems) expect(message).toMatch(/expected|no such option/)
})

describe('readServices: attributes are our own copy', () => {
  it('what changes in the original later changes nothing', () => {
    const attributes = { region: 'eu', limits: { amounts: [1, 2] } }
    const list = [{ clientId: 'c-1' }]
    const { read } = readWith({ billing: { clients: list, attributes } })
    attributes.region = 'us'
    attributes.limits.amounts.push(3)
    list.push({ clientId: 'c-2' })
    expect(read[0]?.attributes).toEqual({ region: 'eu', limits: { amounts: [1, 2] } })
    expect(read[0]?.clients).toHaveLength(1)
  })

  it('nothing of a service can be changed', () => {
    const attributes = { limits: { amounts: [{ of: 1 }] } }
    const parts: unknown[] = [...readWith({ billing: { clients, attributes } }).read]
    for (const part of parts) {
      if (typeof part !== 'object' || part === null) continue
      expect(Object.isFrozen(part)).toBe(true)
      parts.push(...Object.values(part))
    }
    expect(parts.length).toBeGreaterThan(8)
    expect(Object.isFrozen(attributes.limits)).toBe(false)
  })

  it('they are read as JSON, once', () => {
    let asked = 0
    const attributes = {
      get region() {
        asked += 1
        return 'eu'
      },
      since: new Date(0),
      nothing: undefined,
    }
    const { read, problems } = readWith({ billing: { clients, attributes } })
    expect(problems).toEqual([])
    expect(read[0]?.attributes).toEqual({
      region: 'eu',
      since: '1970-01-01T00:00:00.000Z',
    })
    expect(asked).toBe(1)
  })

  it.each([
    ['a number that is none', Number.NaN],
    ['no end of numbers', Number.POSITIVE_INFINITY],
    ['a function', () => 1],
    ['a set', new Set(['eu'])],
    ['a map', new Map()],
    ['a symbol', Symbol('eu')],
    ['a big integer', 1n],
  ])('%s would become something else, and is a problem', (_what, value) => {
    for (const attributes of [{ odd: value }, { deep: { odd: [value] } }]) {
      const { problems } = readWith({ billing: { clients, attributes } })
      expect(problems.map(({ path }) => path)).toEqual(['services["billing"].attributes'])
    }
  })

  it.each([
    [
      'a circle',
      () =>
        Object.assign(
          {},
          {
            get self() {
              return this
            },
          },
        ),
    ],
    ['a number that JSON has not', () => ({ amount: 1n })],
    [
      'what fails',
      () => ({
        get a() {
          throw new Error('no')
        },
      }),
    ],
    ['what turns into a number', () => ({ toJSON: () => 5 })],
    ['what turns into a list', () => ({ toJSON: () => [] })],
    ['what turns into nothing', () => ({ toJSON: () => undefined })],
  ])('%s is a problem, never a crash', (_what, make) => {
    const services = { billing: { clients, attributes: make() } }
    expect(wrong(services)).toEqual(invalid('services["billing"].attributes'))
  })

  it('row 21: __proto__ is an attribute like any other and pollutes nothing', () => {
    const attributes: unknown = JSON.parse('{"__proto__":{"region":"eu"}}')
    const [service] = readWith({ billing: { clients, attributes } }).read
    expect(Object.keys(service?.attributes ?? {})).toEqual(['__proto__'])
    expect(service?.attributes['region']).toBeUndefined()
    expect(({} as { region?: unknown }).region).toBeUndefined()
  })
})

describe('services among the options', () => {
  const services = { billing: { clients } }

  it('are read with the issuers that are configured beside them', () => {
    expect(faults({ ...good, services })).toEqual([])
    const path = 'services["billing"].clients[0].issuer'
    const elsewhere = { billing: { clients: [{ issuer: own, clientId: 'c-1' }] } }
    expect(faults({ ...good, services: elsewhere })).toEqual(invalid(path))
    const issuers = [good, { ...good, issuer: own }]
    expect(faults({ issuers, services })).toEqual(invalid(path))
    expect(faults({ issuers, services: elsewhere })).toEqual([])
  })

  it('are asked for where registration is required, if only as none', () => {
    const missing = 'M2M_CFG_SERVICES_INVALID services'
    expect(faults({ ...good, requireRegistered: true })).toEqual([missing])
    expect(faults({ ...good, requireRegistered: true, services: undefined })).toEqual([missing])
    expect(faults({ ...good, requireRegistered: true, services: {} })).toEqual([])
    expect(faults({ ...good, requireRegistered: true, services })).toEqual([])
    expect(faults({ ...good, requireRegistered: false })).toEqual([])
  })

  it.each(['true', 1, null, []])('requireRegistered is no %j', (requireRegistered) => {
    expect(faults({ ...good, services, requireRegistered })).toEqual(invalid('requireRegistered'))
  })
})

it('rule 1: nothing makes it throw, and what it reads without a problem is well-formed', () => {
  const client = fc.oneof(
    fc.record(
      {
        clientId: fc.oneof(fc.constantFrom('c-1', 'c-2'), fc.jsonValue()),
        issuer: fc.constantFrom<unknown>(own, partner, 7),
      },
      { requiredKeys: ['clientId'] },
    ),
    fc.jsonValue(),
  )
  const service = fc.oneof(
    fc.record(
      {
        clients: fc.oneof({ weight: 4, arbitrary: fc.array(client) }, fc.jsonValue()),
        tier: fc.oneof(fc.constant('gold'), fc.jsonValue()),
        attributes: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.anything()),
        disabled: fc.oneof(fc.boolean(), fc.jsonValue()),
      },
      { requiredKeys: [] },
    ),
    fc.jsonValue(),
  )
  const services = fc.oneof(
    { weight: 8, arbitrary: fc.dictionary(fc.string(), service) },
    fc.anything(),
  )
  fc.assert(
    fc.property(services, (given) => {
      const { read, problems } = readWith(given, [own, partner])
      if (problems.length > 0) return
      for (const one of read) {
        expect(one.clients.length).toBeGreaterThan(0)
        for (const { issuer, clientId } of one.clients) {
          expect([own, partner]).toContain(issuer)
          expect(clientId).toMatch(/^[\x20-\x7e]{1,256}$/)
        }
        expect(typeof one.disabled).toBe('boolean')
      }
    }),
    { numRuns: 1000 },
  )
})
