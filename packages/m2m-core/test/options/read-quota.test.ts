import { createTestIssuer } from 'm2m-testkit'
import { describe, expect, it } from 'vitest'
import { createM2M } from '../../src/m2m/create-m2m.js'
import type { M2MOptions } from '../../src/options/options.js'
import { problemsOf, setUp } from '../m2m/fixture.js'

const issuer = await createTestIssuer()
const pathsOf = (options: object): readonly string[] =>
  problemsOf(() => createM2M({ ...issuer.asOptions(), ...options } as M2MOptions)).map(
    ({ path }) => path,
  )

describe('the option quota', () => {
  it.each([
    ['no object', 5, ['quota']],
    ['a name nobody knows', { tires: [] }, ['quota.tires']],
    ['no list of tiers', { tiers: { gold: 5 } }, ['quota.tiers']],
    ['no tier at all', { tiers: [] }, ['quota.tiers']],
    [
      'a tier that is none',
      { tiers: ['gold'] },
      ['quota.tiers[0]', 'quota.tiers[0].name', 'quota.tiers[0].rate'],
    ],
    ['a tier without a rate', { tiers: [{ name: 'gold' }] }, ['quota.tiers[0].rate']],
    ['a rate that is none', { tiers: [{ name: 'gold', rate: 'fast' }] }, ['quota.tiers[0].rate']],
    ['a negative rate', { tiers: [{ name: 'gold', rate: -1 }] }, ['quota.tiers[0].rate']],
    [
      'a tier twice',
      {
        tiers: [
          { name: 'a', rate: 1 },
          { name: 'a', rate: 2 },
        ],
      },
      ['quota.tiers[1].name'],
    ],
    ['a store without charge', { store: {} }, ['quota.store']],
    ['no store but null', { store: null }, ['quota.store']],
    ['another answer', { onStoreError: 'open' }, ['quota.onStoreError']],
    ['no instances', { instances: 0 }, ['quota.instances']],
    ['half an instance', { instances: 1.5 }, ['quota.instances']],
    ['no time', { storeTimeout: 0 }, ['quota.storeTimeout']],
    ['too much time', { storeTimeout: 60_000 }, ['quota.storeTimeout']],
  ])('%s is refused', (_what, quota, paths) => {
    expect(pathsOf({ quota })).toEqual(paths)
  })

  it('tiers stand in one place', () => {
    const policy = { version: 1, rulesFor: () => [], rateOf: () => undefined }
    expect(pathsOf({ policy, quota: { tiers: [{ name: 'a', rate: 1 }] } })).toEqual(['quota.tiers'])
  })

  it.each(['fast', -1, null, { limit: 5, windows: 1, window: 0 }])(
    'a service with the rate %j is refused',
    (rate) => {
      const services = { billing: { clients: [{ clientId: 'billing' }], rate } }
      expect(pathsOf({ services })).toEqual(['services["billing"].rate'])
    },
  )
})

describe('ready()', () => {
  it('warns of budgets that each of several processes keeps for itself', async () => {
    const { m2m, sink } = await setUp('several', { quota: { instances: 4 } })
    await m2m.ready()
    expect(sink.notices.map(({ level, event }) => `${level} ${event}`)).toEqual([
      'warn quota_store_local',
    ])
    expect(sink.notices[0]?.message).toContain('4 times')
  })

  it('does not with one process, nor with a store', async () => {
    const store = { charge: () => Promise.reject(new Error('unused')) }
    for (const quota of [{}, { instances: 1 }, { instances: 4, store }]) {
      const { m2m, sink } = await setUp('several', { quota })
      await m2m.ready()
      expect(sink.notices).toEqual([])
    }
  })
})
