import { askPolicy, type PolicySubject } from 'm2m-core'
import { describe, expect, it } from 'vitest'
import { loadPolicy, type PolicyDocuments } from '../src/index.js'
import { goodFiles, writeFiles, writeFolder } from './write-folder.js'

const subject = (id: string, tier?: string, registered = true): PolicySubject => ({
  id,
  issuer: 'https://login.example.com',
  clientId: `${id}-client`,
  tier,
  attributes: { environment: 'production' },
  registered,
})

describe('the rules of a service', () => {
  const store = (): ReturnType<typeof loadPolicy> => loadPolicy(writeFolder(goodFiles))
  const namesFor = (...args: Parameters<typeof subject>): readonly string[] =>
    store()
      .rulesFor(subject(...args))
      .map(({ name }) => name)

  it('are those for it, its roles, its tier and all services', () => {
    expect(namesFor('billing', 'gold')).toEqual([
      'billing_reads_invoices',
      'readers_read_status',
      'no_events_at_night',
    ])
  })

  it('come over the roles that its roles include', () => {
    expect(namesFor('reports')).toEqual(['readers_read_status', 'no_events_at_night'])
  })

  it('are only those for all services, if it merely has the id of a registered one', () => {
    expect(namesFor('billing', 'gold', false)).toEqual(['no_events_at_night'])
  })

  it('are given once, however many subjects they reach it by', () => {
    const { rulesFor } = loadPolicy({
      services: [{ id: 'a', clients: [{ clientId: 'a' }], roles: ['r', 's'] }],
      roles: { r: { includes: ['s'] }, s: {} },
      policies: [
        {
          name: 'p',
          effect: 'allow',
          subjects: ['service:a', 'role:r', 'role:s', 'service:*'],
          resources: [{ type: '*', actions: ['*'] }],
        },
      ],
    })
    expect(rulesFor(subject('a'))).toEqual([{ name: 'p', effect: 'allow', operations: ['*'] }])
  })

  it('decide with the ceiling of the tier over them', () => {
    const policy = store()
    const may = (id: string, tier: string | undefined, operation: string, context = {}) =>
      askPolicy(policy, subject(id, tier), operation, { context }).allowed
    expect(may('billing', 'gold', 'invoices:read')).toBe(true)
    expect(may('billing', 'bronze', 'invoices:read')).toBe(false)
    expect(may('webhook', 'bronze', 'events:publish', { night: false })).toBe(true)
    expect(may('webhook', 'bronze', 'events:publish', { night: true })).toBe(false)
    // Not known to be day.
    expect(may('webhook', 'bronze', 'events:publish')).toBe(false)
  })
})

describe('the ceiling', () => {
  const { ceilingOf } = loadPolicy({
    tiers: [
      { name: 'bronze', operations: ['a:b'] },
      { name: 'silver', operations: [] },
      { name: 'gold' },
    ],
  })

  it.each([
    ['bronze', ['a:b']],
    ['silver', []],
    ['gold', undefined],
    [undefined, ['a:b']],
    ['platinum', ['a:b']],
    ['constructor', ['a:b']],
    ['Gold', ['a:b']],
  ])('of tier %s is %j: whoever has none that is listed is in the lowest', (tier, ceiling) => {
    expect(ceilingOf(tier)).toEqual(ceiling)
  })

  it('is none where there are no tiers', () => {
    expect(loadPolicy({}).ceilingOf('gold')).toBeUndefined()
  })
})

describe('the registry', () => {
  it('is what createM2M takes as services', () => {
    const { services } = loadPolicy(writeFolder(goodFiles))
    expect(services).toEqual({
      billing: {
        clients: [{ issuer: 'https://login.example.com', clientId: 'billing-client' }],
        tier: 'gold',
        attributes: { environment: 'production', team: 'payments' },
        disabled: false,
      },
      reports: {
        clients: [{ issuer: 'https://login.example.com', clientId: 'reports-client' }],
        attributes: {},
        disabled: false,
      },
      webhook: {
        clients: [{ issuer: 'https://login.example.com', clientId: 'webhook-client' }],
        tier: 'bronze',
        attributes: {},
        rate: { limit: 10, window: 1, burst: 20 },
        disabled: false,
      },
    })
    expect(Object.isFrozen(services)).toBe(true)
  })

  it.each([
    ['id', [{ id: 'a', clients: [{ clientId: 'b' }] }], 'service "a"'],
    ['client', [{ id: 'b', clients: [{ clientId: 'a' }] }], 'client "a"'],
    [
      'client, in one service',
      [{ id: 'b', clients: [{ clientId: 'b' }, { clientId: 'b' }] }],
      'client "b"',
    ],
  ])('has each %s once', (_what, more, expected) => {
    const given: PolicyDocuments = {
      services: [{ id: 'a', clients: [{ clientId: 'a' }] }, ...more],
    }
    expect(() => loadPolicy(given)).toThrow(`expected ${expected} once`)
  })
})

