/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** A JSON object; in a corpus its members may be markers, see `resolveMarkers`. */
export interface JsonObject {
  readonly [name: string]: Json
}

/** Whether a JSON value is an object (and neither a list nor null). */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
