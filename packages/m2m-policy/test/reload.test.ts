import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadPolicy, type PolicyStore, type ReloadReport } from '../src/index.js'
import { createSourceReader } from '../src/source/read-source.js'
import { type Files, goodFiles, writeFiles, writeFolder } from './write-folder.js'

const subjectOf = (id: string) => ({
  id,
  issuer: 'https://login.example.com',
  clientId: `${id}-client`,
  tier: undefined,
  attributes: {},
  registered: true,
})
const namesFor = (store: PolicyStore, id: string): readonly string[] =>
  store.rulesFor(subjectOf(id)).map(({ name }) => name)

/** A policy that was loaded, changed and read again. */
const afterChange = async (files: Files, removed: readonly string[] = []) => {
  const folder = writeFolder(goodFiles)
  const reports: ReloadReport[] = []
  const store = loadPolicy(folder, { onChange: (report) => reports.push(report) })
  for (const name of removed) rmSync(join(folder, name))
  writeFiles(folder, files)
  const report = await store.reload()
  expect(reports).toEqual([report])
  const kept = report.kept.map((name) => relative(folder, name))
  const messages = report.problems.map(({ message }) => message)
  return { folder, store, report, kept, messages }
}

const ruleNamed = (name: string, effect: string): string =>
  `{name: ${name}, effect: ${effect}, subjects: ['service:*'], resources: [{type: a, actions: [b]}]}`
const allowing = (name: string): string => ruleNamed(name, 'allow')
const denial = ruleNamed('denial', 'deny')

