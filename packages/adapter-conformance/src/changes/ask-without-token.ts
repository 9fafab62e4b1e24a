import type { JsonObject } from '../json.js'
import type { Material } from '../material.js'
import type { RequestParts } from '../request-parts.js'
import { resolveMarkers } from '../resolve-markers.js'

/** The base request with another method, target or other lines, and without its token. */
export const askWithoutToken = (material: Material, changes: JsonObject): RequestParts => ({
  token: material.token,
  lines: [],
  ...(resolveMarkers(changes, material) as Partial<RequestParts>),
})
