import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ApiPlan, Framework, RunningApi } from './api-plan.js'
import { type ClassifiedProfile, classAnswers, classifiedProfiles } from './classification.js'
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
 * `classification.json` describes is sent, and must be taken for what it says. For a test file.
 */
export const describeClassification = (framework: Framework): void => {
  describe(`${framework.title}: ${rows.length} tokens of ${classifiedProfiles.length} profiles`, () => {
    const issuers = new Map<ClassifiedProfile, TestIssuer>()
    let api: RunningApi
    beforeAll(async () => {
      for (const profile of classifiedProfiles) {
        const issuer = names[profile] ?? 'https://issuer.test'
        issuers.set(profile, await createTestIssuer({ issuer }))
      }
      api = await framework.start({ prefix: '', inside: [...issuers].map(guardedBy) })
    })
    afterAll(() => api.close())

    it.each(rows.map((row) => [row.id, row.expect, row] as const))(
      '%s is %s',
      async (_id, _class, { profile, token, header, claims, expect: expected, whenPinned }) => {
        const issuer = issuers.get(profile) as TestIssuer
        const authorization = `Bearer ${await issuer.mint[token]({ header, claims })}`
        const url = `http://127.0.0.1:${api.port}/${profile}/transfers`
        const answer = await fetch(url, { headers: { authorization } })
        const { code } = (await answer.json()) as { code?: string }
        const isPinned = profile === 'cognito' && whenPinned !== undefined
        const { status, code: wanted } = classAnswers[isPinned ? whenPinned : expected]
        expect([answer.status, code]).toEqual([status, wanted])
      },
    )
  })
}

const guardedBy = ([profile, issuer]: readonly [ClassifiedProfile, TestIssuer]): ApiPlan => {
  const { audience, ...keys } = issuer.asStaticOptions()
  const addressee = profile === 'cognito' ? { clientIds: [cognitoClient] } : { audience }
  const audit = { sinks: [] }
  const auth = { ...keys, ...addressee, profile, audit, requiredScope: null }
  const routes = [{ path: '/transfers', handler: () => ({}) }]
  return { prefix: `/${profile}`, before: [{ auth }], routes }
}
