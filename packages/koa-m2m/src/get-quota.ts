import type { ExtendableContext } from 'koa'
import { type Quota, quotaOf } from 'm2m-core'

/**
 * How the budgets stand that this request was charged to; undefined where nobody limits the calling
 * service. What `RateLimit` tells the caller.
 */
export const getQuota = (ctx: Pick<ExtendableContext, 'req'>): Quota | undefined => quotaOf(ctx.req)
