import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { getService, isM2MError, m2mAuth, type ServicePrincipal } from '../src/index.js'
import { ask } from './ask.js'
import { type KoaApp, majors } from './koa-majors.js'
import { listen } from './listen.js'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer()
})

describe.each(majors)('getService on %s', (_name, Koa) => {
  const guard = () =>
    m2mAuth({ ...issuer.asOptions(), audit: { sinks: [] }, requiredScope: 's2s:internal' })
  const whoIs = (app: KoaApp): KoaApp => {
    app.use((ctx) => {
      const service: ServicePrincipal = getService(ctx)
      ctx.body = { id: service.id, isFrozen: Object.isFrozen(service) }
    })
    return app
  }

  it('is never undefined behind a guard, and cannot be changed', async () => {
    const { url } = await listen(whoIs(new Koa().use(guard()) as KoaApp))
    const { body } = await ask(url, await issuer.service({ id: 'billing' }))
    expect(body).toEqual({ id: 'billing', isFrozen: true })
  })

  it('returns what the guard found, not the copy on the state', async () => {
    const app = new Koa()
    app.use(guard()).use((ctx, next) => {
      ctx.state['service'] = { id: 'root' }
      return next()
    })
    const { url } = await listen(whoIs(app))
    expect((await ask(url, await issuer.service({ id: 'billing' }))).body['id']).toBe('billing')
  })

  it('throws the branded error when no guard ran, which Koa answers with 500', async () => {
    const errors: unknown[] = []
    const app = whoIs(new Koa())
    app.on('error', (error) => void errors.push(error))
    const { url } = await listen(app)
    expect((await ask(url, await issuer.service())).status).toBe(500)
    expect(errors).toMatchObject([{ code: 'M2M_CFG_GUARD_MISSING', status: 500 }])
    expect(errors.every(isM2MError)).toBe(true)
  })
})
