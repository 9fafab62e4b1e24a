import type { z } from 'zod'
import type { PolicyEntry, RoleEntry, ServiceEntry, TierEntry } from '../model/policy-model.js'
import type { PolicyProblem } from '../problem/policy-problem.js'
import { quote } from '../problem/quote.js'
import type { ParsedText, Path } from '../source/parse-text.js'
import type { Found, Reference } from './checked-file.js'
import { unknownMember } from './expected.js'
import {
  type FindReferences,
  isObject,
  memberOf,
  type PlaceOf,
  referencesOfPolicy,
  referencesOfRole,
  referencesOfService,
} from './references.js'
import { policySchema, roleNameSchema, roleSchema, serviceSchema, tierSchema } from './schemas.js'
import { toPolicy, toRole, toService, toTier } from './to-entry.js'

/** Reads the parts of a document; what is wrong is added to the problems. */
export interface SectionReader {
  readonly problems: PolicyProblem[]
  readonly declared: { readonly to: Reference['to']; readonly name: string }[]
  /** Those of entries with faults. */
  readonly references: Reference[]
  refuse(path: Path, text: string, what?: 'value' | 'name'): void
  service(value: unknown): readonly Found<ServiceEntry>[]
  services(value: unknown, base: Path): readonly Found<ServiceEntry>[]
  roles(value: unknown, base: Path): readonly Found<RoleEntry>[]
  tiers(value: unknown, base: Path): readonly Found<TierEntry>[]
  policy(value: unknown): readonly Found<PolicyEntry>[]
  policies(value: unknown, base: Path): readonly Found<PolicyEntry>[]
}

/** Of one file; nobody reads more at once. */
const mostProblems = 100

/** Makes a reader for one document. */
export const createSectionReader = (parsed: ParsedText): SectionReader => {
  const problems: PolicyProblem[] = []
  const declared: { to: Reference['to']; name: string }[] = []
  const references: Reference[] = []

  const refuse: SectionReader['refuse'] = (path, text, what = 'value') => {
    if (problems.length >= mostProblems) return
    const message = path.length === 0 ? text : `${pathText(path)}: ${text}`
    problems.push({ ...parsed.placeOf(path, what), message })
  }
  const parse = <T>(schema: z.ZodType<T>, value: unknown, base: Path): T | undefined => {
    const result = schema.safeParse(value)
    if (result.success) return result.data
    for (const issue of result.error.issues) {
      const path = [...base, ...(issue.path as Path)]
      if (issue.code !== 'unrecognized_keys') refuse(path, issue.message)
      else
        for (const member of issue.keys.slice(0, mostProblems)) {
          refuse([...path, member], unknownMember(member, issue.message), 'name')
        }
    }
    return undefined
  }
  const readOne = <D, E>(
    value: unknown,
    path: Path,
    schema: z.ZodType<D>,
    read: (document: D, placeOf: PlaceOf) => Found<E>,
    find?: FindReferences,
  ): readonly Found<E>[] => {
    const placeOf: PlaceOf = (inner, what) => parsed.placeOf([...path, ...inner], what)
    const document = parse(schema, value, path)
    if (document !== undefined) return [read(document, placeOf)]
    references.push(...(find?.(value, placeOf) ?? []))
    return []
  }
  const items = (value: unknown, base: Path, what: string): readonly unknown[] => {
    if (Array.isArray(value)) return value
    if (value !== undefined) refuse(base, `expected ${what}, got ${quote(value)}`)
    return []
  }
  const declare = (to: Reference['to'], name: unknown): void => {
    if (typeof name === 'string') declared.push({ to, name })
  }
  const readService = (value: unknown, path: Path) => {
    declare('service', memberOf(value, 'id'))
    return readOne(value, path, serviceSchema, toService, referencesOfService)
  }

  return {
    problems,
    declared,
    references,
    refuse,
    service: (value) => readService(value, []),
    services: (value, base) =>
      items(value, base, 'a list of services').flatMap((item, index) =>
        readService(item, [...base, index]),
      ),
    roles: (value, base) => {
      if (!isObject(value)) {
        if (value !== undefined) refuse(base, `expected an object of roles, got ${quote(value)}`)
        return []
      }
      return Object.entries(value).flatMap(([role, item]) => {
        declare('role', role)
        const path = [...base, role]
        const isNamed = parse(roleNameSchema, role, path) !== undefined
        const found = readOne(
          item,
          path,
          roleSchema,
          (document, placeOf) => toRole(role, document, placeOf),
          referencesOfRole,
        )
        return isNamed ? found : []
      })
    },
    tiers: (value, base) =>
      items(value, base, 'a list of tiers, lowest first').flatMap((item, index) => {
        declare('tier', memberOf(item, 'name'))
        return readOne(item, [...base, index], tierSchema, toTier)
      }),
    policy: (value) => readOne(value, [], policySchema, toPolicy, referencesOfPolicy),
    policies: (value, base) =>
      items(value, base, 'a list of policies').flatMap((item, index) =>
        readOne(item, [...base, index], policySchema, toPolicy, referencesOfPolicy),
      ),
  }
}

const pathText = (path: Path): string =>
  path
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`,
    )
    .join('')
