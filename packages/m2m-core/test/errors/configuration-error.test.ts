import { describe, expect, it } from 'vitest'
import {
  ConfigurationError,
  type ConfigurationProblem,
  configurationCodes,
} from '../../src/errors/configuration-error.js'
import { isM2MError } from '../../src/errors/m2m-error.js'

const audience: ConfigurationProblem = {
  code: 'M2M_CFG_AUDIENCE_MISSING',
  path: 'issuers[0].audience',
  message: 'expected an audience, got nothing; set audience',
}
const scope: ConfigurationProblem = {
  code: 'M2M_CFG_SCOPE_INVALID',
  path: 'requiredScope',
  message: 'expected a scope',
}

describe('ConfigurationError', () => {
  it('reports all problems in one error', () => {
    const error = new ConfigurationError([audience, scope])
    expect(error.problems).toEqual([audience, scope])
    for (const { code, path, message } of [audience, scope]) {
      expect(error.message).toContain(code)
      expect(error.message).toContain(path)
      expect(error.message).toContain(message)
    }
  })

  it('carries the code of the first problem and a name of its own', () => {
    const error = new ConfigurationError([scope, audience])
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'M2M_CFG_SCOPE_INVALID' })
    expect(error).toBeInstanceOf(Error)
  })

  it('keeps a list of its own that nobody changes', () => {
    const given: [ConfigurationProblem, ...ConfigurationProblem[]] = [audience]
    const error = new ConfigurationError(given)
    given.push(scope)
    expect(error.problems).toEqual([audience])
    expect(Object.isFrozen(error.problems)).toBe(true)
  })

  it('is branded with the registered symbol', () => {
    expect(Symbol.for('m2m.error') in new ConfigurationError([audience])).toBe(true)
  })

  it('rule 1: is no answer to a request', () => {
    expect(isM2MError(new ConfigurationError([audience]))).toBe(false)
    expect(new ConfigurationError([audience])).not.toHaveProperty('status')
  })
})

describe('configuration codes', () => {
  it.each(configurationCodes)('%s starts with M2M_CFG_', (code) => {
    expect(code).toMatch(/^M2M_CFG_[A-Z_]+$/)
  })

  it('are a closed list', () => {
    expect(Object.isFrozen(configurationCodes)).toBe(true)
  })
})
