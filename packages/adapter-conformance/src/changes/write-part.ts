import type { JsonObject } from '../json.js'
import type { Material } from '../material.js'

/** The base token with this text for its JOSE header, signed anew. */
export const writeHeader = (material: Material, template: string): Promise<string> =>
  material.sign({ ...material, header: fillPart(template, material.header) })

/** The base token with this text for its claims, signed anew. */
export const writeClaims = (material: Material, template: string): Promise<string> =>
  material.sign({ ...material, claims: fillPart(template, material.claims) })

/**
 * The bytes that a template stands for; what is no place-holder is written as UTF-8:
 *
 * - `{members}`: the members of the base as JSON, without the braces around them
 * - `{members-exp}`: the same without the member `exp`
 * - `{hex:c0af}`: these bytes
 * - `{utf-16le}`, `{utf-16be}`: the whole base as JSON in that encoding
 */
export const fillPart = (template: string, base: JsonObject): Uint8Array => {
  const pieces = template.split(/(\{(?:members(?:-\w+)?|hex:(?:[\da-f]{2})+|utf-16[lb]e)\})/)
  return Buffer.concat(pieces.map((piece, index) => fill(piece, index % 2 === 1, base)))
}

const fill = (piece: string, isPlaceholder: boolean, base: JsonObject): Buffer => {
  if (!isPlaceholder) return Buffer.from(piece)
  const [kind, detail] = piece.slice(1, -1).split(/[:-]/)
  if (kind === 'hex') return Buffer.from(detail ?? '', 'hex')
  if (kind === 'members') return Buffer.from(membersOf(base, detail))
  const text = Buffer.from(JSON.stringify(base), 'utf16le')
  return detail === '16le' ? text : text.swap16()
}

const membersOf = (base: JsonObject, without: string | undefined): string => {
  const kept = Object.entries(base).filter(([name]) => name !== without)
  return JSON.stringify(Object.fromEntries(kept)).slice(1, -1)
}
