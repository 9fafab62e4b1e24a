// The m2m command as npm installs it: a policy to start from passes its own tests.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { runM2M } from 'm2m-cli'

const m2m = (...args) => {
  // On Windows it is a script of the shell.
  const shell = process.platform === 'win32'
  const options = { encoding: 'utf8', shell, env: { ...process.env, NO_COLOR: '1' } }
  return spawnSync('node_modules/.bin/m2m', args, options)
}

const made = m2m('policy', 'init')
assert.deepEqual([made.status, made.stderr], [0, ''])
assert.match(made.stdout, /policies\/services\/billing\.yaml/)
assert.equal(m2m('policy', 'init').status, 2)

const tested = m2m('policy', 'test', '--min-coverage', '100')
assert.deepEqual([tested.status, tested.stderr], [0, ''])
assert.match(tested.stdout, /^8 passed, 0 failed$/m)
assert.equal(m2m('policy', 'check', '--strict').status, 0)

appendFileSync('policies/tests/invoices.test.yaml', '- { name: wrong, expect: {} }\n')
const failed = m2m('policy', 'test')
assert.equal(failed.status, 1)
assert.match(failed.stdout, /billing may status:read, expected deny \(policy "status_for_readers"/)

assert.equal(typeof runM2M, 'function')
assert.equal(typeof createRequire(import.meta.url)('m2m-cli').runM2M, 'function')
