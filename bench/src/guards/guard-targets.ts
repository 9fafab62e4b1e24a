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
 * What our overhead may be of each peer's before continuous integration objects, where there is such a
 * bound. Quick runs on a machine that others kept busy gave 0.10 to 0.32 of express-oauth2-jwt-bearer's,
 * 0.20 to 0.53 of aws-jwt-verify's and 0.02 to 0.07 of koa-jwt's. With half of these bounds each was missed
 * before guards left their findings in one shape. None for @fastify/jwt with one key and a cache: noise alone gave 0.20
 * to 0.87. express-jwt and @fastify/jwt without a cache are of the whole run only.
 */
const relationBounds: Readonly<Record<string, number>> = {
  'express, express-oauth2-jwt-bearer': 0.6,
  'express, express-jwt': 0.3,
  'express, aws-jwt-verify': 1,
  'koa, koa-jwt': 0.15,
  'fastify, @fastify/jwt, key set': 0.4,
  'fastify, @fastify/jwt, key set, cache': 0.7,
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
      ...guardCases.flatMap((one): readonly Target[] => {
        const bound = relationBounds[nameOf(one)]
        if (one.framework !== framework || bound === undefined) return []
        const name = `our overhead, well below that of ${one.guard}`
        const overheads = overheadsOf(ours, of(one.guard), bare)
        return target(name, bound, overheads).map((found) => ({ ...found, isRelation: true }))
      }),
    ]
  })

const overheadsOf = (
  ours: readonly number[] | undefined,
  theirs: readonly number[] | undefined,
  bare: readonly number[] | undefined,
): readonly number[] | undefined => ours && theirs && bare && overheadRatios(ours, theirs, bare)
