import type { M2MRequest } from '../http/request.js'
import { rejectService } from '../principal/reject-service.js'
import type { JsonObject } from '../token/compact.js'
import { beginCall } from './call.js'
import { refuseCall } from './conclude.js'
import type { Line } from './line.js'
import type { Refused } from './verdict.js'

/** Refuses what user auth let in although it is no user; undefined for users. */
export const turnAway = (
  line: Line,
  claims: JsonObject,
  request: M2MRequest,
): Refused | undefined => {
  const call = beginCall(line, 'principal', request)
  const refusal = rejectService(claims, line.verifier.issuers)
  return refusal && refuseCall(line, call, refusal)
}
