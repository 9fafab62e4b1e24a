import type { Recorder } from '../audit/recorder.js'
import { quote } from '../errors/quote.js'
import { createProblems, throwProblems } from '../options/problems.js'
import { type CheckedServices, isPlain, readServices } from '../options/read-services.js'
import type { Policy } from '../policy/policy.js'
import type { StatedPrincipal } from '../principal/identify.js'
import type { RegisteredService, Registry } from '../principal/registry.js'
import type { JsonObject } from '../token/compact.js'

/**
 * Checks registered services that come while requests are answered.
 *
 * @throws ConfigurationError with every problem at once
 */
export const checkServices = (
  services: unknown,
  issuers: readonly string[],
  known?: CheckedServices,
): readonly RegisteredService[] => {
  const problems = createProblems()
  // Nothing at all is a mistake: taken for no services it would let every client be what it says.
  const checked = readServices(services ?? null, issuers, problems, known)
  throwProblems(problems.found)
  return checked
}

/**
 * A registry that reads the policy's services again whenever the policy has changed, before it is
 * asked anything. What is wrong, or cannot be had, is announced. Services are judged one by one, since
 * their rules are those of the new version already: a mistake in one disables that one, since its old
 * clients must not get its new rules, and keeps no other in that is gone, disabled or another
 * client's by now.
 */
export const followServices = (
  registry: Registry,
  policy: Policy,
  issuers: readonly string[],
  recorder: Pick<Recorder, 'notice'>,
): Registry => {
  let seen = policy.version
  // A request waits while this is done: of a thousand services only a few have changed.
  const known: CheckedServices = new WeakMap()
  const follow = (): void => {
    const newest = policy.version
    if (newest === seen) return
    // First: a set that is wrong is announced once, not on every request.
    seen = newest
    try {
      registry.replace(checkServices(policy.services, issuers, known))
    } catch (fault) {
      const { services, stopped } = mended(registry.services, policy, issuers)
      registry.replace(services)
      const why = fault instanceof Error ? fault.message : 'the policy failed'
      const message = `the registered services of policy version ${newest} are not all in force${stoppedText(stopped)}: ${why}`
      recorder.notice('warn', 'services_invalid', message)
    }
  }
  return Object.freeze({
    get version() {
      follow()
      return registry.version
    },
    get services() {
      follow()
      return registry.services
    },
    replace: registry.replace,
    enrol: (stated: StatedPrincipal) => {
      follow()
      return registry.enrol(stated)
    },
  })
}

interface Mended {
  readonly services: readonly RegisteredService[]
  /** The ids of those that were in force and are disabled by a mistake. */
  readonly stopped: readonly string[]
}

const mended = (
  before: readonly RegisteredService[],
  policy: Policy,
  issuers: readonly string[],
): Mended => {
  const given = servicesOf(policy)
  if (!isPlain(given)) return { services: before, stopped: [] }
  const last = new Map(before.map((service) => [service.id, service]))
  const stopped = new Set<string>()
  const stop = (service: RegisteredService): RegisteredService => {
    if (last.get(service.id)?.disabled === false) stopped.add(service.id)
    return Object.freeze({ ...service, disabled: true })
  }
  const services = Object.entries(given as JsonObject).flatMap(([id, entry]) => {
    const known = last.get(id)
    return checkedAlone(id, entry, issuers) ?? (known ? [stop(known)] : [])
  })
  const clientsOf = (service: RegisteredService): readonly string[] => [
    ...new Set(service.clients.map(({ issuer, clientId }) => JSON.stringify([issuer, clientId]))),
  ]
  const owners = new Map<string, number>()
  for (const client of services.flatMap(clientsOf)) {
    owners.set(client, (owners.get(client) ?? 0) + 1)
  }
  // Nobody knows which of two services a client should be: it is neither.
  const isDisputed = (service: RegisteredService): boolean =>
    clientsOf(service).some((client) => owners.get(client) !== 1)
  return {
    services: services.map((service) => (isDisputed(service) ? stop(service) : service)),
    stopped: [...stopped],
  }
}

const mostNames = 10

const stoppedText = (ids: readonly string[]): string => {
  if (ids.length === 0) return ''
  const names = ids.slice(0, mostNames).map((id) => quote(id))
  const more = ids.length > mostNames ? ` and ${ids.length - mostNames} more` : ''
  return `, disabled until it is mended: ${names.join(', ')}${more}`
}

const checkedAlone = (
  id: string,
  entry: unknown,
  issuers: readonly string[],
): readonly RegisteredService[] | undefined => {
  const problems = createProblems()
  const checked = readServices({ [id]: entry }, issuers, problems)
  return problems.found.length === 0 ? checked : undefined
}

/** A policy may fail to say them at all. */
const servicesOf = (policy: Policy): unknown => {
  try {
    return policy.services
  } catch {
    return undefined
  }
}