describe('the version of a service', () => {
  const ids = ['billing', 'reports', 'webhook', 'stranger']
  const tiers: Readonly<Record<string, string>> = { billing: 'gold', webhook: 'bronze' }
  const changed = async (name: string, from: string, to: string): Promise<readonly string[]> => {
    const folder = writeFolder(goodFiles)
    const store = loadPolicy(folder)
    const versions = () =>
      ids.map((id) => store.versionOf(subject(id, tiers[id], id !== 'stranger')))
    const before = versions()
    const content = goodFiles[name as keyof typeof goodFiles]
    expect(content).toContain(from)
    writeFiles(folder, { [name]: content.replace(from, to) })
    const report = await store.reload()
    expect(report.problems).toEqual([])
    expect(report.changed).toBe(true)
    const after = versions()
    return ids.filter((_, index) => before[index] !== after[index])
  }

  it.each<[string, string, string, string, readonly string[]]>([
    ['its own file', 'services/billing.yaml', 'payments', 'money', ['billing']],
    ['its clients', 'services/webhook.yaml', 'webhook-client', 'w', ['webhook']],
    ['a policy for it', 'policies/billing.yaml', 'list', 'write', ['billing']],
    ['the name of a policy for it', 'policies/billing.yaml', 'name: b', 'name: c', ['billing']],
    ['a role of some', 'policies/events.yml', "['*']", '[read]', ['billing', 'reports']],
    ['what all get', 'policies/events.yml', 'night, op', 'dark, op', ids],
    ['a role', 'roles.yaml', 'includes: [service_reader]', 'includes: []', ['reports']],
    ['its tier', 'tiers.yaml', 'name: gold', 'name: gold, rate: 5', ['billing']],
    [
      'the lowest tier',
      'tiers.yaml',
      'status:read',
      'status:list',
      ['reports', 'webhook', 'stranger'],
    ],
    ['users alone', 'policies/events.yml', 'user:ada', 'user:bob', []],
    ['a description', 'roles.yaml', 'not secret', 'public', []],
    ['a comment', 'roles.yaml', 'reporting:', '# new\nreporting:', []],
  ])('changes with %s only', async (_what, name, from, to, expected) => {
    expect(await changed(name, from, to)).toEqual(expected)
  })

  it('is the same for all tiers that nothing is said of: tokens may state any', () => {
    const { versionOf } = loadPolicy(writeFolder(goodFiles))
    const none = versionOf(subject('x', undefined, false))
    expect(versionOf(subject('y', 'made-up', false))).toBe(none)
    expect(versionOf(subject('y', 'bronze', false))).not.toBe(none)
  })
})

