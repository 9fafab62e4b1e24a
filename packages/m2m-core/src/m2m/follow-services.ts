import type { Recorder } from '../audit/recorder.js'
import { createProblems, throwProblems } from '../options/problems.js'
import { readServices } from '../options/read-services.js'
import type { Policy } from '../policy/policy.js'
import type { StatedPrincipal } from '../principal/identify.js'
import type { RegisteredService, Registry } from '../principal/registry.js'
import { isJsonObject, member } from '../token/compact.js'

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
 * asked anything. A set that is wrong, or cannot be had, is announced, and the one before stays, but
 * for services that the new one disables: a mistake in one must not keep another in.
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
      registry.replace(narrowed(registry.services, policy))
      const why = fault instanceof Error ? fault.message : 'the policy failed'
      const message = `the registered services of policy version ${newest} are not in force, those before stay, but for what is disabled now: ${why}`
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

const narrowed = (
  before: readonly RegisteredService[],
  policy: Policy,
): readonly RegisteredService[] => {
  const given = servicesOf(policy)
  if (!isJsonObject(given)) return before
  return before.map((service) => {
    const now = member(given, service.id)
    const isDisabled = isJsonObject(now) && member(now, 'disabled') === true
    return isDisabled ? Object.freeze({ ...service, disabled: true }) : service
  })
}

/** A policy may fail to say them at all. */
const servicesOf = (policy: Policy): unknown => {
  try {
    return policy.services
  } catch {
    return undefined
  }
}
