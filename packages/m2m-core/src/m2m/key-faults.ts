import type { IssuerSettings } from '../options/read-issuer.js'
import type { TrustedIssuer } from '../token/verify-token.js'

/** Issuers whose keys anybody on the way could exchange. */
export const insecureKeys = (issuers: readonly IssuerSettings[]): readonly Error[] =>
  issuers
    .filter(({ issuer, jwks, jwksUri }) => !jwks && isPlainHttp(jwksUri ?? issuer))
    .map(
      ({ issuer }) =>
        new Error(
          `keys of ${issuer} are fetched without TLS: whoever is on the way can forge tokens`,
        ),
    )

const isPlainHttp = (url: string): boolean => {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
}

/** Keys in the sets that were fetched which no set should have. They verify nothing. */
export const weakKeys = (issuers: readonly TrustedIssuer[]): readonly Error[] =>
  issuers.flatMap(({ keys, rules }) =>
    keys.weak.map((fault) => new Error(`the key set of ${rules.issuer} has ${fault}`)),
  )

/** Throws all of them as one error that lists each, unless there is none. */
export const throwKeyFaults = (faults: readonly Error[]): void => {
  if (faults.length === 0) return
  const count = faults.length === 1 ? '1 problem' : `${faults.length} problems`
  const list = faults.map(({ message }) => `\n  ${message}`).join('')
  throw new AggregateError(faults, `${count} with the keys that verify tokens${list}`)
}
