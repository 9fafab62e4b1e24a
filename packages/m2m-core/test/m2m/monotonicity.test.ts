import fc from 'fast-check'
import type { TestIssuer } from 'm2m-testkit'
import { createTestIssuer } from 'm2m-testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { createM2M } from '../../src/m2m/create-m2m.js'
import type { M2M } from '../../src/m2m/m2m.js'
import type { PolicyRule } from '../../src/policy/policy.js'
import type { RequiredScope } from '../../src/scope/scope-requirement.js'
import { requestWith } from './fixture.js'

const operations = ['transfers:create', 'transfers:read', 'events:publish'] as const
const scopes = ['s2s:internal', 's2s:write', 'openid'] as const
const patterns = [...operations, 'transfers:*', '*']

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer()
})

interface Grants {
  readonly scopes: readonly string[]
  readonly ops: readonly string[]
  readonly rules: readonly PolicyRule[] | undefined
  /** Of the service's tier; counts only where there are rules. */
  readonly ceiling: readonly string[] | undefined
}
const rule: fc.Arbitrary<PolicyRule> = fc.record({
  name: fc.constant('some'),
  effect: fc.constantFrom('allow', 'deny'),
  operations: fc.subarray(patterns, { minLength: 1 }),
})
const grants: fc.Arbitrary<Grants> = fc.record({
  scopes: fc.subarray([...scopes]),
  ops: fc.subarray([...patterns, 'nonsense']),
  rules: fc.option(fc.array(rule, { maxLength: 3 }), { nil: undefined }),
  ceiling: fc.option(fc.subarray(patterns), { nil: undefined }),
})
const requiredScope = fc.constantFrom<RequiredScope>(
  's2s:internal',
  ['s2s:internal', 's2s:write'],
  { any: ['s2s:write', 'openid'] },
  null,
)

const m2mWith = ({ rules, ceiling }: Grants): M2M =>
  createM2M({
    ...issuer.asStaticOptions(),
    wildcardOps: true,
    audit: { sinks: [] },
    ...(rules && { policy: { version: 1, rulesFor: () => rules, ceilingOf: () => ceiling } }),
  })

/** What the whole line lets this token do: the first question, then one yes or no per operation. */
const askAll = async (given: Grants, required: RequiredScope): Promise<readonly boolean[]> => {
  const m2m = m2mWith(given)
  const token = await issuer.service({ scope: given.scopes, allowedOps: [...given.ops] })
  const who = await m2m.authenticate(requestWith(token), { requiredScope: required })
  if (!who.admitted) return [false, ...operations.map(() => false)]
  const answers = operations.map(async (name) => (await m2m.authorize(who.service, name)).admitted)
  return [true, ...(await Promise.all(answers))]
}

/** No answer of `less` is a yes where `more` says no. */
const expectNarrower = async (
  less: Grants,
  more: Grants,
  required: RequiredScope,
): Promise<void> => {
  const [narrow, wide] = await Promise.all([askAll(less, required), askAll(more, required)])
  const widened = narrow.filter((isYes, at) => isYes && !wide[at])
  expect(widened).toEqual([])
}
const isWithin = (ceiling: readonly string[], name: string): boolean =>
  ['*', name, name.replace(/:.*/, ':*')].some((pattern) => ceiling.includes(pattern))
const settings = { numRuns: 60 }

describe('rule 2 along the whole line, with signed tokens', { timeout: 600_000 }, () => {
  it('a scope more never loses anything, a scope less never wins anything', async () => {
    const scope = fc.constantFrom(...scopes, 'another')
    await fc.assert(
      fc.asyncProperty(grants, scope, requiredScope, (given, more, required) =>
        expectNarrower(given, { ...given, scopes: [...given.scopes, more] }, required),
      ),
      settings,
    )
  })

  it('an operation more never loses anything, an operation less never wins anything', async () => {
    const op = fc.constantFrom(...patterns)
    await fc.assert(
      fc.asyncProperty(grants, op, requiredScope, (given, more, required) =>
        expectNarrower(given, { ...given, ops: [...given.ops, more] }, required),
      ),
      settings,
    )
  })

  it('a deny more never wins anything', async () => {
    await fc.assert(
      fc.asyncProperty(grants, rule, requiredScope, (given, more, required) => {
        const rules = [...(given.rules ?? []), { ...more, effect: 'deny' as const }]
        return expectNarrower({ ...given, rules }, given, required)
      }),
      settings,
    )
  })

  it('a lower ceiling never wins anything, nor does one where there was none', async () => {
    const changes = fc.tuple(fc.subarray(patterns), fc.boolean())
    await fc.assert(
      fc.asyncProperty(grants, changes, requiredScope, async (given, [kept, isFirst], required) => {
        const ceiling = isFirst
          ? kept
          : (given.ceiling ?? patterns).filter((one) => kept.includes(one))
        const before = isFirst ? { ...given, ceiling: undefined } : given
        await expectNarrower({ ...given, ceiling }, before, required)
      }),
      settings,
    )
  })

  it('nothing is admitted beyond the ceiling, whatever token and rules grant', async () => {
    const all = { name: 'all', effect: 'allow', operations: ['*'] } as const
    await fc.assert(
      fc.asyncProperty(grants, async (given) => {
        const ceiling = given.ceiling ?? []
        const wide = { ...given, ops: ['*'], rules: [all], ceiling, scopes: ['s2s:internal'] }
        const [, ...answers] = await askAll(wide, 's2s:internal')
        expect(answers).toEqual(operations.map((name) => isWithin(ceiling, name)))
      }),
      settings,
    )
  })

  it('an allow of everything never overcomes the token, nor a policy added to none', async () => {
    const everything = { name: 'all', effect: 'allow', operations: ['*'] } as const
    await fc.assert(
      fc.asyncProperty(grants, requiredScope, async (given, required) => {
        const rules = [...(given.rules ?? []), everything]
        const tokenAlone = { ...given, rules: undefined }
        await expectNarrower({ ...given, rules }, tokenAlone, required)
      }),
      settings,
    )
  })
})
