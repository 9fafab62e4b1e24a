import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createCommandIo, type Host } from '../src/index.js'

const hostWith = (env: Host['env'], stream: object = {}, ofErrors: object = {}) => {
  const stdout = Object.assign(new PassThrough(), stream)
  const stderr = Object.assign(new PassThrough(), ofErrors)
  const host = { stdout, stderr, env, cwd: () => '/somewhere' } as unknown as Host
  return { stdout, stderr, io: createCommandIo(host) }
}

describe('colours', () => {
  const terminal = { isTTY: true }
  it.each<[string, Host['env'], object, boolean]>([
    ['a terminal', {}, terminal, true],
    ['a pipe', {}, {}, false],
    ['a terminal that knows none', { TERM: 'dumb' }, terminal, false],
    ['NO_COLOR', { NO_COLOR: '1' }, terminal, false],
    ['an empty NO_COLOR', { NO_COLOR: '' }, terminal, true],
    ['FORCE_COLOR', { FORCE_COLOR: '1' }, {}, true],
    ['an empty FORCE_COLOR', { FORCE_COLOR: '' }, {}, true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, terminal, false],
    ['both', { FORCE_COLOR: '1', NO_COLOR: '1' }, terminal, false],
    ['a pipe in CI', { CI: 'true' }, {}, false],
  ])('%s', (_what, env, stream, color) => {
    expect(hostWith(env, stream).io.color).toBe(color)
  })
})

describe('the width', () => {
  it.each<[string, Host['env'], object, number]>([
    ['is that of the terminal', { COLUMNS: '10' }, { columns: 132 }, 132],
    ['of a pipe is what COLUMNS says', { COLUMNS: '100' }, {}, 100],
    ['is 80 where nobody says', {}, {}, 80],
    ['is 80 where nobody says a number', { COLUMNS: 'wide' }, {}, 80],
  ])('%s', (_what, env, stream, columns) => {
    expect(hostWith(env, stream).io.columns).toBe(columns)
  })
})

it('what is written goes where it belongs, as it is', () => {
  const { io, stdout, stderr } = hostWith({})
  io.stdout('one\n')
  io.stderr('two')
  expect([stdout.read(), stderr.read()].map(String)).toEqual(['one\n', 'two'])
  expect(io.cwd).toBe('/somewhere')
})

it('stderr in a file has no colours, whatever stdout is', () => {
  const written = (env: Host['env'], isTTY: boolean): string => {
    const { io, stderr } = hostWith(env, { isTTY: true }, { isTTY })
    io.stderr('\u001b[31merror\u001b[39m: no\n')
    return String(stderr.read())
  }
  expect(written({}, false)).toBe('error: no\n')
  expect(written({}, true)).toContain('\u001b[31m')
  expect(written({ FORCE_COLOR: '1' }, false)).toContain('\u001b[31m')
})

it('a reader that goes away is no fault, anything else is', () => {
  const { stdout } = hostWith({})
  const fault = (code: string) => Object.assign(new Error(code), { code })
  expect(() => stdout.emit('error', fault('EPIPE'))).not.toThrow()
  expect(() => stdout.emit('error', fault('ENOSPC'))).toThrow('ENOSPC')
})
