import { hash } from 'node:crypto'
import type { M2M, M2MRequest } from 'm2m-core'
import { cpuPerCall, cpuSince, microsOfCpu } from '../figures/cpu-time.js'
import type { Case } from '../figures/take-turns.js'
import { expectAdmitted, expectRefused } from './expect-verdict.js'
import { callCold, callWarm, createPlainM2M, createWholeM2M, requestWith } from './guarded-calls.js'
import { fastJwtVerify, joseVerify } from './peer-verifiers.js'
import { billing, type TokenSigner } from './token-signer.js'

const units = [microsOfCpu]
const { operation, scope } = billing

/** Long enough for some garbage to be collected in most batches. */
const calls = 5000
const slowCalls = 1000

/** The names of what is measured with tokens of one length. */
export const warmNames = (length: number) =>
  ({
    floor: `SHA-256 of a token of ${length}`,
    token: `token of ${length}`,
    whole: `token of ${length}, scope, quota, operation`,
    shrinking: `token of ${length}, scope, quota that is being used up, operation`,
    fastJwt: `fast-jwt's cached verify of ${length}`,
    jose: `jose's verify of ${length}`,
  }) as const

/** Calls about tokens that were met before, and refusals. */
export const warmCases = (signer: TokenSigner, lengths: readonly number[]): readonly Case[] => [
  ...lengths.flatMap((length) => casesOfLength(signer, length)),
  ...wholeCases(signer),
]

const synchronous = (name: string, count: number, prepare: () => Promise<() => void>): Case => ({
  name,
  units,
  prepare: async () => {
    const call = await prepare()
    return { batch: () => [cpuPerCall(count, call)] }
  },
})

const casesOfLength = (signer: TokenSigner, length: number): readonly Case[] => {
  const names = warmNames(length)
  const callWhole = async (budget: 'steady' | 'shrinking'): Promise<() => void> => {
    const request = requestWith(await signer.sign(length))
    const m2m = createWholeM2M(signer, [], budget)
    await callCold(m2m, request)
    return () => callWarm(m2m, request)
  }
  return [
    synchronous(names.floor, calls, async () => {
      const token = await signer.sign(length)
      return () => hash('sha256', token, 'base64')
    }),
    synchronous(names.token, calls, async () => {
      const request = requestWith(await signer.sign(length))
      const m2m = createPlainM2M(signer)
      expectAdmitted(await m2m.authenticate(request))
      return () => expectAdmitted(m2m.authenticate(request))
    }),
    synchronous(names.whole, calls, () => callWhole('steady')),
    synchronous(names.shrinking, calls, () => callWhole('shrinking')),
    synchronous(names.fastJwt, calls, async () => {
      const token = await signer.sign(length)
      const verify = fastJwtVerify(signer, true)
      return () => verify(token)
    }),
    {
      name: names.jose,
      units,
      prepare: async () => {
        const token = await signer.sign(length)
        const verify = await joseVerify(signer)
        return {
          batch: async () => {
            const [before, count] = [process.cpuUsage(), 100]
            for (let call = 0; call < count; call += 1) await verify(token)
            return [cpuSince(before) / count]
          },
        }
      },
    },
  ]
}

/** What has no length: without a token, or with the service known already. */
const wholeCases = (signer: TokenSigner): readonly Case[] => {
  const withWhole = async (
    prepare: (m2m: M2M, request: M2MRequest) => () => void,
  ): Promise<() => void> => {
    const request = requestWith(await signer.sign(900))
    const m2m = createWholeM2M(signer)
    await callCold(m2m, request)
    return prepare(m2m, request)
  }
  return [
    synchronous('operation alone', calls, () =>
      withWhole((m2m, request) => {
        const { service } = expectAdmitted(m2m.authenticate(request))
        return () => expectAdmitted(m2m.authorize(service, operation))
      }),
    ),
    synchronous('refusal: no token, but garbage', slowCalls, () =>
      withWhole((m2m) => {
        const garbage = requestWith('garbage.'.repeat(112).slice(0, 900))
        return () => expectRefused(m2m.authenticate(garbage, { requiredScope: scope }), 401)
      }),
    ),
    synchronous('refusal: token without the scope', slowCalls, () =>
      withWhole((m2m, request) => {
        const requiredScope = 's2s:other'
        return () => expectRefused(m2m.authenticate(request, { requiredScope }), 403)
      }),
    ),
    synchronous('refusal: operation denied', slowCalls, () =>
      withWhole((m2m, request) => {
        const { service } = expectAdmitted(m2m.authenticate(request))
        return () => expectRefused(m2m.authorize(service, 'invoices:delete'), 403)
      }),
    ),
  ]
}
