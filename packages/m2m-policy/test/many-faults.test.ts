import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { loadPolicy } from '../src/index.js'

it('one file of a service with faults without number is told in a few of them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'm2m-policy-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'services'))
  const names = Array.from({ length: 20_000 }, (_, index) => `x${index}`)
  const text = `id: mine\nclients: [{ clientId: mine }]\nroles: [${names.join(', ')}]\n`
  writeFileSync(join(folder, 'services/mine.yaml'), text)
  let told = ''
  try {
    loadPolicy(folder)
  } catch (fault) {
    told = String(fault)
  }
  expect(told).toContain('there is no role "x0"')
  expect(told.split('\n').length).toBeLessThan(250)
})
