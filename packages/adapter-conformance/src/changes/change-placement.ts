import type { Material } from '../material.js'
import type { HeaderLine, RequestParts } from '../request-parts.js'

/** The base token in another wording of the `Authorization` line. */
export const wordAuthorization = ({ token }: Material, template: string): RequestParts => ({
  token,
  lines: [['Authorization', fill(template, token)]],
})

/** The base token in these header lines. */
export const writeHeaders = ({ token }: Material, lines: readonly HeaderLine[]): RequestParts => ({
  token,
  lines: lines.map(([name, template]): HeaderLine => [name, fill(template, token)]),
})

/** The base token in the query only. */
export const moveToQuery = ({ token }: Material, template: string): RequestParts => ({
  token,
  lines: [],
  query: fill(template, token),
})

/** The base token in a form body only. */
export const moveToBody = ({ token }: Material, template: string): RequestParts => ({
  token,
  lines: [],
  body: fill(template, token),
})

/** The base token in a cookie only. */
export const moveToCookie = ({ token }: Material, template: string): RequestParts => ({
  token,
  lines: [['Cookie', fill(template, token)]],
})

const fill = (template: string, token: string): string => template.replaceAll('{token}', token)
