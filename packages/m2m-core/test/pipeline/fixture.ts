import { createTestIssuer, type TestIssuer, type TokenSpec } from 'm2m-testkit'
import type { AuditRecord } from '../../src/audit/audit-record.js'
import type { AuditSink, Notice } from '../../src/audit/audit-sink.js'
import { createRecorder } from '../../src/audit/recorder.js'
import type { ServicePrincipal } from '../../src/decision/service-principal.js'
import { createSharedLayers } from '../../src/decision/shared-layers.js'
import type { M2MRequest } from '../../src/http/request.js'
import { createIssuer } from '../../src/m2m/create-issuer.js'
import { createM2M } from '../../src/m2m/create-m2m.js'
import type { M2MOptions } from '../../src/options/options.js'
import { createProblems } from '../../src/options/problems.js'
import { readOptions } from '../../src/options/read-options.js'
import { createLine, type Line } from '../../src/pipeline/line.js'
import type { Refused, Verdict } from '../../src/pipeline/verdict.js'
import type { Policy, PolicyRule } from '../../src/policy/policy.js'
import { createRegistry } from '../../src/principal/registry.js'
import { createLimiter } from '../../src/quota/limiter.js'

export const seconds = 1000
export const minutes = 60 * seconds

/** A clock that only moves by hand. */
export const manualClock = () => {
  let elapsed = 0
  return {
    now: () => 1_800_000_000_000 + elapsed,
    monotonic: () => 50_000 + elapsed,
    advance: (milliseconds: number) => {
      elapsed += milliseconds
    },
  }
}

/** A sink that keeps what it is given. */
export const memorySink = (settings: Pick<AuditSink, 'admitted' | 'required'> = {}) => {
  const records: AuditRecord[] = []
  const notices: Notice[] = []
  return {
    ...settings,
    records,
    notices,
    write: (record: AuditRecord) => void records.push(record),
    notice: (notice: Notice) => void notices.push(notice),
  }
}

/** Options that record everything in `sink` and move by `clock`. */
export const observed = (sink: AuditSink, clock = manualClock()) => ({
  clock,
  audit: { sinks: [sink], unauthenticatedPerSecond: 1_000_000 },
})

/** An M2M on a test issuer, with a clock to turn and records to read. */
export const setUp = async (options: Partial<M2MOptions> = {}) => {
  const clock = manualClock()
  const issuer = await createTestIssuer({ now: clock.now })
  const sink = memorySink()
  const m2m = createM2M({ ...issuer.asOptions(), ...observed(sink, clock), ...options })
  return { clock, issuer, m2m, sink, records: sink.records }
}

export const requestWith = (token: string | undefined, changes: Partial<M2MRequest> = {}) => ({
  method: 'POST',
  url: '/internal/transfers',
  headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  ...changes,
})

export const serviceIn = (verdict: Verdict): ServicePrincipal => {
  if (verdict.admitted) return verdict.service
  throw new Error(`expected a service, got ${verdict.code}`)
}

export const refusalIn = (verdict: Verdict): Refused => {
  if (!verdict.admitted) return verdict
  throw new Error('expected a refusal, got a service')
}

/** `admitted`, or the status and code of the refusal. */
export const inShort = async (pending: Verdict | Promise<Verdict>): Promise<string> => {
  const verdict = await pending
  return verdict.admitted ? 'admitted' : `${verdict.reply.status} ${verdict.code}`
}

/** A policy whose rules and version can be changed, as a file that is edited. */
export const editablePolicy = (rules: readonly PolicyRule[]) => {
  let current = rules
  const policy = { version: 1, rulesFor: () => current } satisfies Policy
  const edit = (next: readonly PolicyRule[]): void => {
    current = next
    policy.version += 1
  }
  return { policy, edit }
}

export const allow = (...operations: string[]): PolicyRule => ({
  name: 'allowed here',
  effect: 'allow',
  operations,
})

/** Everything that is wrong with a token, by name. */
export const badTokens = async (
  issuer: TestIssuer,
  spec: TokenSpec = {},
): Promise<Readonly<Record<string, string>>> => {
  const good = await issuer.service(spec)
  const [header, claims, signature] = good.split('.') as [string, string, string]
  return {
    expired: await issuer.expired(spec),
    'wrong audience': await issuer.wrongAudience(spec),
    forged: await issuer.otherKey(spec),
    'unknown key': await issuer.unknownKey(spec),
    'of a user': await issuer.user(spec),
    'without type': await issuer.service({ ...spec, header: { typ: undefined } }),
    'of another issuer': await issuer.service({ ...spec, claims: { iss: 'https://evil.test' } }),
    'without client': await issuer.service({ ...spec, claims: { client_id: undefined } }),
    bound: await issuer.service({ ...spec, claims: { cnf: { jkt: 'x'.repeat(43) } } }),
    'with its own key': await issuer.service({ ...spec, header: { jku: 'https://evil.test' } }),
    'alg none': await issuer.service({ ...spec, header: { alg: 'none' } }),
    'with a number as scope': await issuer.service({ ...spec, claims: { scope: 7 } }),
    padded: `${good}==`,
    'in two parts': `${header}.${claims}`,
    'in four parts': `${good}.${signature}`,
    'without signature': `${header}.${claims}.`,
    opaque: 'b3BhcXVlLXRva2VuLW9mLWEtc2VydmVy',
    'too long': `${header}.${claims}${'A'.repeat(9000)}.${signature}`,
  }
}

/** The stages themselves, for what `createM2M` fixes: how long a required sink may take. */
export const lineOn = (
  issuer: TestIssuer,
  clock: ReturnType<typeof manualClock>,
  sinks: readonly AuditSink[] = [],
): Line => {
  const settings = readOptions({ ...issuer.asOptions(), clock }, createProblems())
  const limits = { unauthenticatedPerSecond: 1_000_000, mostPending: 10, requiredTimeout: 10 }
  const recorder = createRecorder(sinks, limits, clock)
  const issuers = settings.issuers.map((one) => createIssuer(one, settings, recorder))
  return createLine({
    registry: createRegistry([], false),
    verifier: {
      issuers: new Map(issuers.map((one) => [one.rules.issuer, one])),
      maxTokenLength: settings.maxTokenLength,
      clock,
    },
    policy: undefined,
    engines: undefined,
    tierRates: settings.quota.tierRates,
    limiter: createLimiter({ ...settings.quota, clock, announce: recorder.notice }),
    layersOf: createSharedLayers({
      policy: undefined,
      wildcardOps: false,
      hasSeveralIssuers: false,
    }),
    mostTokens: 100,
    recorder,
    clock,
  })
}
