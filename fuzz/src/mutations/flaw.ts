import type { Material } from '../material.js'
import type { Random } from '../random.js'

/** Members of a JOSE header or of claims; one that is `undefined` is left out of the JSON. */
export type Members = Readonly<Record<string, unknown>>

/** Header and claims of a token that is admitted as it is. */
export interface Content {
  readonly header: Members
  readonly claims: Members
}

/** What a change of members may draw on. */
export interface FlawContext extends Content {
  readonly random: Random
  readonly material: Material
}

/** One reason to refuse a token whose signature is good, as members laid over header or claims. */
export interface Flaw {
  readonly part: 'header' | 'claims'
  /** 401: it is no good access token. 403: it is one, but of nobody who may call. */
  readonly status: 401 | 403
  readonly members: (context: FlawContext) => Members
}

/** Flaws of one part that are answered alike. */
export const flawsOf = (
  part: Flaw['part'],
  status: Flaw['status'],
  changes: readonly Flaw['members'][],
): readonly Flaw[] => changes.map((members) => ({ part, status, members }))
