import { createM2M, type M2M, type Verdict } from 'm2m-core'
import type { FailureMode, TestIssuer } from 'm2m-testkit'
import { sendOpenLoop } from '../quotas/open-loop.js'
import type { FastClock } from './fast-clock.js'
import type { FloodTokens } from './flood-tokens.js'
import { type Rotation, rotateAndProbe } from './rotation.js'

const cooldownSeconds = 30

/** What all states have in common. */
export interface FloodWorld {
  readonly clock: FastClock
  readonly issuer: TestIssuer
  readonly tokens: FloodTokens
  readonly requests: number
  /** How long a state lasts, in real time. */
  readonly milliseconds: number
}

/** A state that the key set's server may be in. */
export interface FloodedState {
  readonly name: string
  /** What an unknown kid must be answered. */
  readonly unknownStatus: 401 | 503
  /** The key is rotated half way through. */
  readonly isReachable?: boolean
  /** Nobody listens at the port. */
  readonly isRefused?: boolean
  readonly mode?: FailureMode
}

/** What was seen in one state; latencies in milliseconds of real time. */
export interface StateFigure {
  readonly state: string
  readonly clockSeconds: number
  readonly fetches: number
  readonly mostFetches: number
  readonly validSent: number
  readonly validServed: number
  readonly warm: readonly number[]
  readonly fresh: readonly number[]
  /** How often an unknown kid was answered with each status; 200 stands for admitted. */
  readonly answers: ReadonlyMap<number, number>
  /** Answers to unknown kids that are neither 401 nor 503. */
  readonly others: number
  /** How old the rotation was, in clock seconds, when a token by the new key was first admitted. */
  readonly rotatedAfter: number | undefined
  readonly faults: readonly string[]
}

/** Floods a fresh M2M that has met the warm tokens, while the server is in this state. */
export const floodState = async (world: FloodWorld, state: FloodedState): Promise<StateFigure> => {
  const { clock, issuer, tokens, requests, milliseconds } = world
  const server = await issuer.serve()
  let fetches = 0
  const m2m = createM2M({
    issuer: issuer.issuer,
    audience: issuer.audience,
    jwksUri: `${server.url}/jwks`,
    fetch: (...args) => {
      fetches += 1
      return globalThis.fetch(...args)
    },
    clock,
    audit: { sinks: [] },
  })
  await Promise.all(tokens.warm.map((token) => present(m2m, token)))
  if (state.mode) issuer.fail(state.mode)
  if (state.isRefused) await server.close()
  // The first stranger of the flood finds the cool-down over.
  clock.skip(cooldownSeconds * 1000)
  fetches = 0

  const beganAt = clock.monotonic()
  const [warm, fresh] = [[] as number[], [] as number[]]
  const answers = new Map<number, number>()
  const pending: Promise<unknown>[] = []
  let rotation: Promise<Rotation> | undefined

  await sendOpenLoop(requests, milliseconds, (index, arrivedAt) => {
    if (state.isReachable && index === requests / 2) {
      rotation = rotateAndProbe(world, (token) => present(m2m, token), milliseconds)
    }
    const { token, kind } = tokenAt(tokens, index)
    const settle = (verdict: Verdict): void => {
      if (kind === 'unknown') {
        const status = verdict.admitted ? 200 : verdict.reply.status
        answers.set(status, (answers.get(status) ?? 0) + 1)
      } else if (verdict.admitted) {
        const latencies = kind === 'warm' ? warm : fresh
        latencies.push(performance.now() - arrivedAt)
      }
    }
    const verdict = present(m2m, token)
    if (verdict instanceof Promise) pending.push(verdict.then(settle))
    else settle(verdict)
  })
  await Promise.all(pending)
  const rotated = await rotation
  const clockSeconds = (clock.monotonic() - beganAt) / 1000
  issuer.heal()
  await m2m.close()
  await server.close()

  const known = (answers.get(401) ?? 0) + (answers.get(503) ?? 0)
  const figure = {
    state: state.name,
    clockSeconds,
    fetches,
    mostFetches: 1 + clockSeconds / cooldownSeconds,
    validSent: tokens.warm.length + tokens.fresh.length,
    validServed: warm.length + fresh.length,
    warm,
    fresh,
    answers,
    others: tokens.unknown.length - known,
    rotatedAfter: rotated?.admittedAfter,
  }
  return { ...figure, faults: faultsOf(figure, state, tokens, rotated) }
}

const present = (m2m: M2M, token: string): Verdict | Promise<Verdict> =>
  m2m.authenticate({ headers: { authorization: `Bearer ${token}` } })

/** Every tenth request is valid, and every other one of those was presented before. */
const tokenAt = (tokens: FloodTokens, index: number) => {
  const tens = Math.floor(index / 10)
  const kind = index % 10 !== 0 ? 'unknown' : tens % 2 === 0 ? 'warm' : 'fresh'
  const nth = kind === 'unknown' ? index - tens - 1 : Math.floor(tens / 2)
  return { kind, token: tokens[kind][nth] ?? '' } as const
}

const faultsOf = (
  figure: Omit<StateFigure, 'faults'>,
  { unknownStatus, isReachable }: FloodedState,
  { unknown }: FloodTokens,
  rotated: Rotation | undefined,
): readonly string[] => {
  const checks: [boolean, string][] = [
    [figure.clockSeconds > 2 * cooldownSeconds, 'it lasted no two cool-downs'],
    [figure.fetches > 0, 'nothing was fetched'],
    [figure.fetches <= figure.mostFetches, `${figure.fetches} fetches`],
    [figure.validServed === figure.validSent, 'a valid request was not served'],
    [!figure.answers.has(200), 'an unknown kid was admitted'],
    [
      figure.answers.get(unknownStatus) === unknown.length,
      `an unknown kid was not answered ${unknownStatus}`,
    ],
    [
      isReachable !== true ||
        (rotated?.admittedAfter !== undefined && rotated.refusedAfter <= cooldownSeconds),
      'the new key was not there one cool-down after the rotation',
    ],
  ]
  return checks.filter(([isKept]) => !isKept).map(([, fault]) => fault)
}
