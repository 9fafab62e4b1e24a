import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeProblem, loadPolicy, type PolicyDocuments, readPolicy } from '../src/index.js'
import { goodFiles, writeFolder } from './write-folder.js'

const name = 'policies/x.yaml'
const problemsIn = (folder: string): readonly string[] =>
  readPolicy(folder).problems.map((problem) =>
    describeProblem({ ...problem, file: relative(folder, problem.file) }),
  )

/** Nine levels of nine aliases each: 387 million values out of 400 bytes. */
const aliasBomb = Array.from({ length: 9 }, (_, level) =>
  level === 0
    ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
    : `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
).join('\n')

const utf16 = Buffer.from('\ufeffname: p\n', 'utf16le')

describe('a file that is no plain data is refused, and nothing of the policy is granted', () => {
  it.each<[string, string | Buffer, string]>([
    ['an alias bomb', aliasBomb, `${name}:2:10: expected the value itself, got an alias of it`],
    ['tabs', 'name: p\nresources:\n\t- type: a\n', `${name}:3:1: is no plain YAML: tab characters`],
    ['a tag', 'name: !!js/function x\n', `${name}:1:7: expected no tag, got "!!js/function"`],
    ['a tag that is known', 'name: !!binary aGk=\n', `${name}:1:7: expected no tag`],
    ['YAML 1.1', '%YAML 1.1\n---\nname: yes\n', `${name}:1:1: expected YAML 1.2, got "1.1"`],
    ['two documents', 'name: p\n---\nname: q\n', `${name}:2:1: expected one document, got several`],
    ['a member twice', 'effect: deny\neffect: allow\n', `${name}:2:1: expected "effect" once`],
    ['__proto__', '__proto__: { effect: allow }\n', `${name}:1:1: there is no "__proto__"`],
    ['__proto__ below', 'a: { __proto__: 1 }\n', `${name}:1:6: there is no "__proto__"`],
    ['a merge', '<<: { name: p }\n', `${name}:1:1: expected the members themselves, got a merge`],
    ['a merge below', 'a: { "<<": { b: 1 } }\n', `${name}:1:6: expected the members themselves`],
    ['an inexact number', 'name: 12345678901234567890\n', `${name}:1:7: expected a number that`],
    ['an endless number', 'name: 1e999\n', `${name}:1:7: expected a number that`],
    ['no number', 'name: .nan\n', `${name}:1:7: expected a number that`],
    [
      'a list as a name',
      '? [a]\n: 1\n',
      `${name}:1:3: expected a name, got a value of several parts`,
    ],
    ['a lone carriage return', 'name: p\reffect: allow\n', `${name}:1:8: expected lines that end`],
    ['nothing', '', `${name}:1:1: expected a policy with name`],
    ['a comment only', '# soon\n', `expected a policy with name`],
    ['text', 'allow everything', `${name}:1:1: expected a policy with name`],
    ['half a file', 'name: p\neffect: al', `${name}:2:9: effect: expected one of allow, deny`],
    ['half a list', 'name: p\nsubjects: [role:a, ', `${name}:2:20: is no plain YAML`],
    ['UTF-16', utf16, `${name}: expected UTF-8, got UTF-16 or binary data`],
    ['a byte order mark', '\ufeffname: p\n', `${name}: expected UTF-8 without a byte order mark`],
    [
      'Latin-1',
      Buffer.from('name: p\n# \xe4\n', 'latin1'),
      `${name}: expected UTF-8, got another encoding in line 2`,
    ],
    ['a NUL', 'name: p\0\n', `${name}: expected UTF-8, got UTF-16 or binary data`],
    ['10 MB', `name: ${'x'.repeat(10_000_000)}`, `${name}: expected 1 MiB at most, got 10000006`],
    ['a deep list', `name: ${'['.repeat(50_000)}`, 'is n'],
    ['deep data', `name: ${'['.repeat(30)}${']'.repeat(30)}`, 'is nested deeper than 16 levels'],
    [
      'many names',
      Array.from({ length: 70_000 }, (_, index) => `n${index}: 1`).join('\n'),
      'there is no "n0"',
    ],
  ])('%s', (_what, content, expected) => {
    const folder = writeFolder({ ...goodFiles, [name]: content })
    expect(problemsIn(folder).join('\n')).toContain(expected)
    expect(() => loadPolicy(folder)).toThrow(
      expect.objectContaining({ code: 'M2M_CFG_POLICY_INVALID' }),
    )
    expect(readPolicy(folder).model).toBeUndefined()
  })

  it.each([
    ['"__proto__"', 'got "__proto__"'],
    ['""', 'got ""'],
    ['" a"', 'got " a"'],
    ['"a\\nb"', 'got "a\\nb"'],
    ['"\\u00e4"', 'got "\\u00e4"'],
    ['5', 'got 5'],
    [`"${'a'.repeat(257)}"`, '(cut)'],
  ])('an id like %s', (id, expected) => {
    const service = `id: ${id}\nclients: [{ clientId: c }]\n`
    const folder = writeFolder({ 'services/a.yaml': service })
    expect(problemsIn(folder)).toEqual([
      expect.stringMatching(/^services\/a\.yaml:1:5: id: expected an id/),
    ])
    expect(problemsIn(folder)[0]).toContain(expected)
  })

  it('names of prototypes are names like others', () => {
    const folder = writeFolder({
      'services/a.yaml': 'id: constructor\nclients: [{ clientId: c }]\nroles: [toString]\n',
      'roles.yaml': 'toString: {}\n',
    })
    const { abilityFor, services } = loadPolicy(folder)
    expect(Object.keys(services)).toEqual(['constructor'])
    expect(abilityFor({ type: 'service', id: 'toString' }).can('a:b')).toBe(false)
    expect(abilityFor({ type: 'service', id: 'constructor' }).can('a:b')).toBe(false)
    expect(abilityFor({ type: 'user', id: 'constructor' }).can('a:b')).toBe(false)
  })
})

describe('a file that is none of the folder is refused', () => {
  const outside = { 'x.yaml': 'name: p\n' }

  it('a link to a file outside', () => {
    const folder = writeFolder(goodFiles)
    symlinkSync(join(writeFolder(outside), 'x.yaml'), join(folder, name))
    expect(problemsIn(folder)).toEqual([
      `${name}: expected a file inside the policy folder, got a link out of it`,
    ])
  })

  it('a link to a folder outside, one whose name begins alike too', () => {
    const folder = writeFolder({})
    mkdirSync(`${folder}-policies`)
    writeFileSync(`${folder}-policies/x.yaml`, 'name: p\n')
    symlinkSync(`${folder}-policies`, join(folder, 'policies'))
    expect(problemsIn(folder)).toEqual([
      'policies: expected a folder inside the policy folder, got a link out of it',
    ])
  })

  it('a link to nothing, and one to itself', () => {
    const folder = writeFolder(goodFiles)
    symlinkSync('nowhere', join(folder, name))
    symlinkSync('y.yaml', join(folder, 'policies/y.yaml'))
    expect(problemsIn(folder)).toEqual([
      `${name}: cannot be read: ENOENT`,
      'policies/y.yaml: cannot be read: ELOOP',
    ])
  })

  it('a pipe, which nobody waits for', () => {
    const folder = writeFolder(goodFiles)
    execFileSync('mkfifo', [join(folder, name)])
    expect(problemsIn(folder)).toEqual([
      `${name}: expected a file, got something else of this name`,
    ])
  })

  it('a folder of the name of a file', () => {
    const folder = writeFolder({ ...goodFiles, 'policies/x.yaml/y.yaml': '' })
    expect(problemsIn(folder)).toEqual([
      `${name}: expected a file, got something else of this name`,
    ])
  })
})

describe('an object', () => {
  it.each<[string, unknown, string]>([
    ['a Map', { roles: new Map() }, 'roles: expected what JSON can hold'],
    ['a promise', Promise.resolve({}), 'expected what JSON can hold'],
    ['NaN', { tiers: [{ name: 'a', rate: Number.NaN }] }, 'tiers[0].rate: expected what JSON'],
    ['__proto__', JSON.parse('{"roles": {"__proto__": {}}}'), 'roles: there is no "__proto__"'],
    ['a hole', { policies: Array(1) }, 'policies[0]: expected what JSON can hold'],
    ['a date', { services: new Date(0) }, 'services: expected what JSON can hold'],
    ['null', null, 'expected an object of services, roles, tiers, policies, got null'],
    ['a list', [], 'expected an object of services, roles, tiers, policies, got an empty list'],
    ['a typo', { policy: [] }, 'policy: there is no "policy"; did you mean "policies"?'],
  ])('that has %s is refused', (_what, given, expected) => {
    const { problems, model } = readPolicy(given as PolicyDocuments)
    expect(problems[0]?.message).toContain(expected)
    expect(model).toBeUndefined()
  })

  it.each<[string, unknown, string]>([
    ['conditions', { policies: [{ name: 'p', conditions: undefined }] }, 'policies[0].conditions'],
    ['operations', { tiers: [{ name: 't', operations: undefined }] }, 'tiers[0].operations'],
    ['disabled', { services: [{ id: 'a', disabled: undefined }] }, 'services[0].disabled'],
    ['tiers', { tiers: undefined }, 'tiers'],
  ])('whose %s are there and undefined is refused: without them it would allow more', (...row) => {
    const [, given, path] = row
    const { problems, model } = readPolicy(given as PolicyDocuments)
    expect(problems.map(({ message }) => message)).toEqual([
      `${path}: expected a value, got undefined; leave ${path.replace(/.*\./, '')} out to have none`,
    ])
    expect(model).toBeUndefined()
  })

  it('may have other members that are undefined, and attributes of any name', () => {
    const { problems, model } = readPolicy({
      services: [
        {
          id: 'a',
          clients: [{ issuer: undefined, clientId: 'a' }],
          tier: undefined,
          roles: undefined,
          attributes: { conditions: undefined, disabled: undefined },
        },
      ],
      roles: undefined,
    })
    expect(problems).toEqual([])
    expect(model?.services[0]?.attributes).toEqual({})
  })

  it('that refers to itself is refused', () => {
    const roles: Record<string, unknown> = {}
    roles['a'] = roles
    expect(readPolicy({ roles } as PolicyDocuments).problems[0]?.message).toContain('nested deeper')
  })
})
