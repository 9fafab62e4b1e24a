import type { FastifyReply } from 'fastify'
import { errorOf, type M2MRequest, refusalsOf, type Verdict } from 'm2m-core'

/** What our hooks need of Fastify's request, whatever route it is typed for. */
export type HookRequest = { readonly raw: M2MRequest }

type Done = (fault?: Error) => void

/** A hook for `onRequest`, `preValidation` or `preHandler`, of a scope or of a route. */
export type M2MHook = (request: HookRequest, reply: FastifyReply, done: Done) => void

/** What a hook asks about a request; undefined lets it go on. */
export type Check<View> = (raw: M2MRequest, view: View) => Found | Promise<Found>
type Found = Verdict | undefined

/** Also how a hook refuses, and where it leaves the courtesy copy of the service. */
type Guard<View> = { check: Check<View>; refusals?: 'reply' | 'throw'; property?: string }

/** Makes a hook that does what a verdict says. After a refusal `done` is not called. */
export const makeHook = <View>(name: string, { check, property, refusals }: Guard<View>) => {
  const hook: M2MHook = (request, reply, done) => {
    const carryOut = async (): Promise<void> => {
      const verdict = await check(request.raw, request as View)
      if (verdict?.admitted) reply.headers(verdict.headers)
      if (verdict?.admitted && property) Object.assign(request, { [property]: verdict.service })
      if (!verdict || verdict.admitted || verdict.passedOn) done()
      else if ((refusals ?? refusalsOf(request.raw)) === 'throw') done(errorOf(verdict))
      else if (!reply.sent && !reply.raw.headersSent) {
        // To text Fastify would add a charset.
        const bytes = Buffer.from(JSON.stringify(verdict.reply.body))
        reply.code(verdict.reply.status).headers(verdict.reply.headers).send(bytes)
      }
    }
    carryOut().catch(done)
  }
  return Object.defineProperty(hook, 'name', { value: name })
}
