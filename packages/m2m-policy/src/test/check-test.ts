import type { PolicyModel } from '../model/policy-model.js'
import { didYouMean } from '../problem/did-you-mean.js'
import type { PolicyProblem } from '../problem/policy-problem.js'
import { quote } from '../problem/quote.js'
import type { Path } from '../source/plain-node.js'
import { type Asked, typeOf } from './asked.js'
import type { ReadTest } from './read-tests.js'
import type { ExpectationDocument } from './test-document.js'

/** All that a test speaks of and neither the policy nor the test itself knows. */
export const checkTest = (
  { document, placeOf }: ReadTest,
  asked: Asked,
  model: PolicyModel,
): readonly PolicyProblem[] => {
  const problems: PolicyProblem[] = []
  const refuse = (path: Path, message: string, what?: 'name'): void => {
    problems.push({ ...placeOf(path, what), message })
  }
  const ids = model.services.map(({ id }) => id)
  const roles = model.roles.map(({ name }) => name)
  const callers = [...asked.subjects.keys()]
  const resources = [...asked.resources.keys()]

  const noCaller = (who: string): string => {
    const user = `user:${who}`
    return callers.includes(user)
      ? `there is no service or user ${quote(who)}; did you mean ${quote(user)}?`
      : thereIsNo('service or user', who, callers)
  }

  const checkRoles = (user: string, held: readonly string[]): void => {
    for (const [index, role] of held.entries()) {
      if (!roles.includes(role))
        refuse(['users', user, 'roles', index], thereIsNo('role', role, roles))
    }
  }
  const checkExpected = (who: string, operation: string, expected: ExpectationDocument): void => {
    const path = ['expect', who, operation]
    if (!asked.operations.includes(operation)) {
      refuse(path, notAmong('operations', operation, asked.operations), 'name')
    }
    for (const name of typeof expected === 'string' ? [] : Object.keys(expected)) {
      const type = asked.resources.get(name)?.type
      if (type === undefined) {
        refuse([...path, name], thereIsNo('resource', name, resources), 'name')
      } else if (type !== typeOf(operation)) {
        const wanted = quote(typeOf(operation))
        const message = `expected a resource of type ${wanted}, ${quote(name)} is of type ${quote(type)}`
        refuse([...path, name], message, 'name')
      }
    }
  }

  for (const [index, id] of (document.services ?? []).entries()) {
    if (!ids.includes(id)) refuse(['services', index], thereIsNo('service', id, ids))
  }
  for (const [user, { roles: held = [] }] of Object.entries(document.users ?? {})) {
    checkRoles(user, held)
    if (!ids.includes(`user:${user}`)) continue
    refuse(
      ['users', user],
      `a service is called ${quote(`user:${user}`)}; choose another name`,
      'name',
    )
  }
  if (document.now !== undefined && Object.hasOwn(document.context ?? {}, 'time')) {
    refuse(['context', 'time'], 'expected the time once, got "now" too', 'name')
  }
  for (const [name, { type }] of asked.resources) {
    const types = asked.operations.map(typeOf)
    if (types.includes(type)) continue
    const hint = didYouMean(type, types)
    refuse(
      ['resources', name, 'type'],
      `no operation of this test is of type ${quote(type)}${hint}`,
    )
  }
  for (const [who, operations] of Object.entries(document.expect)) {
    if (callers.includes(who)) {
      for (const [operation, expected] of Object.entries(operations)) {
        checkExpected(who, operation, expected)
      }
    } else if (ids.includes(who)) refuse(['expect', who], notAmong('services', who, []), 'name')
    else refuse(['expect', who], noCaller(who), 'name')
  }
  if (callers.length === 0 || asked.operations.length === 0) {
    const missing = callers.length === 0 ? 'services or users' : 'operations'
    refuse([], `expected questions, got none: there are no ${missing} to ask about`)
  }
  return problems
}

const thereIsNo = (kind: string, name: string, known: readonly string[]): string =>
  `there is no ${kind} ${quote(name)}${didYouMean(name, known)}`

const notAmong = (list: string, name: string, known: readonly string[]): string =>
  `${quote(name)} is not among the ${list} of this test${didYouMean(name, known)}`