describe('a reload', () => {
  it('that finds nothing new changes nothing', async () => {
    const { report, store } = await afterChange({})
    expect(report).toMatchObject({ changed: false, version: 1, problems: [], kept: [] })
    expect(store.version).toBe(1)
  })

  it('brings what is new, at once and under another version', async () => {
    const { report, store } = await afterChange({
      'services/billing.yaml': `${goodFiles['services/billing.yaml']}disabled: true\n`,
    })
    expect(report).toMatchObject({ changed: true, version: 2, problems: [] })
    expect(store.services['billing']?.disabled).toBe(true)
    expect(store.abilityFor({ type: 'service', id: 'billing' }).can('status:read')).toBe(false)
  })

  it('forgets a service whose file is gone', async () => {
    const { store, messages } = await afterChange({}, ['services/reports.json'])
    expect(messages).toEqual([])
    expect(Object.keys(store.services)).toEqual(['billing', 'webhook'])
    expect(namesFor(store, 'reports')).toEqual(['no_events_at_night'])
  })

  it.each([
    ['half-written', 'id: billing\nclients: ['],
    ['empty', ''],
    ['UTF-16', Buffer.from('id: billing', 'utf16le')],
    [
      'of another role that nobody knows',
      `${goodFiles['services/billing.yaml']}`.replace('_reader', '_writer'),
    ],
    [
      'that takes another client',
      `${goodFiles['services/billing.yaml']}`.replace('billing-client', 'webhook-client'),
    ],
    [
      'that takes another id',
      `${goodFiles['services/billing.yaml']}`.replace('billing', 'webhook'),
    ],
  ])(
    'that finds a %s service file keeps that service, and takes all others',
    async (_what, file) => {
      const { report, store, kept } = await afterChange({
        'services/billing.yaml': file,
        'services/webhook.yaml': `${goodFiles['services/webhook.yaml']}disabled: true\n`,
        'policies/events.yml': goodFiles['policies/events.yml'].replace(
          'readers_read',
          'readers_see',
        ),
      })
      expect(report.problems.length).toBeGreaterThan(0)
      expect(kept).toEqual(['services/billing.yaml'])
      expect(store.services['billing']?.clients[0]?.clientId).toBe('billing-client')
      expect(store.services['webhook']?.disabled).toBe(true)
      expect(namesFor(store, 'billing')).toContain('readers_see_status')
    },
  )

  it('that finds a new service file with a fault leaves that service out', async () => {
    const { store, kept, messages } = await afterChange({ 'services/new.yaml': 'id: new\n' })
    expect(messages).toEqual([
      'clients: expected a list of clients such as { issuer, clientId }, got nothing',
    ])
    expect(kept).toEqual([])
    expect(Object.keys(store.services)).not.toContain('new')
  })

  it.each<[string, string]>([
    ['roles.yaml', ''],
    ['tiers.yaml', 'x'],
    ['policies/billing.yaml', 'name: b'],
    ['policies/new.yaml', '- ['],
    ['role.yaml', '{}'],
  ])(
    'that finds a fault in %s keeps roles, tiers and policies, and takes services',
    async (name, file) => {
      const { store, messages } = await afterChange({
        [name]: file,
        'policies/events.yml': '[]',
        'services/billing.yaml': `${goodFiles['services/billing.yaml']}disabled: true\n`,
      })
      expect(messages.length).toBeGreaterThan(0)
      expect(namesFor(store, 'billing')).toEqual([
        'billing_reads_invoices',
        'readers_read_status',
        'no_events_at_night',
      ])
      expect(store.ceilingOf('bronze')).toEqual(['events:*', 'status:read'])
      expect(store.services['billing']?.disabled).toBe(true)
    },
  )

  it('lets a service go that a policy still names, and says so', async () => {
    const { store, messages } = await afterChange({}, ['services/billing.yaml'])
    expect(messages).toEqual(['there is no service "billing"'])
    expect(Object.keys(store.services)).toEqual(['reports', 'webhook'])
    expect(namesFor(store, 'billing')).toEqual(['no_events_at_night'])
  })

  it('keeps a tier or a role that a service still has, with its ceiling and its denials', async () => {
    const changes: readonly (readonly [Record<string, string>, readonly string[]])[] = [
      [{ 'roles.yaml': '{}' }, []],
      [{}, ['roles.yaml']],
      [{}, ['tiers.yaml']],
    ]
    for (const [written, gone] of changes) {
      const { store, messages } = await afterChange(written, gone)
      expect(messages.join()).toMatch(/there is no (role|tier) /)
      expect(store.ceilingOf('bronze')).toEqual(['events:*', 'status:read'])
      expect(namesFor(store, 'billing')).toEqual([
        'billing_reads_invoices',
        'readers_read_status',
        'no_events_at_night',
      ])
    }
  })

  it('of files that were renamed meanwhile reads all of them again', () => {
    const folder = writeFolder({ 'policies/a.yaml': allowing('first'), 'policies/b.yaml': denial })
    const reading = createSourceReader(folder).read()
    reading.next()
    // The denial moves from b to a, when a has been read already.
    writeFiles(folder, { 'policies/a.yaml': denial, 'policies/b.yaml': allowing('second') })
    const names: string[] = []
    for (let step = reading.next(); ; step = reading.next()) {
      if (!step.done) continue
      for (const file of step.value.files) {
        names.push(...file.policies.map(({ entry }) => entry.name))
      }
      expect(step.value.isComplete).toBe(true)
      break
    }
    expect(names.sort()).toEqual(['denial', 'second'])
  })

  it('of files that never hold still takes nothing over', () => {
    const folder = writeFolder({ 'policies/a.yaml': allowing('first') })
    const reading = createSourceReader(folder).read()
    for (let count = 0; ; count += 1) {
      const step = reading.next()
      if (step.done) {
        expect(step.value.isComplete).toBe(false)
        expect(step.value.problems.map(({ message }) => message)).toEqual([
          expect.stringContaining('hold still'),
        ])
        return
      }
      writeFiles(folder, { 'policies/a.yaml': allowing(`name-${'x'.repeat(count)}`) })
    }
  })

  it('keeps all that was there when the folder is gone', async () => {
    const { folder, store } = await afterChange({})
    renameSync(folder, `${folder}-gone`)
    onTestFinished(() => rmSync(`${folder}-gone`, { recursive: true }))
    const report = await store.reload()
    expect(report.problems).toMatchObject([{ file: folder, message: 'cannot be read: ENOENT' }])
    expect(report).toMatchObject({ changed: false, version: 1 })
    expect(Object.keys(store.services)).toEqual(['billing', 'reports', 'webhook'])
  })

  it('goes on from the last good version once the fault is mended, and counts', async () => {
    const { folder, store } = await afterChange({ 'roles.yaml': ']' })
    writeFiles(folder, { 'roles.yaml': `${goodFiles['roles.yaml']}more: {}\n` })
    const report = await store.reload()
    expect(report).toMatchObject({ changed: true, version: 2, problems: [], kept: [] })
    expect(report.counts).toEqual({ reloads: 2, withProblems: 1 })
    expect(store.model.roles.map(({ name }) => name)).toContain('more')
  })

  it('waits for the one before', async () => {
    const folder = writeFolder(goodFiles)
    const store = loadPolicy(folder)
    const first = store.reload()
    writeFiles(folder, { 'roles.yaml': `${goodFiles['roles.yaml']}more: {}\n` })
    const [one, two] = await Promise.all([first, store.reload()])
    expect([one.counts.reloads, two.counts.reloads]).toEqual([1, 2])
    expect(store.model.roles.map(({ name }) => name)).toContain('more')
  })

  it('is not ended for ever by a listener that throws', async () => {
    let isBroken = true
    const store = loadPolicy(
      {},
      {
        onChange: () => {
          if (isBroken) throw new Error('no')
        },
      },
    )
    await expect(store.reload()).rejects.toThrow('no')
    isBroken = false
    expect((await store.reload()).counts.reloads).toBe(2)
  })
})

