import { describe, expect, it } from 'vitest'
import { readArguments } from '../src/read-arguments.js'

const choices = 'express, koa, fastify'
const usage = 'usage: npm run demo -- [--framework express|koa|fastify] [--serve]'

describe('the arguments of the demo', () => {
  it('name no framework by default', () => {
    expect(readArguments([])).toEqual({ serve: false })
    expect(readArguments(['--serve'])).toEqual({ serve: true })
  })

  it('may name one framework, to be run or served', () => {
    for (const framework of ['express', 'koa', 'fastify']) {
      expect(readArguments(['--framework', framework])).toEqual({ serve: false, framework })
      expect(readArguments([`--framework=${framework}`, '--serve'])).toEqual({
        serve: true,
        framework,
      })
    }
  })

  it.each([
    ['an unknown framework', ['--framework', 'hapi'], `expected one of ${choices}, got "hapi"`],
    ['one misspelt', ['--framework', 'fasitfy'], 'got "fasitfy"; did you mean fastify?'],
    ['one in capitals', ['--framework', 'Koa'], 'got "Koa"; did you mean koa?'],
    ['a word of JavaScript', ['--framework', 'constructor'], 'got "constructor"'],
    ['an empty name', ['--framework='], `expected one of ${choices}, got ""`],
    ['two', ['--framework', 'koa', '--framework', 'koa'], `one of ${choices}, got koa, koa`],
    ['no name', ['--framework'], `--framework takes one of ${choices}`],
    ['an option for a name', ['--framework', '--serve'], `--framework takes one of ${choices}`],
    ['a value for --serve', ['--serve=koa'], '--serve takes nothing'],
    ['an unknown option', ['--frameworks', 'koa'], `Unknown option '--frameworks'; ${usage}`],
    ['a bare name', ['koa'], `Unexpected argument 'koa'; ${usage}`],
  ])('that are wrong are explained in one line that lists the choices: %s', (_, args, reason) => {
    const said = readArguments(args)
    expect(said).toContain(reason)
    expect(said).toMatch(/^[^\n]*express(, |\|)koa(, |\|)fastify[^\n]*$/)
  })

  it('get no hint that is far from what was written', () => {
    for (const far of ['hapi', '', 'elysia', 'constructor']) {
      expect(readArguments([`--framework=${far}`])).not.toContain('did you mean')
    }
  })
})
