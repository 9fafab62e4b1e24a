import { quote } from '../errors/quote.js'
import { budgetOf } from '../principal/read-rate-limit.js'
import type { RegisteredClient, RegisteredService } from '../principal/registry.js'
import { isJsonObject, type JsonObject } from '../token/compact.js'
import type { Problems } from './problems.js'

/** How a budget is written. */
export const aBudget = 'a number per minute, "100/min", "10/s;burst=20" or { limit, window, burst }'

const members = ['clients', 'tier', 'attributes', 'rate', 'disabled']
/** Names that appear in logs, policies and keys. */
const nameLike = /^[\x20-\x7e]{1,256}$/

/** What services came to when they were checked before; only of those that nothing can change. */
export type CheckedServices = WeakMap<object, RegisteredService>

/**
 * Checks registered services; what is wrong is added to the problems. A client belongs to one
 * service, and comes from a configured issuer. With `known` each is checked once, if it is frozen.
 */
export const readServices = (
  services: unknown,
  issuers: readonly string[],
  problems: Problems,
  known?: CheckedServices,
): readonly RegisteredService[] => {
  if (services === undefined) return []
  if (!problems.expect(isPlain(services), 'services', 'an object by service id', services)) {
    return []
  }
  const read = Object.entries(services as JsonObject).map(([id, service]) => {
    const before = known?.get(service as object)
    if (before?.id === id) return before
    const faults = problems.found.length
    const checked = readService(id, service, issuers, problems)
    const isRight = problems.found.length === faults
    if (known && isRight && isFrozenData(service)) known.set(service as object, checked)
    return checked
  })
  checkOwners(read, problems)
  return read
}

/** A `Map` or a promise has no entries of its own: taken for no services it would admit anybody. */
export const isPlain = (value: unknown): boolean => {
  if (!isJsonObject(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  // Not compared with ours: objects may come from another realm, as in Jest.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const checkOwners = (read: readonly RegisteredService[], problems: Problems): void => {
  const seen = new Map<string, string>()
  for (const { id, clients } of read) {
    for (const { issuer, clientId } of clients) {
      const key = JSON.stringify([issuer, clientId])
      const other = seen.get(key)
      if (other !== undefined) {
        const message = `expected client ${quote(clientId)} of ${issuer} in one service, it is in ${quote(other)} too`
        problems.add('M2M_CFG_SERVICES_INVALID', pathOf(id), message)
      }
      seen.set(key, id)
    }
  }
}

const pathOf = (id: string): string => `services[${quote(id)}]`

const readService = (
  id: string,
  service: unknown,
  issuers: readonly string[],
  problems: Problems,
): RegisteredService => {
  const path = pathOf(id)
  problems.expect(nameLike.test(id), path, 'an id of 1 to 256 printable ASCII characters', id)
  const given = isJsonObject(service) ? service : {}
  const hint = Array.isArray(service) ? '; put the list into clients' : ''
  problems.expect(isJsonObject(service), path, `an object such as { clients }${hint}`, service)
  problems.unknown(given, members, `${path}.`)
  const { tier, attributes, rate, disabled } = given
  const isTier = tier === undefined || (typeof tier === 'string' && nameLike.test(tier))
  problems.expect(isTier, `${path}.tier`, 'a tier name', tier)
  const areFacts = attributes === undefined || isPlain(attributes)
  problems.expect(areFacts, `${path}.attributes`, 'an object', attributes)
  const budget = rate === undefined ? undefined : budgetOf(rate)
  const isBudget = rate === undefined || budget !== undefined
  problems.expect(isBudget, `${path}.rate`, aBudget, rate)
  const isSwitch = disabled === undefined || typeof disabled === 'boolean'
  problems.expect(isSwitch, `${path}.disabled`, 'true or false', disabled)
  return Object.freeze({
    id,
    clients: Object.freeze(readClients(given['clients'], path, issuers, problems)),
    tier: tier as string | undefined,
    attributes: areFacts ? frozenCopy(attributes ?? {}, `${path}.attributes`, problems) : {},
    rate: budget,
    disabled: disabled === true,
  })
}

const readClients = (
  clients: unknown,
  path: string,
  issuers: readonly string[],
  problems: Problems,
): readonly RegisteredClient[] => {
  const list: readonly unknown[] = Array.isArray(clients) ? Array.from(clients) : []
  const isList = Array.isArray(clients) && list.length > 0
  problems.expect(isList, `${path}.clients`, 'a list such as [{ clientId }]', clients)
  return list.flatMap((client, index) => {
    const at = `${path}.clients[${index}]`
    const given = isJsonObject(client) ? client : {}
    problems.expect(isJsonObject(client), at, 'an object such as { clientId }', client)
    problems.unknown(given, ['issuer', 'clientId'], `${at}.`)
    const { clientId, issuer = issuers.length === 1 ? issuers[0] : undefined } = given
    const isId = typeof clientId === 'string' && nameLike.test(clientId)
    problems.expect(isId, `${at}.clientId`, 'a client id', clientId)
    const isConfigured = typeof issuer === 'string' && issuers.includes(issuer)
    problems.expect(isConfigured, `${at}.issuer`, 'one of the configured issuers', issuer)
    return isId && isConfigured ? [Object.freeze({ issuer, clientId })] : []
  })
}

/** Whether nothing in it can change: frozen, and no member that is asked for anew each time. */
const isFrozenData = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return true
  return (
    Object.isFrozen(value) &&
    Object.values(Object.getOwnPropertyDescriptors(value)).every(
      (member) => 'value' in member && isFrozenData(member.value),
    )
  )
}

/** Attributes are JSON and copied: what policies compare must not change behind a decision. */
const frozenCopy = (
  attributes: unknown,
  path: string,
  problems: Problems,
): Readonly<Record<string, unknown>> => {
  const odd: unknown[] = []
  const note = (_name: string, value: unknown): unknown => {
    if (!isJson(value)) odd.push(value)
    return value
  }
  try {
    const copy: unknown = JSON.parse(JSON.stringify(attributes, note))
    if (isJsonObject(copy) && odd.length === 0) return deepFrozen(copy) as JsonObject
  } catch {
    // What JSON cannot hold at all ends below, like what it turns into something else.
  }
  problems.expect(false, path, 'what JSON can hold: objects, lists, texts, numbers', attributes)
  return {}
}

const isJson = (value: unknown): boolean => {
  if (typeof value === 'object') return value === null || Array.isArray(value) || isPlain(value)
  if (typeof value === 'number') return Number.isFinite(value)
  return ['undefined', 'string', 'boolean'].includes(typeof value)
}

const deepFrozen = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  for (const member of Object.values(value)) deepFrozen(member)
  return Object.freeze(value)
}