/** A policy in one file keeps everything as it was. */
it('a policy in one file is kept as a whole', async () => {
  const folder = writeFolder({
    'policy.yaml': 'services: [{ id: a, clients: [{ clientId: a }] }]\nroles: { r: {} }\n',
  })
  const store = loadPolicy(join(folder, 'policy.yaml'))
  const write = (text: string) => {
    writeFiles(folder, { 'policy.yaml': text })
    return store.reload()
  }
  const broken = await write('services: [{ id: b, clients: [{ clientId: b }], roles: [x] }]\n')
  expect(broken).toMatchObject({ changed: false, kept: [join(folder, 'policy.yaml')] })
  expect(Object.keys(store.services)).toEqual(['a'])
  const mended = await write('services: [{ id: b, clients: [{ clientId: b }] }]\n')
  expect(mended).toMatchObject({ changed: true, kept: [] })
  expect(Object.keys(store.services)).toEqual(['b'])
})

/** What Kubernetes makes of a ConfigMap: a folder for each version, and a link that is swapped. */
const mountConfigMap = (files: Files) => {
  const folder = writeFolder({})
  const swap = (version: string, content: Files): void => {
    writeFiles(join(folder, version), content)
    symlinkSync(version, join(folder, '..data_tmp'))
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
  }
  swap('..2026_11_22_1', files)
  for (const name of new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))) {
    symlinkSync(join('..data', name), join(folder, name))
  }
  return { folder, swap }
}

const disabled: Files = {
  ...goodFiles,
  'services/billing.yaml': `${goodFiles['services/billing.yaml']}disabled: true\n`,
  'roles.yaml': `${goodFiles['roles.yaml']}more: {}\n`,
}

