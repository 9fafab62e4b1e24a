import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { oidcProviderCode } from '../identity-providers/oidc-provider-code.js'
import { readSections, type Section } from '../identity-providers/read-sections.js'
import { root } from './find-snippets.js'
import type { SnippetTest } from './prepare-snippet.js'

const page = readFileSync(join(root, 'docs/identity-providers.md'), 'utf8')
const namespace = 'https://api.example.com/'
const own = /service_id$|tier$|allowed_ops$|rate_limit$/

type Claims = Readonly<Record<string, unknown>>

/** What the first token of a section carries beyond what its provider puts there. */
const addedClaims = ({ blocks }: Section): Claims => {
  const claims = blocks[0]?.examples[0]?.claims ?? {}
  return Object.fromEntries(Object.entries(claims).filter(([name]) => own.test(name)))
}

interface PreTokenEvent {
  readonly triggerSource: string
  readonly callerContext: { readonly clientId: string }
  readonly response: {
    readonly claimsAndScopeOverrideDetails?: {
      readonly accessTokenGeneration: { readonly claimsToAddOrOverride: Claims }
    } | null
  }
}

const cognitoTrigger = (section: Section): SnippetTest => ({
  shows: 'a Cognito trigger that adds the claims of the token below to services alone',
  check: async ({ load }) => {
    const { handler } = (await load()) as {
      handler: (event: PreTokenEvent) => Promise<PreTokenEvent>
    }
    const claimsFor = async (triggerSource: string, clientId: string) => {
      const response = { claimsAndScopeOverrideDetails: null }
      const event = await handler({ triggerSource, callerContext: { clientId }, response })
      const { claimsAndScopeOverrideDetails: details } = event.response
      return details?.accessTokenGeneration.claimsToAddOrOverride
    }
    const client = '3n4b5urk1ft4fl3mg5e62d9ado'
    const machine = 'TokenGeneration_ClientCredentials'
    expect(await claimsFor(machine, client)).toEqual(addedClaims(section))
    expect(await claimsFor(machine, 'another')).toBeUndefined()
    expect(await claimsFor('TokenGeneration_HostedAuth', client)).toBeUndefined()
  },
})

const auth0Action = (section: Section): SnippetTest => ({
  shows: 'an Auth0 Action that adds the claims of the token below',
  check: async ({ load }) => {
    // Actions are CommonJS.
    const { action } = (await load({
      'exports.onExecuteCredentialsExchange =': 'export const action =',
    })) as { action: (event: object, api: object) => Promise<void> }
    const claimsFor = async (metadata: Claims): Promise<Claims> => {
      const claims: Record<string, unknown> = {}
      const setCustomClaim = (name: string, value: unknown) =>
        Object.assign(claims, { [name]: value })
      await action({ client: { metadata } }, { accessToken: { setCustomClaim } })
      return claims
    }
    const added = Object.entries(addedClaims(section))
    const metadata = Object.fromEntries(
      added.map(([name, value]) => [name.slice(namespace.length), value]),
    )
    expect(await claimsFor({ ...metadata, other: 'x' })).toEqual(addedClaims(section))
    expect(await claimsFor({})).toEqual({})
  },
})

const theirs: Readonly<Record<string, (section: Section) => SnippetTest>> = {
  'Amazon Cognito': cognitoTrigger,
  Auth0: auth0Action,
  'oidc-provider': oidcProviderCode,
}

const options = ({ title }: Section): SnippetTest => ({
  shows: `options for ${title}`,
  check: async ({ load }) => expect(await load()).toHaveProperty('m2m.authenticate'),
})

/** The snippets of the page on identity providers: in each section theirs, then ours. */
export const identityProviders: readonly SnippetTest[] = readSections(page).flatMap((section) => [
  ...section.theirs.map(() => {
    const test = theirs[section.title]
    if (!test) throw new Error(`Nothing runs what ${section.title} is given`)
    return test(section)
  }),
  ...section.blocks.map(() => options(section)),
])