describe('the ability', () => {
  const documents: PolicyDocuments = {
    services: [
      {
        id: 'billing',
        clients: [{ clientId: 'b' }],
        tier: 'low',
        roles: ['reader'],
        attributes: { environment: 'production' },
      },
      { id: 'old', clients: [{ clientId: 'o' }], roles: ['reader'], disabled: true },
    ],
    roles: { reader: {}, support: { includes: ['reader'] } },
    tiers: [{ name: 'low', operations: ['invoices:read', 'invoices:list'] }],
    policies: [
      {
        name: 'readers',
        effect: 'allow',
        subjects: ['role:reader'],
        resources: [{ type: 'invoices', actions: ['read', 'write'] }],
        conditions: [
          { field: 'subject.attributes.environment', operator: 'equals', value: 'production' },
        ],
      },
      {
        name: 'ada',
        effect: 'allow',
        subjects: ['user:ada'],
        resources: [{ type: '*', actions: ['*'] }],
        conditions: [{ field: 'resource.attributes.owner', operator: 'equals', value: 'ada' }],
      },
      {
        name: 'all_services',
        effect: 'allow',
        subjects: ['service:*'],
        resources: [{ type: 'invoices', actions: ['list'] }],
      },
      {
        name: 'nobody_elsewhere',
        effect: 'deny',
        subjects: ['role:reader'],
        resources: [{ type: 'invoices', actions: ['read'] }],
        conditions: [
          { field: 'subject.issuer', operator: 'equals', value: 'x' },
          { field: 'context.away', operator: 'equals', value: true },
        ],
      },
    ],
  }
  const { abilityFor } = loadPolicy(documents)
  const attributes = { environment: 'production' }
  const here = { away: false }

  it('of a user follows the roles that user auth knows, and what those include', () => {
    const user = { type: 'user', id: 'eve', attributes } as const
    const can = (roles: readonly string[]) =>
      abilityFor({ ...user, roles }).can('invoices:read', undefined, here)
    expect([['reader'], ['support'], [], ['nobody']].map(can)).toEqual([true, true, false, false])
    expect(abilityFor({ type: 'user', id: 'eve', roles: ['reader'] }).can('invoices:write')).toBe(
      false,
    )
  })

  it('of a user is nothing that services have', () => {
    expect(abilityFor({ type: 'user', id: 'billing' }).can('invoices:list')).toBe(false)
    expect(abilityFor({ type: 'user', id: '*' }).can('invoices:list')).toBe(false)
  })

  it('of users is shared by those with the same roles, and by nobody else', () => {
    const can = (id: string, roles: readonly string[], operation: string) =>
      abilityFor({ type: 'user', id, roles, attributes }).can(
        operation,
        { attributes: { owner: 'ada' } },
        here,
      )
    const all = () => [
      can('eve', ['reader'], 'invoices:write'),
      can('eve', ['nobody'], 'invoices:write'),
      can('bob', ['support', 'nobody'], 'invoices:write'),
      can('ada', [], 'files:delete'),
      can('ada', ['reader'], 'files:delete'),
      can('eve', ['reader'], 'files:delete'),
      can('eve', ['user:ada'], 'files:delete'),
    ]
    const expected = [true, false, true, true, true, false, false]
    expect([all(), all()]).toEqual([expected, expected])
  })

  it('of a user has no issuer: a deny on it cannot be ruled out', () => {
    const support = abilityFor({ type: 'user', id: 'eve', roles: ['support'], attributes })
    expect(support.ask('invoices:read', undefined, { away: true })).toMatchObject({
      allowed: false,
      rule: 'nobody_elsewhere',
    })
  })

  it('asks about the resource', () => {
    const ada = abilityFor({ type: 'user', id: 'ada' })
    expect(ada.ask('files:delete', { attributes: { owner: 'ada' } })).toEqual({
      allowed: true,
      rule: 'ada',
    })
    expect(ada.can('files:delete', { attributes: { owner: 'eve' } })).toBe(false)
    expect(ada.can('files:delete')).toBe(false)
    expect(ada.can('files:delete', { type: 'invoices', attributes: { owner: 'ada' } })).toBe(false)
  })

  it('of a service is that of its file, within its tier', () => {
    const billing = abilityFor({ type: 'service', id: 'billing', roles: [], attributes: {} })
    expect(billing.can('invoices:read', undefined, here)).toBe(true)
    expect(billing.can('invoices:list')).toBe(true)
    expect(billing.can('invoices:write')).toBe(false)
  })

  it('of a service knows its client where there is one only, and that names its issuer', () => {
    const issuer = 'https://login.example.com'
    const clients = (...ids: readonly string[]) => ids.map((clientId) => ({ issuer, clientId }))
    const condition = (field: string, value: string) =>
      ({ field: `subject.${field}`, operator: 'equals', value }) as const
    const store = loadPolicy({
      services: [
        { id: 'one', clients: clients('x') },
        { id: 'two', clients: clients('y', 'z') },
        { id: 'unnamed', clients: [{ clientId: 'x' }] },
      ],
      policies: [
        {
          name: 'x',
          effect: 'allow',
          subjects: ['service:*'],
          resources: [{ type: 'status', actions: ['read'] }],
          conditions: [condition('clientId', 'x'), condition('issuer', issuer)],
        },
      ],
    })
    const can = (id: string) => store.abilityFor({ type: 'service', id }).can('status:read')
    expect(['one', 'two', 'unnamed'].map(can)).toEqual([true, false, false])
  })

  it('is that of the moment, however long it was held', async () => {
    const folder = writeFolder(goodFiles)
    const store = loadPolicy(folder)
    const ada = store.abilityFor({ type: 'user', id: 'ada' })
    const day = { night: false }
    expect(ada.can('events:publish', undefined, day)).toBe(true)
    writeFiles(folder, { 'policies/events.yml': '[]\n' })
    await store.reload()
    expect(ada.can('events:publish', undefined, day)).toBe(false)
  })

  it.each(['old', 'unknown', 'ada'])('of %s, no enabled service, is nothing', (id) => {
    const given = { type: 'service', id, roles: ['reader'], attributes } as const
    expect(abilityFor(given).can('invoices:list')).toBe(false)
  })

  it.each([
    undefined,
    {},
    { type: 'User', id: 'a' },
    { type: 'user', id: '' },
    { type: 'user', id: 'a', roles: 'reader' },
  ])('of %j, which is nobody, is not made', (given) => {
    expect(() => abilityFor(given as never)).toThrow(TypeError)
  })
})

describe('options', () => {
  it.each([
    [
      { wach: true },
      'M2M_CFG_OPTION_UNKNOWN',
      'wach: there is no such option; did you mean "watch"?',
    ],
    [{ watch: 'false' }, 'M2M_CFG_OPTION_INVALID', 'watch: expected true or false, got "false"'],
    [{ onChange: true }, 'M2M_CFG_OPTION_INVALID', 'onChange: expected a function, got true'],
    [true, 'M2M_CFG_OPTION_INVALID', 'options: expected an object, got true'],
  ])('%j are refused: nobody would notice that nothing is watched', (given, code, expected) => {
    expect(() => loadPolicy({}, given as never)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(expected) }),
    )
  })

  it('that are left undefined are as good as left out', () => {
    expect(() =>
      loadPolicy({}, { watch: undefined, onChange: undefined, clock: undefined } as never),
    ).not.toThrow()
  })
})
