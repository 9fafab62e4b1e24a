import type { IncomingMessage } from 'node:http'
import type {
  Context,
  GuardOptions,
  Quota,
  ResourceInput,
  ServicePrincipal,
  UserGuardOptions,
} from 'm2m-core'

/** An API as data, so that every framework can build the same one. */
export interface ApiPlan {
  /** What all paths below begin with; `''` at the top. */
  readonly prefix: string
  /** What runs for everything under the prefix, in order, before any route. */
  readonly before?: readonly Step[]
  readonly routes?: readonly RoutePlan[]
  /** Apps, routers or scopes inside this one. */
  readonly inside?: readonly ApiPlan[]
}

/** One path, for every method that the framework can route. */
export interface RoutePlan {
  /** Below the prefix. */
  readonly path: string
  readonly steps?: readonly Step[]
  /** Returns the JSON to answer 200 with; what it throws is the framework's. */
  readonly handler: (seen: Seen) => unknown
}

/** What stands before a handler. */
export type Step =
  /** `m2mAuth` */
  | { readonly auth: GuardOptions }
  /** `requireOp` */
  | {
      readonly op: string
      readonly resource?: AskResource
      readonly context?: AskContext
      readonly cost?: number
    }
  /** `rejectM2M` */
  | { readonly usersOnly: UserGuardOptions<Seen> }
  /** Middleware that the user wrote. */
  | { readonly run: (seen: Seen) => void }
  /** Parses a body of JSON where the framework does not do so by itself. */
  | { readonly parse: 'json' }

type AskResource = (
  seen: Seen,
  service: ServicePrincipal,
) => ResourceInput | PromiseLike<ResourceInput | undefined> | undefined
type AskContext = (
  seen: Seen,
  service: ServicePrincipal,
) => Context | PromiseLike<Context | undefined> | undefined

/** A request as every framework can show it. */
export interface Seen {
  readonly raw: IncomingMessage
  readonly params: Readonly<Record<string, unknown>>
  readonly body: unknown
  /** `getService` */
  service(): ServicePrincipal
  /** `getQuota` */
  quota(): Quota | undefined
  /** What stands where the framework keeps its courtesy copies. */
  copy(name: string): unknown
  /** Puts something there, as any middleware could. */
  put(name: string, value: unknown): void
  /** Sets a header of the response that is to come. */
  header(name: string, value: string): void
}

/** How routers differ that build the same plan. */
export type FrameworkKind =
  | 'express'
  | 'koa-router'
  | 'koa-mount'
  | 'fastify-plugin'
  | 'fastify-hooks'

/** A framework with an adapter, in one way of mounting it. */
export interface Framework {
  readonly kind: FrameworkKind
  /** Name, version and way of mounting, for the titles of tests: `Koa 3.3.0 (koa-mount)`. */
  readonly title: string
  /** Serves the plan on a free port of 127.0.0.1. */
  start(plan: ApiPlan): Promise<RunningApi>
}

/** A server under test. */
export interface RunningApi {
  readonly port: number
  close(): Promise<void>
}
