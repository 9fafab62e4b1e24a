import type { z } from 'zod'
import type { PolicyEntry, RoleEntry, ServiceEntry, TierEntry } from '../model/policy-model.js'
import { quote } from '../problem/quote.js'
import type { ParsedText } from '../source/parse-text.js'
import type { Path } from '../source/plain-node.js'
import type { Found, Reference } from './checked-file.js'
import {
  type FindReferences,
  isObject,
  memberOf,
  type PlaceOf,
  referencesOfPolicy,
  referencesOfRole,
  referencesOfService,
} from './references.js'
import { createSchemaReader, type SchemaReader } from './schema-reader.js'
import { policySchema, roleNameSchema, roleSchema, serviceSchema, tierSchema } from './schemas.js'
import { toPolicy, toRole, toService, toTier } from './to-entry.js'

/** Reads the parts of a document; what is wrong is added to the problems. */
export interface SectionReader extends Pick<SchemaReader, 'problems' | 'refuse'> {
  readonly declared: { readonly to: Reference['to']; readonly name: string }[]
  /** Those of entries with faults. */
  readonly references: Reference[]
  service(value: unknown): readonly Found<ServiceEntry>[]
  services(value: unknown, base: Path): readonly Found<ServiceEntry>[]
  roles(value: unknown, base: Path): readonly Found<RoleEntry>[]
  tiers(value: unknown, base: Path): readonly Found<TierEntry>[]
  policy(value: unknown): readonly Found<PolicyEntry>[]
  policies(value: unknown, base: Path): readonly Found<PolicyEntry>[]
}

/** Makes a reader for one document. */
export const createSectionReader = (parsed: ParsedText): SectionReader => {
  const { problems, refuse, parse } = createSchemaReader(parsed)
  const declared: { to: Reference['to']; name: string }[] = []
  const references: Reference[] = []

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
