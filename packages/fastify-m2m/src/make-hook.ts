import { consequenceOf, type M2MRequest, nameRequest, type Verdict } from 'm2m-core'

/** What our hooks need of Fastify's request, whatever route and server it is typed for. */
export type HookRequest = { readonly raw: M2MRequest; readonly id?: unknown }

/** What our hooks need of Fastify's reply. */
export interface HookReply {
  readonly sent: boolean
  readonly raw: { readonly headersSent: boolean }
  code(status: number): unknown
  headers(headers: Record<string, string>): unknown
  send(body: Buffer): unknown
}

type Done = (fault?: Error) => void

/** A hook for `onRequest`, `preValidation` or `preHandler`, of a scope or of a route. */
export type M2MHook = (request: HookRequest, reply: HookReply, done: Done) => void

/** What a hook asks about a request; undefined lets it go on. */
export type Check<View> = (raw: M2MRequest, view: View) => Found | Promise<Found>
type Found = Verdict | undefined

/** Also how a hook refuses, and where it leaves the courtesy copy of the service. */
type Guard<View> = { check: Check<View>; refusals?: 'reply' | 'throw'; property?: string }

/** Makes a hook that does what a verdict says. After a refusal `done` is not called. */
export const makeHook = <View>(name: string, { check, property, refusals }: Guard<View>) => {
  const hook: M2MHook = (request, reply, done) => {
    const carryOut = async (): Promise<void> => {
      nameRequest(request.raw, request.id)
      const verdict = await check(request.raw, request as View)
      const { error, reply: answer, ...rest } = consequenceOf(verdict, request.raw, refusals)
      if (answer) {
        if (reply.sent || reply.raw.headersSent) return
        reply.code(answer.status)
        reply.headers(answer.headers)
        // To text Fastify would add a charset.
        reply.send(Buffer.from(JSON.stringify(answer.body)))
        return
      }
      if (property) Object.assign(request, { [property]: rest.service ?? null })
      reply.headers(rest.headers)
      done(error)
    }
    carryOut().catch(done)
  }
  return Object.defineProperty(hook, 'name', { value: name })
}
