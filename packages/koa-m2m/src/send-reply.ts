import type { Context } from 'koa'
import type { Reply } from 'm2m-core'

/**
 * Has Koa write a reply, unless an answer is already under way. As text: Koa 2 labels every object
 * `application/json`.
 */
export const sendReply = (ctx: Context, { status, headers, body }: Reply): void => {
  if (ctx.headerSent) return
  // Whoever meant to answer past Koa is not going to now, and the caller would wait forever.
  ctx.respond = true
  ctx.status = status
  ctx.set({ ...headers })
  ctx.body = JSON.stringify(body)
}