describe('a ConfigMap', () => {
  it('is read through its links, and read anew once it is swapped', async () => {
    const { folder, swap } = mountConfigMap(goodFiles)
    const store = loadPolicy(folder)
    expect(Object.keys(store.services)).toEqual(['billing', 'reports', 'webhook'])
    swap('..2026_11_22_2', disabled)
    rmSync(join(folder, '..2026_11_22_1'), { recursive: true })
    expect(await store.reload()).toMatchObject({ changed: true, problems: [] })
    expect(store.services['billing']?.disabled).toBe(true)
  })

  it('that is swapped while it is read is read again as a whole', async () => {
    const { folder, swap } = mountConfigMap(goodFiles)
    let swaps = 0
    const clock = {
      now: () => 0,
      monotonic: () => {
        // Asked between files while a reload is under way.
        swaps += 1
        if (swaps === 3) swap('..2026_11_22_2', disabled)
        return swaps
      },
    }
    const store = loadPolicy(folder, { clock })
    expect(await store.reload()).toMatchObject({ changed: true, problems: [] })
    expect(swaps).toBeGreaterThan(10)
    expect(store.services['billing']?.disabled).toBe(true)
    expect(store.model.roles.map(({ name }) => name)).toContain('more')
  })
})

describe('watching', () => {
  const watched = (folder: string) => {
    const waiting: ((report: ReloadReport) => void)[] = []
    const store = loadPolicy(folder, {
      watch: true,
      onChange: (report) => {
        for (const resolve of waiting.splice(0)) resolve(report)
      },
    })
    onTestFinished(() => store.close())
    const nextChange = async (): Promise<ReloadReport> => {
      const report = await new Promise<ReloadReport>((resolve) => waiting.push(resolve))
      return report.changed ? report : nextChange()
    }
    return { store, nextChange }
  }

  it('notices a file that is written, and one that comes', async () => {
    const folder = writeFolder(goodFiles)
    const { store, nextChange } = watched(folder)
    const changes = nextChange()
    writeFiles(folder, { 'services/billing.yaml': disabled['services/billing.yaml'] ?? '' })
    await changes
    expect(store.services['billing']?.disabled).toBe(true)
    const more = nextChange()
    writeFiles(folder, { 'services/new.yaml': 'id: new\nclients: [{ clientId: new }]\n' })
    await more
    expect(Object.keys(store.services)).toContain('new')
  })

  it('notices each swap of a ConfigMap', async () => {
    const { folder, swap } = mountConfigMap(goodFiles)
    const { store, nextChange } = watched(folder)
    for (const [version, files] of [
      ['..2', disabled],
      ['..3', goodFiles],
      ['..4', disabled],
    ] as const) {
      const changes = nextChange()
      swap(version, files)
      await changes
      expect(store.services['billing']?.disabled).toBe(files === disabled)
    }
  })

  it('notices a folder that was not there before', async () => {
    const folder = writeFolder({})
    const { store, nextChange } = watched(folder)
    const changes = nextChange()
    mkdirSync(join(folder, 'services'))
    writeFiles(folder, { 'services/new.yaml': 'id: new\nclients: [{ clientId: new }]\n' })
    await changes
    expect(Object.keys(store.services)).toEqual(['new'])
  })

  it('notices a folder that was removed and made again, twice', async () => {
    const folder = writeFolder(goodFiles)
    const { store, nextChange } = watched(folder)
    // The system may give the new folder the number of the old one.
    for (const files of [disabled, goodFiles]) {
      const changes = nextChange()
      rmSync(folder, { recursive: true })
      writeFiles(folder, { ...goodFiles, ...files })
      await changes
      expect(store.services['billing']?.disabled).toBe(files === disabled)
    }
  })

  it.each([
    ['the folder itself', '.'],
    ['a folder above it', 'policies'],
  ])('notices that a link is swapped: %s', async (_what, below) => {
    const base = writeFolder({})
    for (const [release, files] of Object.entries({ one: goodFiles, two: disabled })) {
      mkdirSync(join(base, release))
      writeFiles(join(base, release, below), { ...goodFiles, ...files })
    }
    symlinkSync('one', join(base, 'current'))
    const { store, nextChange } = watched(join(base, 'current', below))
    const changes = nextChange()
    symlinkSync('two', join(base, 'next'))
    renameSync(join(base, 'next'), join(base, 'current'))
    await changes
    expect(store.services['billing']?.disabled).toBe(true)
  })
})
