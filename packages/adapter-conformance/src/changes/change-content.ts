import { encodePart } from '../compact-token.js'
import type { Json, JsonObject } from '../json.js'
import type { Material } from '../material.js'
import { overlay, resolveMarkers } from '../resolve-markers.js'

/** The base token with members laid over its JOSE header, signed anew. */
export const changeHeader = (material: Material, changes: JsonObject): Promise<string> =>
  material.sign({ ...material, header: overlay(material.header, changes, material) })

/** The base token with members laid over its claims, signed anew. */
export const changeClaims = (material: Material, changes: JsonObject): Promise<string> =>
  material.sign({ ...material, claims: overlay(material.claims, changes, material) })

/** The base token with members laid over its claims under its old signature. */
export const tamper = ({ parts, ...material }: Material, changes: JsonObject): string =>
  `${parts[0]}.${encodePart(overlay(material.claims, changes, material))}.${parts[2]}`

/** The base token with any JSON value for its JOSE header, signed. */
export const replaceHeader = (material: Material, value: Json): Promise<string> =>
  material.sign({ ...material, header: JSON.stringify(resolveMarkers(value, material)) })

/** The base token with any JSON value for its claims, signed. */
export const replaceClaims = (material: Material, value: Json): Promise<string> =>
  material.sign({ ...material, claims: JSON.stringify(resolveMarkers(value, material)) })

/** The base token with this `alg` and no signature (RFC 7519 §6). */
export const leaveUnsecured = ({ header, parts }: Material, alg: string): string =>
  `${encodePart({ ...header, alg })}.${parts[1]}.`
