import { createM2M, type M2MRequest, type ResourceInput } from 'm2m-core'
import { loadPolicy, type PolicyDocuments } from 'm2m-policy'
import { expectAdmitted } from '../calls/expect-verdict.js'
import { requestWith } from '../calls/guarded-calls.js'
import type { Settings } from '../comparison/part.js'
import { cpuPerCall, microsOfCpu } from '../figures/cpu-time.js'
import type { Prepared } from '../figures/take-turns.js'
import type { TokenMint } from '../floods/token-mint.js'
import {
  bareOperation,
  idOf,
  sharedOperation,
  sharingPolicy,
  wholePolicy,
} from '../policies/policy-documents.js'
import type { Growth } from './growth-curve.js'
import { ownerOf, ownersPolicy, ruleOperation, rulesPolicy } from './rule-policies.js'

const unit = microsOfCpu
const mostRatio = 1.2
const callsPerBatch = 5000
const slowCallsPerBatch = 500
/** Of services or operations, asked for in turn, so that nothing is at hand of the last one. */
const asked = 10

/** One of the calls that are made in turn. */
interface PolicyCall {
  readonly service: number
  readonly operation: string
  readonly resource?: ResourceInput
}

/** Token and operation of warm calls, under policies that grow. */
export const policyGrowths = (mint: TokenMint, { isQuick }: Settings): readonly Growth[] => {
  const points = isQuick ? [10, 10_000] : [10, 100, 1000, 10_000]
  const rounds = isQuick ? 11 : 41
  const curve = (
    name: string,
    of: string,
    documents: (point: number) => PolicyDocuments,
    calls: (point: number) => readonly PolicyCall[],
  ): Growth => ({
    ...{ name, of, unit, points, rounds, mostRatio },
    prepare: (point) => prepareCalls(mint, documents(point), calls(point)),
  })
  const always = [
    curve('services with policies in common', 'services', sharingPolicy, (services) =>
      spread(services).map((service) => ({ service, operation: sharedOperation })),
    ),
    curve(
      'rules, of ten services',
      'rules',
      (rules) => rulesPolicy(rules, asked),
      (rules) =>
        spread(rules).map((rule) => ({ service: rule % asked, operation: ruleOperation(rule) })),
    ),
    curve(
      'rules, all of one service',
      'rules',
      (rules) => rulesPolicy(rules, 1),
      (rules) => spread(rules).map((rule) => ({ service: 0, operation: ruleOperation(rule) })),
    ),
  ]
  if (isQuick) return always
  return [
    ...always,
    curve('services with ten policies each', 'services', wholePolicy, (services) =>
      spread(services).map((service) => ({ service, operation: bareOperation })),
    ),
    {
      // Nothing can be aimed at: each condition must be looked at until one holds.
      ...{ name: 'rules for one operation', of: 'rules', unit, rounds },
      points: [10, 100, 1000],
      prepare: (rules) =>
        prepareCalls(
          mint,
          ownersPolicy(rules),
          spread(rules).map((rule) => ({
            service: 0,
            operation: bareOperation,
            resource: { attributes: { owner: ownerOf(rule) } },
          })),
          slowCallsPerBatch,
        ),
    },
  ]
}

/**
 * Far from each other: neighbours in a file may lie side by side in memory too. Their last digits
 * differ, so that rules which go round ten services are of all of them.
 */
const spread = (count: number): readonly number[] =>
  Array.from(
    { length: asked },
    (_, at) => Math.floor((at * count) / asked) + (at % (count / asked)),
  )

const prepareCalls = async (
  mint: TokenMint,
  documents: PolicyDocuments,
  calls: readonly PolicyCall[],
  perBatch = callsPerBatch,
): Promise<Prepared> => {
  const { issuer, audience, jwks } = mint
  const m2m = createM2M({
    ...{ issuer, audience, jwks, policy: loadPolicy(documents) },
    requireRegistered: true,
    audit: { sinks: [] },
  })
  const requests = new Map<number, M2MRequest>()
  for (const { service } of calls) {
    if (requests.has(service)) continue
    const claims = { sub: idOf(service), client_id: idOf(service) }
    const request = requestWith(mint.mint({ claims }))
    expectAdmitted(await m2m.authenticate(request))
    requests.set(service, request)
  }
  const prepared = calls.map(({ service, operation, resource }) => {
    const request = requests.get(service) as M2MRequest
    return () => {
      const admitted = expectAdmitted(m2m.authenticate(request))
      expectAdmitted(m2m.authorize(admitted.service, operation, resource))
    }
  })
  let next = 0
  const callNext = (): void => {
    prepared[next]?.()
    next = (next + 1) % prepared.length
  }
  return { batch: () => [cpuPerCall(perBatch, callNext)], finish: () => m2m.close() }
}
