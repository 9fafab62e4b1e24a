import type { Target } from '../comparison/part.js'
import { spreadOf } from '../figures/spread.js'
import { type GuardCase, guardCases, nameOf } from './guard-cases.js'
import { overheadRatios, ratios } from './round-ratios.js'

/** What a guard may cost, by framework. */
interface Bounds {
  /** CPU time of a guarded request ÷ that of a bare one: token, scope, quota, operation. */
  readonly everything: number
  /** The same, with a decision log to a file. */
  readonly withLog: number
  /** Our overhead ÷ that of the peer which costs least, or is used most. */
  readonly ofPeer: readonly [peer: string, bound: number]
}

const bounds: Readonly<Record<GuardCase['framework'], Bounds>> = {
  express: { everything: 1.12, withLog: 1.18, ofPeer: ['express-oauth2-jwt-bearer', 0.12] },
  koa: { everything: 1.12, withLog: 1.4, ofPeer: ['koa-jwt', 0.02] },
  fastify: { everything: 1.18, withLog: 1.45, ofPeer: ['@fastify/jwt, one key, cache', 0.3] },
}

/**
 * What our overhead may be of each peer's before continuous integration objects: what quick runs gave on
 * a machine that others kept busy, and half as much again or more. Seen there: 0.10 to 0.32 of
 * express-oauth2-jwt-bearer's, 0.20 to 0.53 of aws-jwt-verify's, 0.02 to 0.07 of koa-jwt's, 0.20 to 0.87
 * of that of @fastify/jwt with one key and a cache. Before guards left their findings in one shape, every
 * one of these was missed.
 */
const relationBounds: Readonly<Record<string, number>> = {
  'express, express-oauth2-jwt-bearer': 0.5,
  'express, express-jwt': 0.25,
  'express, aws-jwt-verify': 0.8,
  'koa, koa-jwt': 0.1,
  'fastify, @fastify/jwt, key set': 0.25,
  'fastify, @fastify/jwt, key set, cache': 0.4,
  // Compared with a peer that does less and has a cache as well.
  'fastify, @fastify/jwt, one key, cache': 1,
}

/** The CPU time per request of a case in each round; undefined where it was not measured. */
export type CpuByRound = (name: string) => readonly number[] | undefined

/** The targets that what was measured can be held against. */
export const guardTargets = (cpuOf: CpuByRound): readonly Target[] =>
  (Object.keys(bounds) as GuardCase['framework'][]).flatMap((framework) => {
    const { everything, withLog, ofPeer } = bounds[framework]
    const of = (guard: string): readonly number[] | undefined => cpuOf(`${framework}, ${guard}`)
    const [bare, ours, logged] = [of('bare'), of('everything'), of('everything and log')]
    const target = (
      name: string,
      atMost: number,
      samples: readonly number[] | undefined,
    ): readonly Target[] =>
      samples
        ? [{ name: `${framework}: ${name}`, atMost, unit: '', figure: spreadOf(samples) }]
        : []
    const [peer, ofPeerBound] = ofPeer
    return [
      ...target('everything ÷ bare', everything, bare && ours && ratios(ours, bare)),
      ...target('everything and log ÷ bare', withLog, bare && logged && ratios(logged, bare)),
      ...target(`our overhead ÷ that of ${peer}`, ofPeerBound, overheadsOf(ours, of(peer), bare)),
      ...guardCases
        .filter((one) => one.framework === framework && one.kind === 'peer')
        .flatMap((one) =>
          target(
            `our overhead, well below that of ${one.guard}`,
            boundOf(one),
            overheadsOf(ours, of(one.guard), bare),
          ),
        )
        .map((one): Target => ({ ...one, isRelation: true })),
    ]
  })

const boundOf = (one: GuardCase): number => {
  const bound = relationBounds[nameOf(one)]
  if (bound === undefined) throw new Error(`expected a bound for ${nameOf(one)}`)
  return bound
}

const overheadsOf = (
  ours: readonly number[] | undefined,
  theirs: readonly number[] | undefined,
  bare: readonly number[] | undefined,
): readonly number[] | undefined => ours && theirs && bare && overheadRatios(ours, theirs, bare)
