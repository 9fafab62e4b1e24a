import type { Settings } from '../comparison/part.js'
import { cpuSince, microsOfCpu } from '../figures/cpu-time.js'
import type { Case } from '../figures/take-turns.js'
import { callCold, createWholeM2M, requestWith } from './guarded-calls.js'
import {
  awsVerify,
  bareVerify,
  fastJwtVerify,
  joseSetVerify,
  joseVerify,
  type Verify,
  type VerifyLater,
} from './peer-verifiers.js'
import type { Algorithm, TokenSigner } from './token-signer.js'

/** More than an M2M remembers: whoever walks around the ring meets only what has been forgotten. */
const ringSize = 5250
const perBatch = 210
const together = 16

/** By the clock. */
export const micros = 'µs'
const atOnce = `, ${together} at once`

/** The names of what is measured with tokens of one algorithm. */
export const coldNames = (algorithm: Algorithm) =>
  ({
    bare: `new ${algorithm} token, crypto.verify alone`,
    ours: `new ${algorithm} token, scope, quota, operation`,
    jose: `new ${algorithm} token, jose`,
    joseSet: `new ${algorithm} token, jose, from a set of keys`,
    fastJwt: `new ${algorithm} token, fast-jwt without its cache`,
    aws: `new ${algorithm} token, aws-jwt-verify`,
  }) as const

/** All that verify tokens of one algorithm; those that answer later also many at once. */
export const coldCases = (signer: TokenSigner, { isQuick }: Settings): readonly Case[] => {
  const names = coldNames(signer.algorithm)
  const tokens = once(() => signer.signMany(ringSize, 900))
  const ours = async (): Promise<VerifyLater> => {
    const m2m = createWholeM2M(signer)
    const verify: VerifyLater = (token) => callCold(m2m, requestWith(token))
    // Full from the first round on: each token that is new makes it forget another one.
    for (const token of await tokens()) await verify(token)
    return verify
  }
  const jose = (): Promise<VerifyLater> => joseVerify(signer)
  const joseSet = async (): Promise<VerifyLater> => joseSetVerify(signer)
  const oneByOne = [
    synchronousCase(names.bare, tokens, () => bareVerify(signer)),
    oneByOneCase(names.ours, tokens, ours),
    oneByOneCase(names.jose, tokens, jose),
    oneByOneCase(names.joseSet, tokens, joseSet),
    synchronousCase(names.fastJwt, tokens, () => fastJwtVerify(signer, false)),
    synchronousCase(names.aws, tokens, () => awsVerify(signer)),
  ]
  if (isQuick) return oneByOne
  return [
    ...oneByOne,
    togetherCase(`${names.ours}${atOnce}`, tokens, ours),
    togetherCase(`${names.jose}${atOnce}`, tokens, jose),
    togetherCase(`${names.joseSet}${atOnce}`, tokens, joseSet),
  ]
}

type Tokens = () => Promise<readonly string[]>
type Work = (tokens: readonly string[]) => void | Promise<void>

/** For what answers at once, and so has nothing to do at the same time. */
const synchronousCase = (name: string, tokens: Tokens, prepare: () => Verify): Case =>
  coldCase(name, tokens, async () => {
    const verify = prepare()
    return (some) => some.forEach(verify)
  })

const oneByOneCase = (name: string, tokens: Tokens, prepare: () => Promise<VerifyLater>): Case =>
  coldCase(name, tokens, async () => {
    const verify = await prepare()
    return async (some) => {
      for (const token of some) await verify(token)
    }
  })

const togetherCase = (name: string, tokens: Tokens, prepare: () => Promise<VerifyLater>): Case =>
  coldCase(name, tokens, async () => {
    const verify = await prepare()
    return async (some) => {
      const left = some.values()
      const worker = async (): Promise<void> => {
        for (const token of left) await verify(token)
      }
      await Promise.all(Array.from({ length: together }, worker))
    }
  })

const coldCase = (name: string, tokens: Tokens, prepare: () => Promise<Work>): Case => ({
  name,
  units: [micros, microsOfCpu],
  prepare: async () => {
    const ring = await tokens()
    const work = await prepare()
    let at = 0
    return {
      batch: async () => {
        const some = ring.slice(at, at + perBatch)
        at = (at + perBatch) % ring.length
        const [begunAt, before] = [performance.now(), process.cpuUsage()]
        await work(some)
        const taken = [(performance.now() - begunAt) * 1000, cpuSince(before)]
        return taken.map((all) => all / some.length)
      },
    }
  },
})

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly it: T } | undefined
  return () => {
    made ??= { it: make() }
    return made.it
  }
}
