import type { Material } from '../material.js'
import type { Mutant } from '../mutant.js'
import type { Random } from '../random.js'

/** Makes a token that no issuer signed, or that is written as none should be. */
export type TokenMutation = (random: Random, material: Material) => string | Promise<string>

/** Makes a request around tokens. */
export type RequestMutation = (random: Random, material: Material) => Mutant
