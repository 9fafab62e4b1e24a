import type { Condition, RateLimit } from 'm2m-core'

/** A budget: calls per minute, `"100/min"`, or `{ limit, window, burst }` with seconds. */
export type RateDocument =
  | number
  | string
  | {
      readonly limit: number
      readonly window?: number | undefined
      readonly burst?: number | undefined
    }

/** A registered service: `services/<id>.yaml`. */
export interface ServiceDocument {
  /** What policies call it: `service:<id>`. */
  readonly id: string
  /** The clients that are this service; `issuer` may be left out where only one is configured. */
  readonly clients: readonly { readonly issuer?: string | undefined; readonly clientId: string }[]
  /** Its tier, over what tokens and issuers say. */
  readonly tier?: string | undefined
  /** What conditions may ask about it as `subject.<name>`. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
  readonly roles?: readonly string[] | undefined
  readonly rate?: RateDocument | undefined
  /** Whether it is refused. @defaultValue `false` */
  readonly disabled?: boolean | undefined
}

/** A role: a name in `roles.yaml`. */
export interface RoleDocument {
  /** Roles that whoever holds this one holds too. */
  readonly includes?: readonly string[] | undefined
  readonly description?: string | undefined
}

/** A tier: an entry of the list in `tiers.yaml`, lowest first. */
export interface TierDocument {
  readonly name: string
  /** The operations beyond which its services never go. @defaultValue no ceiling */
  readonly operations?: readonly string[] | undefined
  readonly rate?: RateDocument | undefined
}

/** A policy: `policies/*.yaml` holds one or a list of them. */
export interface PolicyDocument {
  /** What explanations and records call it. */
  readonly name: string
  readonly effect: 'allow' | 'deny' | 'ALLOW' | 'DENY'
  /** `service:<id>`, `role:<name>`, `tier:<name>`, `user:<id>`, or `service:*` for all services. */
  readonly subjects: readonly string[]
  readonly resources: readonly { readonly type: string; readonly actions: readonly string[] }[]
  /** All must hold. `subject.attributes.x` and `resource.attributes.x` are `subject.x`, `resource.x`. */
  readonly conditions?: readonly Condition[] | undefined
}

/** A whole policy in one object or one file. */
export interface PolicyDocuments {
  readonly services?: readonly ServiceDocument[] | undefined
  readonly roles?: Readonly<Record<string, RoleDocument>> | undefined
  readonly tiers?: readonly TierDocument[] | undefined
  readonly policies?: readonly PolicyDocument[] | undefined
}

const windows: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400 }

/** A budget as numbers. */
export const toRateLimit = (rate: RateDocument): RateLimit => {
  if (typeof rate === 'number') return Object.freeze({ limit: rate, window: 60 })
  if (typeof rate === 'object') {
    const { limit, window = 60, burst } = rate
    return Object.freeze({ limit, window, ...(burst !== undefined && { burst }) })
  }
  const [, limit, unit = '', burst] = /^(\d+)\/(\w+)(?:;burst=(\d+))?$/.exec(rate) ?? []
  const window = windows[unit] ?? 60
  return Object.freeze({ limit: Number(limit), window, ...(burst && { burst: Number(burst) }) })
}

const aliased = /^(subject|resource)\.attributes\.(.+)$/

/** A condition with its field as the core spells it. */
export const toCondition = ({ field, operator, value }: Condition): Condition =>
  Object.freeze({
    field: field.replace(aliased, '$1.$2'),
    operator,
    value: Array.isArray(value) ? Object.freeze([...value]) : value,
  })

const reserved: Readonly<Record<string, readonly string[]>> = {
  subject: ['id', 'issuer', 'clientId', 'tier'],
  resource: ['id', 'type'],
}

/** Whether a field spells an attribute out that has the name of a member: it would mean another. */
export const isAmbiguousField = (field: string): boolean => {
  const [, holder = '', name = ''] = aliased.exec(field) ?? []
  return reserved[holder]?.includes(name.split('.')[0] ?? '') ?? false
}
