import type { Profile } from '../profile.js'
import { generic } from './generic.js'
import { rfc9068 } from './rfc9068.js'

/** Every profile by its name. */
export const profiles: ReadonlyMap<string, Profile> = new Map(
  [rfc9068, generic].map((profile) => [profile.name, profile]),
)

/** The names that `profile` may have. */
export type ProfileName = 'rfc9068' | 'generic'
