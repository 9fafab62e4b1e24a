import type { GuardOptions } from 'm2m-core'
import type { TestIssuer } from 'm2m-testkit'
import type { ApiPlan, FrameworkKind, RoutePlan, Seen } from '../api-plan.js'
import type { DifferenceId } from '../differences.js'

/** A behaviour of an API that every adapter must show alike. */
export interface Scenario {
  /** Unique, in kebab-case: the name of the test. */
  readonly id: string
  /** The requirement it shows (`requirements.json`). */
  readonly requirement: string
  readonly plan: (world: World) => ApiPlan
  /** Sends requests and says what must come of each. */
  readonly play: (world: World, client: Client) => Promise<void>
}

/** What a plan is made of. */
export interface World {
  /** The issuer that `options` trusts. */
  readonly issuer: TestIssuer
  /** Another one that signs as well. */
  readonly other: TestIssuer
  /** Options of a guard that records into the transcript; requires `s2s:internal`. */
  options(more?: object, issuer?: TestIssuer): GuardOptions
  /** A token of `billing` that may `transfers:create`, or what else is said. */
  token(more?: TokenSpec, issuer?: TestIssuer): Promise<string>
  /** A handler that counts, and answers `{ by }`. */
  readonly answer: RoutePlan['handler']
  /** A handler that counts first, then does this. */
  counting(handler: (seen: Seen) => unknown): RoutePlan['handler']
}

export type TokenSpec = NonNullable<Parameters<TestIssuer['service']>[0]>

/** Sends requests to the API of a plan. */
export interface Client {
  readonly port: number
  /** Sends one, and notes where the answer is not as expected. */
  ask(request: Ask, expected: Expected, unlike?: Unlike): Promise<void>
  /** Notes where what happened since the last answer, without one, is not as expected. */
  happened(expected: Pick<Expected, 'reached' | 'records'>): void
}

/** One request; `GET` of `/internal/transfers` unless it says otherwise. */
export interface Ask {
  readonly method?: string
  readonly path?: string
  /** Presented as bearer token in `Authorization`. */
  readonly token?: string
  /** Sent as they are, in this order. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: string
}

/** What must come of a request. */
export interface Expected {
  readonly status: number
  /** `code` of the problem body; none when the guard does not answer. */
  readonly code?: string | undefined
  /** `by` of the handler's JSON. */
  readonly by?: string | null
  /** How often a handler ran. @defaultValue 1 for status 200, else 0 */
  readonly reached?: number
  /** Each record as stage, outcome and cause. */
  readonly records: readonly string[]
  /** Headers of the response, by lower-case name; null for none. */
  readonly headers?: Readonly<Record<string, string | null>>
}

/** What comes of it instead in frameworks that cannot do the same, and why. */
export interface Unlike {
  readonly difference: DifferenceId
  readonly on: Partial<Record<FrameworkKind, Partial<Expected>>>
}
