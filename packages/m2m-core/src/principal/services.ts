import type { RateOptions } from './read-rate-limit.js'

/** A service that may call, as the operator knows it. */
export interface ServiceOptions {
  /** The clients that are this service; `issuer` may be left out where only one is configured. */
  readonly clients: readonly { readonly issuer?: string; readonly clientId: string }[]
  /** Its tier, over what tokens and issuer say. */
  readonly tier?: string
  /** What policies may ask about it as `subject.<name>`. */
  readonly attributes?: Readonly<Record<string, unknown>>
  /** Its budget: it lowers that of its tier, and its token's `rate_limit` lowers it. */
  readonly rate?: RateOptions
  /** Whether it is refused from now on, remembered tokens included. @defaultValue `false` */
  readonly disabled?: boolean
}

/** Registered services by their ids. */
export type Services = Readonly<Record<string, ServiceOptions>>
