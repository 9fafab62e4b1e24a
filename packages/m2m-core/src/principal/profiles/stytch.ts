import { classifyBy } from '../classify-by.js'
import type { Profile } from '../profile.js'
import { has, lacks, looks, signsOfPeople } from '../signs.js'

const machine = /^m2m-client-(?:test|live)-[\da-f-]{36}$/

/**
 * Stytch, M2M clients. Users and services share issuer, audience and keys: the beginning of `sub`
 * is all that tells them apart.
 */
export const stytch: Profile = Object.freeze({
  name: 'stytch',
  token: Object.freeze({
    types: Object.freeze(['jwt']),
    requiredClaims: Object.freeze([]),
    clientIdClaims: Object.freeze(['sub']),
  }),
  allowsClientIds: false,
  ...classifyBy({
    user: [
      looks('sub', /^(?:user|member)-/, 'names a person'),
      has('https://stytch.com/session'),
      looks('client_id', /^connected-app-/, 'names a connected app'),
      ...signsOfPeople,
      has('sid'),
    ],
    service: [looks('sub', machine, 'names an M2M client'), lacks('client_id')],
  }),
  grantsFrom: Object.freeze(['scope']),
  claimPrefix: '',
  isIssuer: (issuer: string) => /^(?:https:\/\/)?(?:[a-z]+\.)?stytch\.com\//.test(issuer),
})
