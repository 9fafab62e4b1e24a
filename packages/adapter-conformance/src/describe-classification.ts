import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ApiPlan, Framework, RunningApi, Seen } from './api-plan.js'
import {
  type ClassifiedProfile,
  type ClassifiedToken,
  classAnswers,
  classifiedProfiles,
} from './classification.js'
import { readToken } from './compact-token.js'
import { readClassification } from './read-classification.js'

const rows = readClassification()

/** How issuers of these profiles are called; the others may have any name. */
const names: Partial<Record<ClassifiedProfile, string>> = {
  cognito: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf',
  auth0: 'https://acme.eu.auth0.com/',
  entra: 'https://login.microsoftonline.com/6babcaad-604b-40ac-a9d7-9fd97c0b779f/v2.0',
  okta: 'https://acme.okta.com/oauth2/default',
  oracle: 'https://identity.oraclecloud.com/',
  stytch: 'https://stytch.com/project-test-1',
}
const cognitoClient = '3n4b5urk1ft4fl3mg5e62d9ado'

/**
 * Tests in this framework whose tokens get in, for every profile: each token that
 * `classification.json` describes is sent to a route for services, and must be taken for what it
 * says; and to one for users, where no service may pass. For a test file.
 */
export const describeClassification = (framework: Framework): void => {
  const size = `${rows.length} tokens of ${classifiedProfiles.length} profiles`
  describe(`${framework.title}: ${size}`, () => {
    const issuers = new Map<ClassifiedProfile, TestIssuer>()
    let api: RunningApi
    beforeAll(async () => {
      for (const profile of classifiedProfiles) {
        const issuer = names[profile] ?? 'https://issuer.test'
        issuers.set(profile, await createTestIssuer({ issuer }))
      }
      api = await framework.start({ prefix: '', inside: [...issuers].flatMap(guardedBy) })
    })
    afterAll(() => api.close())

    const ask = (path: string, token: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${api.port}/${path}/transfers`, {
        headers: { authorization: `Bearer ${token}` },
      })

    it.each(rows.map((row) => [row.id, row.expect, row] as const))(
      '%s is %s',
      async (_id, expected, row) => {
        const { profile, token, header, claims, whenPinned } = row
        const issuer = issuers.get(profile) as TestIssuer
        const presented = await issuer.mint[token]({ header, claims })
        const answer = await ask(`services/${profile}`, presented)
        const { code } = (await answer.json()) as { code?: string }
        const isPinned = profile === 'cognito' && whenPinned !== undefined
        const { status, code: wanted } = classAnswers[isPinned ? whenPinned : expected]
        expect([answer.status, code]).toEqual([status, wanted])
        const forUsers = await statusForUsers(issuer, row, presented)
        if (forUsers === undefined) return
        expect((await ask(`users/${profile}`, presented)).status).toBe(forUsers)
      },
    )
  })
}

/**
 * What `rejectM2M` must answer after user auth: 200 to tokens of users as they are issued, 403 to
 * those of services, also where something was added. Undefined where either would do, since the
 * token is contrived, or no access token, which user auth would refuse.
 */
const statusForUsers = async (
  issuer: TestIssuer,
  { id, token, header, claims, expect: expected }: ClassifiedToken,
  presented: string,
): Promise<200 | 403 | undefined> => {
  if (expected === 'other-kind' || /-of-(?:entra|keycloak)/.test(id)) return undefined
  if (expected === 'service' || expected === 'unknown') return 403
  const isChanged = Object.keys({ ...header, ...claims }).length > 0
  if (token.endsWith('User')) return isChanged ? undefined : 200
  const added = Object.keys(claims).filter((name) => claims[name] !== undefined)
  const speaksOfSubject = added.some((name) => ['sub', 'jti', 'client_id', 'azp'].includes(name))
  if (token === 'delegated' || speaksOfSubject) return undefined
  const before = readToken(await issuer.mint[token]()).claims
  const after = readToken(presented).claims
  return Object.keys(before).every((name) => name in after && !added.includes(name))
    ? 403
    : undefined
}

const guardedBy = ([profile, issuer]: readonly [ClassifiedProfile, TestIssuer]): ApiPlan[] => {
  const { audience, ...keys } = issuer.asStaticOptions()
  const addressee = profile === 'cognito' ? { clientIds: [cognitoClient] } : { audience }
  const options = { ...keys, ...addressee, profile, audit: { sinks: [] } }
  const routes = [{ path: '/transfers', handler: () => ({}) }]
  const usersOnly = { ...options, claims: verified }
  return [
    {
      prefix: `/services/${profile}`,
      before: [{ auth: { ...options, requiredScope: null } }],
      routes,
    },
    { prefix: `/users/${profile}`, before: [{ usersOnly }], routes },
  ]
}

/** Stands for user auth, which has verified the token. */
const verified = ({ raw }: Seen): unknown =>
  readToken(String(raw.headers.authorization).replace('Bearer ', '')).claims
