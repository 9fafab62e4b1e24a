import { describe, expect, it, vi } from 'vitest'
import { createUserGuard, type UserGuardOptions } from '../../src/m2m/user-guard.js'
import { problemsOf, requestWith, setUp } from './fixture.js'

const guardOf = async (claims: unknown) => {
  const { m2m, issuer, records } = await setUp()
  const guard = createUserGuard({ m2m, claims: () => claims })
  const request = requestWith()
  return { issuer, records, refused: guard.check(request, request) }
}

describe('createUserGuard', () => {
  it('passes a user and records nothing', async () => {
    const { refused, records } = await guardOf({ sub: 'user-1', client_id: 'web' })
    expect(refused).toBeUndefined()
    expect(records).toEqual([])
  })

  it('refuses a service with 403 and one record that tells the operator why', async () => {
    const { refused, records } = await guardOf({ sub: 'billing', client_id: 'billing' })
    expect(refused).toMatchObject({ code: 'user_required', reply: { status: 403 } })
    expect(JSON.stringify(refused)).not.toContain('billing')
    expect(records).toMatchObject([
      { outcome: 'refused', stage: 'principal', cause: 'principal_is_service', status: 403 },
    ])
  })

  it.each([
    [undefined],
    [null],
    ['claims'],
    [7],
    [[]],
    [true],
    [{}],
    [{ payload: { iss: 'x', sub: 'billing', client_id: 'billing' }, token: 'x' }],
    [Object.create({ iss: 'x', sub: 'alice' })],
  ])(
    'rule 1: answers 500 when there are no claims but %j, said once on the console',
    async (claims: unknown) => {
      const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
      const { m2m } = await setUp()
      const guard = createUserGuard({ m2m, claims: () => claims })
      for (const _time of [1, 2]) {
        expect(guard.check(requestWith(), {})).toMatchObject({
          code: 'M2M_CFG_CLAIMS_MISSING',
          reply: { status: 500 },
        })
      }
      expect(warn).toHaveBeenCalledTimes(1)
      expect(warn.mock.calls[0]?.[0]).toContain('/internal/transfers')
      vi.restoreAllMocks()
    },
  )

  it('lets what claims throws go up unchanged', async () => {
    const { m2m } = await setUp()
    const fault = new Error('no user')
    const claims = (): never => {
      throw fault
    }
    expect(() => createUserGuard({ m2m, claims }).check(requestWith(), {})).toThrow(fault)
  })

  it.each([
    ['a promise', async (claims: object) => claims],
    ['another thenable', (claims: object) => ({ then: (go: (it: object) => void) => go(claims) })],
  ])('waits for claims that come as %s', async (_what, later) => {
    const { m2m, records } = await setUp()
    const ask = (claims: object) =>
      createUserGuard({ m2m, claims: () => later(claims) }).check(requestWith(), {})
    expect(await ask({ sub: 'user-1', client_id: 'web' })).toBeUndefined()
    expect(await ask({ sub: 'billing', client_id: 'billing' })).toMatchObject({
      code: 'user_required',
    })
    expect(records).toMatchObject([{ cause: 'principal_is_service' }])
  })

  it('throws an error where claims throws or rejects with nothing', async () => {
    const { m2m } = await setUp()
    const throwsNothing = () => {
      throw undefined
    }
    const check = (claims: () => unknown) =>
      createUserGuard({ m2m, claims }).check(requestWith(), {})
    expect(() => check(throwsNothing)).toThrow(Error)
    await expect(check(() => Promise.reject())).rejects.toThrow(Error)
  })

  it('asks with the view of the framework', async () => {
    const { m2m } = await setUp()
    const seen: unknown[] = []
    const claims = (view: { auth: object }) => {
      seen.push(view)
      return view.auth
    }
    const view = { auth: { sub: 'user-1', client_id: 'web' } }
    expect(createUserGuard({ m2m, claims }).check(requestWith(), view)).toBeUndefined()
    expect(seen).toEqual([view])
  })

  it('rule 1: reports every problem at once', () => {
    const options = { claims: 'auth', refusals: 'next', m2m: {} } as unknown
    const problems = problemsOf(() => createUserGuard(options as UserGuardOptions<object>))
    expect(problems.map(({ path }) => path)).toEqual(['claims', 'refusals', 'm2m'])
  })
})
