import type { Material } from '../material.js'
import { type Mutant, presenting } from '../mutant.js'
import type { Random } from '../random.js'
import { addHeaders } from './add-headers.js'
import { damageBytes } from './damage-bytes.js'
import { editJson } from './edit-json.js'
import { forge } from './forge.js'
import { inventToken } from './invent-token.js'
import type { TokenMutation } from './mutation.js'
import { respell } from './respell.js'
import { shiftSignature } from './shift-signature.js'
import { signFlawed } from './sign-flawed.js'
import { spliceTokens } from './splice-tokens.js'
import { wordAuthorization } from './word-authorization.js'

type Family = (random: Random, material: Material) => Mutant | Promise<Mutant>

const ofToken =
  (mutate: TokenMutation): Family =>
  async (random, material) =>
    presenting(await mutate(random, material))

/** All kinds of mutants, by the name they have in the table. */
export const families = {
  'bytes damaged': ofToken(damageBytes),
  'tokens spliced': ofToken(spliceTokens),
  'spelt otherwise': ofToken(respell),
  'JSON edited': ofToken(editJson),
  forged: ofToken(forge),
  'signature shifted': ofToken(shiftSignature),
  'signed, yet flawed': signFlawed,
  invented: ofToken(inventToken),
  'header worded otherwise': wordAuthorization,
  'other headers': addHeaders,
} as const satisfies Record<string, Family>

/** The name of a kind of mutant. */
export type FamilyName = keyof typeof families

/** The names of all kinds. */
export const familyNames = Object.keys(families) as readonly FamilyName[]
