import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Notice } from 'm2m-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openPolicy } from '../src/demo-policy.js'

const original = fileURLToPath(new URL('../policies', import.meta.url))
const issuers = { issuer: 'http://127.0.0.1:1', partner: 'http://127.0.0.1:2' }
const transfers = 'policies/transfers.yaml'

const contentOf = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )

const open = async () => {
  const notices: Notice[] = []
  const log = { write: () => {}, notice: (one: Notice) => void notices.push(one) }
  const policy = await openPolicy(issuers, log, false)
  onTestFinished(policy.close)
  const billing = policy.store.abilityFor({ type: 'service', id: 'billing' })
  const mayCreate = (amount: number) => billing.can('transfers:create', { attributes: { amount } })
  return { policy, notices, mayCreate }
}

describe('the policy of the demo', () => {
  it('means clients of the issuers that run, and else says what its folder says', async () => {
    const { policy } = await open()
    const clients = policy.store.model.services.map((one) => [one.id, one.clients[0]?.issuer])
    expect(clients).toEqual([
      ['acme', issuers.partner],
      ['billing', issuers.issuer],
      ['nightly', issuers.issuer],
      ['reporting', issuers.issuer],
      ['webhook', issuers.issuer],
    ])
    const copied = Object.entries(contentOf(policy.folder)).map(([name, text]) => [
      name,
      text
        .replaceAll(issuers.issuer, 'https://login.example.com')
        .replaceAll(issuers.partner, 'https://login.partner.example'),
    ])
    expect(Object.fromEntries(copied)).toEqual(contentOf(original))
  })

  it('sees each edit at once, and the log tells', async () => {
    const { policy, notices, mayCreate } = await open()
    expect(mayCreate(1000)).toBe(true)
    await policy.edit(transfers, (text) => text.replace('1000', '500'))
    expect([mayCreate(1000), mayCreate(500)]).toEqual([false, true])
    await policy.edit(transfers, (text) => text.replace('500', '250'))
    expect([mayCreate(500), mayCreate(250)]).toEqual([false, true])
    const told = { level: 'info', event: 'policy_reloaded' }
    expect(notices).toMatchObject([told, told])
  })

  it('keeps what was good when an edit is not, and the log says where', async () => {
    const { policy, notices, mayCreate } = await open()
    await policy.edit(transfers, (text) =>
      text.replace('less_than_or_equal, value: 1000', 'less_than_or_eqal, value: 9000'),
    )
    expect([mayCreate(1000), mayCreate(1001)]).toEqual([true, false])
    expect(notices).toMatchObject([
      {
        level: 'warn',
        event: 'policy_not_reloaded',
        message: expect.stringMatching(
          /^version 1 .* stays in force: policies\/transfers\.yaml:14:43: .*"less_than_or_eqal"/,
        ),
      },
    ])
  })

  it('says nothing when it is read again and is the same', async () => {
    const { policy, notices } = await open()
    await policy.store.reload()
    expect(notices).toEqual([])
  })

  it('does not take an edit that changes nothing for one', async () => {
    const { policy } = await open()
    await expect(policy.edit(transfers, (text) => text)).rejects.toThrow('nothing to edit')
  })

  it('edits a copy, which goes in the end', async () => {
    const before = contentOf(original)
    const { policy } = await open()
    await policy.edit('services/billing.yaml', (text) => `${text}disabled: true\n`)
    expect(contentOf(original)).toEqual(before)
    expect(existsSync(policy.folder)).toBe(true)
    await policy.close()
    expect(existsSync(policy.folder)).toBe(false)
  })
})
