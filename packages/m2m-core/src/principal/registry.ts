import { quote } from '../errors/quote.js'
import { type Refusal, refuse } from '../errors/refusal.js'
import type { Principal, StatedPrincipal } from './identify.js'
import type { RateLimit } from './read-rate-limit.js'

/** One client of one authorization server. */
export interface RegisteredClient {
  readonly issuer: string
  readonly clientId: string
}

/** A service as the operator registered it, checked. */
export interface RegisteredService {
  readonly id: string
  readonly clients: readonly RegisteredClient[]
  readonly tier: string | undefined
  readonly attributes: Readonly<Record<string, unknown>>
  readonly rate: RateLimit | undefined
  readonly disabled: boolean
}

/** The services that the operator registered; which client is which of them. */
export interface Registry {
  /** Changes with every replacement that changes anything. */
  readonly version: number
  /** The services as they are in force. */
  readonly services: readonly RegisteredService[]
  /** The services from now on, all at once. */
  replace(services: readonly RegisteredService[]): void
  /**
   * The service behind a client, or why there is none: disabled, no longer registered, not registered
   * where that is required, or called by a name that is registered for another client.
   */
  enrol(stated: StatedPrincipal): Principal | Refusal
}

/** Makes a registry; an empty one lets every client be what its token says. */
export const createRegistry = (
  services: readonly RegisteredService[],
  requireRegistered: boolean,
): Registry => {
  let version = 0
  let byId = new Map<string, RegisteredService>()
  let byClient = new Map<string, RegisteredService>()
  /** Every client that was ever registered: what is gone must not become what its token says. */
  const everRegistered = new Set<string>()
  const replace = (given: readonly RegisteredService[]): void => {
    const next = given.map((service) => asBefore(byId.get(service.id), service))
    if (next.length === byId.size && next.every((service) => byId.get(service.id) === service))
      return
    byId = new Map(next.map((service) => [service.id, service]))
    byClient = new Map(
      next.flatMap((service) => service.clients.map((client) => [keyOf(client), service] as const)),
    )
    for (const client of byClient.keys()) everRegistered.add(client)
    version += 1
  }
  replace(services)
  return Object.freeze({
    get version() {
      return version
    },
    get services() {
      return [...byId.values()]
    },
    replace,
    enrol: (stated: StatedPrincipal) => {
      // A subject called like a registered client is not that client, nor anybody else.
      const service = stated.isSubjectOnly ? undefined : byClient.get(keyOf(stated))
      if (service) return bind(stated, service)
      if (requireRegistered || everRegistered.has(keyOf(stated))) return unregistered(stated)
      const id = stated.claimedId ?? stated.clientId
      return byId.has(id) ? taken(stated, id) : asStated(stated, id)
    },
  })
}

/** What has not changed stays the same object, so that its callers need not be made anew. */
const asBefore = (
  before: RegisteredService | undefined,
  now: RegisteredService,
): RegisteredService =>
  before && before !== now && JSON.stringify(before) === JSON.stringify(now) ? before : now

/** A NUL stands in no client id and in no issuer that could be configured. */
const keyOf = ({ issuer, clientId }: RegisteredClient): string => `${issuer}\0${clientId}`

const bind = (stated: StatedPrincipal, service: RegisteredService): Principal | Refusal => {
  const { id, tier, attributes, rate, disabled } = service
  const { claimedId } = stated
  if (disabled) return isDisabled(id)
  if (claimedId !== undefined && claimedId !== id) return claimsAnother(stated, id, claimedId)
  return principalOf(stated, {
    id,
    tier: tier ?? stated.tier,
    attributes,
    registered: true,
    registeredRate: rate,
  })
}

const asStated = (stated: StatedPrincipal, id: string): Principal =>
  principalOf(stated, { id, tier: stated.tier, attributes: noAttributes, registered: false })

/** Spelled out: copying members takes longer than all else about enrolling. */
const principalOf = (
  stated: StatedPrincipal,
  known: Pick<Principal, 'id' | 'tier' | 'attributes' | 'registered' | 'registeredRate'>,
): Principal =>
  Object.freeze({
    id: known.id,
    issuer: stated.issuer,
    clientId: stated.clientId,
    tier: known.tier,
    scopes: stated.scopes,
    allowedOps: stated.allowedOps,
    withinOps: stated.withinOps,
    rateLimit: stated.rateLimit,
    registeredRate: known.registeredRate,
    attributes: known.attributes,
    registered: known.registered,
    evidence: stated.evidence,
    token: stated.token,
  })

const noAttributes = Object.freeze({})

const unregistered = ({ issuer, clientId }: StatedPrincipal): Refusal =>
  refuse(
    'service_unregistered',
    `expected a registered client, got client ${quote(clientId)} of ${issuer}; add it to the ` +
      'clients of a service if it may call',
  )
const taken = ({ issuer, clientId }: StatedPrincipal, id: string): Refusal =>
  refuse(
    'service_id_taken',
    `expected service ${quote(id)} to call as one of its registered clients, got client ` +
      `${quote(clientId)} of ${issuer}; add it there if it is that service`,
  )
const claimsAnother = (
  { issuer, clientId }: StatedPrincipal,
  id: string,
  claimedId: string,
): Refusal =>
  refuse(
    'service_id_taken',
    `expected client ${quote(clientId)} of ${issuer} to be service ${quote(id)}, its token says ` +
      `${quote(claimedId)}; mend the service_id claim or the registration`,
  )
const isDisabled = (id: string): Refusal =>
  refuse(
    'service_disabled',
    `expected an enabled service, ${quote(id)} is disabled in the registry; enable it there if it ` +
      'may call again',
  )
