import {
  type Consequence,
  consequenceFor,
  type M2MRequest,
  nameRequest,
  type RequestGuard,
} from 'm2m-core'

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

/** A hook for `onRequest`, `preValidation` or `preHandler`, of a scope or of a route. */
export type M2MHook = (request: HookRequest, reply: HookReply, done: Done) => void
type Done = (fault?: Error) => void
type Copies = HookRequest & { [property: string]: unknown }

/** Makes a hook that does what a guard comes to. After a refusal `done` is not called. */
export const makeHook = <View>(name: string, guard: RequestGuard<View>) => {
  const hook: M2MHook = (request, reply, done) => {
    const finish = ({ error, reply: answer, headers, service }: Consequence): void => {
      if (answer) {
        if (reply.sent || reply.raw.headersSent) return
        reply.code(answer.status)
        reply.headers(answer.headers)
        // To text Fastify would add a charset.
        reply.send(Buffer.from(JSON.stringify(answer.body)))
        return
      }
      if (guard.property) (request as Copies)[guard.property] = service ?? null
      reply.headers(headers)
      done(error)
    }
    try {
      nameRequest(request.raw, request.id)
      const consequence = consequenceFor(guard, request.raw, request as View)
      if (consequence instanceof Promise) consequence.then(finish).catch(done)
      else finish(consequence)
    } catch (fault) {
      done(fault as Error)
    }
  }
  return Object.defineProperty(hook, 'name', { value: name })
}
