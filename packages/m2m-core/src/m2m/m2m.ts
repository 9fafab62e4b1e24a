import type { Explanation } from '../decision/explain.js'
import type { ServicePrincipal } from '../decision/service-principal.js'
import type { M2MRequest } from '../http/request.js'
import type { Reception } from '../pipeline/authenticate.js'
import type { Refused, Verdict } from '../pipeline/verdict.js'
import type { Lazily } from '../pipeline/when-known.js'
import type { Context, ResourceInput } from '../policy/resource.js'
import type { Services } from '../principal/services.js'
import type { RequiredScope } from '../scope/scope-requirement.js'
import type { JsonObject } from '../token/compact.js'

/**
 * The machine half of an API's authorization. Frozen; safe to share between requests, frameworks
 * and transports. A verdict is returned; only misuse and unknown faults throw.
 */
export interface M2M {
  /**
   * Who is calling, has it the scope, and is it within its quota, of which the call takes one. Reads the one `Authorization` header and verifies the
   * token locally. A plain value when everything needed is warm. Does not ask what the caller wants
   * to do: that is `authorize`.
   *
   * @throws ConfigurationError `M2M_CFG_SCOPE_INVALID` for a malformed `requiredScope`
   */
  authenticate(
    request: M2MRequest,
    options?: Reception & { readonly requiredScope?: RequiredScope },
  ): Verdict | Promise<Verdict>

  /**
   * May this service do that. Every layer must agree. `resource` and `context` may be functions,
   * called once the caller is known to be current; what they throw goes up unchanged. `request`
   * only names the call in the record. An operation that is none is refused, not thrown. `cost` is
   * how many calls the operation takes of the service's quota, the one that `authenticate` charged
   * included, and of the operation's own; 1 to 1 000 000, 1 when left out.
   *
   * @throws TypeError for a service that this M2M did not hand out, or a cost that is none
   */
  authorize(
    service: ServicePrincipal,
    operation: string,
    resource?: Lazily<ResourceInput>,
    context?: Lazily<Context>,
    request?: M2MRequest,
    cost?: number,
  ): Verdict | Promise<Verdict>

  /**
   * The scope check alone, for a service that was authenticated before.
   *
   * @throws TypeError for a service that this M2M did not hand out
   */
  authorizeScope(
    service: ServicePrincipal,
    requiredScope: RequiredScope,
    request?: M2MRequest,
  ): Verdict | Promise<Verdict>

  /**
   * For routes of users: refuses claims that user auth has verified when they are a service's, or
   * cannot be told and come from an issuer configured here. Undefined for users and for services
   * acting for one. Reads no header and verifies nothing.
   */
  rejectService(claims: JsonObject, request: M2MRequest): Refused | undefined

  /** Every layer's answer, as data and text. Spends no quota, writes no record. */
  explain(
    service: ServicePrincipal,
    operation: string,
    resource?: ResourceInput,
    context?: Context,
  ): Promise<Explanation>

  /**
   * The registered services from now on, instead of those before: a service that is disabled or gone
   * is refused on its next request, whatever is remembered of its
   * token, as long as this M2M lives; without `requireRegistered` the next one takes it at its word.
   *
   * @throws ConfigurationError with every problem at once; the services before stay then
   */
  setServices(services: Services): void

  /**
   * Sees that there are usable keys of every issuer, fetching where there are none; rejects with all
   * that is wrong, one line each: metadata of another issuer, no usable key, weak or private keys
   * beside good ones, keys fetched without TLS from another machine. Warns of a quota that
   * each of several processes keeps for itself. Optional: requests fetch too.
   */
  ready(): Promise<void>

  /** Fetches every issuer's keys now, whatever the cool-down; rejects when one fails. */
  refresh(): Promise<void>

  /**
   * Forgets the verified tokens of a service and what engines answered about it; the next request
   * verifies its token and asks them anew.
   */
  invalidate(serviceId: string): Promise<void>

  /**
   * Ends fetches under way and waits until accepted records are written, 5 s at most. Not to be used
   * afterwards: keys are never fetched again.
   */
  close(): Promise<void>
}
