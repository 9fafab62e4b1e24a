import type { Recorder } from '../audit/recorder.js'
import type { IssuerSettings } from '../options/read-issuer.js'
import type { Settings } from '../options/read-options.js'
import type { ServiceIssuer } from '../principal/identify.js'
import { createKeySet, type KeySetEvent, type KeySetTiming } from '../token/key-set.js'
import { createKeySource } from '../token/key-source.js'

const minute = 60_000
const fetched: KeySetTiming = {
  refreshAfter: 10 * minute,
  staleIfError: 60 * minute,
  cooldown: 30_000,
  timeout: 5000,
}
/** Keys that are given never age. */
const given: KeySetTiming = {
  ...fetched,
  refreshAfter: Number.MAX_SAFE_INTEGER,
  staleIfError: Number.MAX_SAFE_INTEGER,
}
/** Puts one issuer together: its rules, its keys, and what is believed of its tokens. */
export const createIssuer = (
  issuer: IssuerSettings,
  { clock, fetch, clockTolerance, maxTokenLifetime }: Settings,
  recorder: Recorder,
): ServiceIssuer => {
  const { jwks, jwksUri, profile, tier, claims, isService } = issuer
  const source = jwks
    ? () => Promise.resolve(jwks)
    : createKeySource({ issuer: issuer.issuer, jwksUri, fetch })
  const announce = ({ event, issuer: name, message }: KeySetEvent): void =>
    recorder.notice(event === 'keys_loaded' ? 'info' : 'warn', event, `${name}: ${message}`)
  const timing = jwks ? given : fetched
  return Object.freeze({
    rules: Object.freeze({
      ...profile.token,
      issuer: issuer.issuer,
      audience: issuer.audience,
      clientIds: issuer.clientIds,
      algorithms: issuer.algorithms,
      clockTolerance,
      maxTokenLifetime,
    }),
    keys: createKeySet({ issuer: issuer.issuer, source, timing, clock, announce }),
    profile,
    trust: new Set(issuer.trust),
    claims: Object.freeze(claims),
    tier,
    isService,
  })
}
