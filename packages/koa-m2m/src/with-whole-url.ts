import type { Context } from 'koa'

/**
 * Runs a check so that its record holds the whole path although koa-mount has shortened `req.url`.
 * The core reads `originalUrl` where there is one. It is gone again afterwards: proxies that look
 * for it would forward another path than without a guard.
 */
export const withWholeUrl = <Found>(
  { req, originalUrl }: Context,
  check: () => Found | Promise<Found>,
): Found | Promise<Found> => {
  if (req.url === originalUrl || 'originalUrl' in req) return check()
  const lend = async (): Promise<Found> => {
    Reflect.defineProperty(req, 'originalUrl', { value: originalUrl, configurable: true })
    try {
      return await check()
    } finally {
      Reflect.deleteProperty(req, 'originalUrl')
    }
  }
  return lend()
}
