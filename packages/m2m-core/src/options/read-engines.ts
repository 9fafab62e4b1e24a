import type { PolicyEngine } from '../decision/policy-engine.js'
import { isJsonObject } from '../token/compact.js'
import type { Problems } from './problems.js'

const nameGrammar = /^[\w.-]{1,64}$/

/** Checks the engines; what is wrong is added to the problems. */
export const readEngines = (engines: unknown, problems: Problems): readonly PolicyEngine[] => {
  if (engines === undefined) return []
  const list: readonly unknown[] = Array.isArray(engines) ? Array.from(engines) : []
  const isList = Array.isArray(engines) && list.length > 0
  problems.expect(isList, 'engines', 'a list of engines, not empty', engines)
  const read = list.map((engine, index) => readEngine(engine, `engines[${index}]`, problems))
  for (const [index, { name }] of read.entries()) {
    const isFirst = read.findIndex((other) => other.name === name) === index
    problems.expect(isFirst, `engines[${index}].name`, 'a name of its own', name)
  }
  return read
}

/** Reads name and lifetime once; an engine may be an instance of a class, and keep its `this`. */
const readEngine = (engine: unknown, path: string, problems: Problems): PolicyEngine => {
  problems.expect(isJsonObject(engine), path, 'an object with name and decide()', engine)
  const given = (isJsonObject(engine) ? engine : {}) as unknown as PolicyEngine
  const { name, cacheable = false } = given
  const isName = typeof name === 'string' && nameGrammar.test(name)
  problems.expect(isName, `${path}.name`, '1 to 64 letters, digits, "_", "." or "-"', name)
  const canDecide = typeof given.decide === 'function'
  problems.expect(canDecide, `${path}.decide`, 'a function', given.decide)
  const isLifetime = typeof cacheable === 'boolean' || (Number.isFinite(cacheable) && cacheable > 0)
  problems.expect(isLifetime, `${path}.cacheable`, 'true, false or seconds', cacheable)
  return { name, cacheable, decide: (...question) => given.decide(...question) }
}
