// Both formats' types meet in one program. Compiled only.
import type { Request } from 'express'
import { getService, type ServicePrincipal } from 'express-m2m'
import { describe } from './from-commonjs.cjs'

export const who = (req: Request): string => {
  const service: ServicePrincipal = getService(req)
  return describe(service)
}
