import type { Recorder } from '../audit/recorder.js'
import { createProblems, throwProblems } from '../options/problems.js'
import { isPlain, readServices } from '../options/read-services.js'
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
): readonly RegisteredService[] => {
  const problems = createProblems()
  // Nothing at all is a mistake: taken for no services it would let every client be what it says.
  const checked = readServices(services ?? null, issuers, problems)
  throwProblems(problems.found)
  return checked
}

/**
 * A registry that reads the policy's services again whenever the policy has changed, before it is
 * asked anything. What is wrong, or cannot be had, is announced. Services are judged one by one, since
 * their rules are those of the new version already: a mistake in one keeps that one as it was, and
 * no other in that is gone, disabled or another client's by now.
 */
export const followServices = (
  registry: Registry,
  policy: Policy,
  issuers: readonly string[],
  recorder: Pick<Recorder, 'notice'>,
): Registry => {
  let seen = policy.version
  const follow = (): void => {
    const newest = policy.version
    if (newest === seen) return
    // First: a set that is wrong is announced once, not on every request.
    seen = newest
    try {
      registry.replace(checkServices(policy.services, issuers))
    } catch (fault) {
      registry.replace(mended(registry.services, policy, issuers))
      const why = fault instanceof Error ? fault.message : 'the policy failed'
      const message = `the registered services of policy version ${newest} are not all in force, what is wrong stays as it was: ${why}`
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

const mended = (
  before: readonly RegisteredService[],
  policy: Policy,
  issuers: readonly string[],
): readonly RegisteredService[] => {
  const given = servicesOf(policy)
  if (!isPlain(given)) return before
  const last = new Map(before.map((service) => [service.id, service]))
  const services = Object.entries(given as JsonObject).flatMap(
    ([id, entry]) => checkedAlone(id, entry, issuers) ?? last.get(id) ?? [],
  )
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
  return services.map((service) =>
    isDisputed(service) ? Object.freeze({ ...service, disabled: true }) : service,
  )
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
