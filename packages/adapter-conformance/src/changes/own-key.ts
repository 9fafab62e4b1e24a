import { encodePart } from '../compact-token.js'
import type { Material } from '../material.js'

/** How a token can bring or name the key that signed it; each is a part of the JOSE header. */
export const ownKeys = {
  jwk: ({ attacker }: Material) => ({ jwk: attacker.publicJwk }),
  'jwk-with-own-kid': ({ attacker }: Material) => ({ jwk: attacker.publicJwk, kid: attacker.kid }),
  jku: ({ attacker, canary }: Material) => ({ jku: `${canary}/jwks`, kid: attacker.kid }),
  'kid-url': ({ canary }: Material) => ({ kid: `${canary}/jwks` }),
} as const satisfies Record<string, (material: Material) => object>

/** The name of one such way. */
export type OwnKey = keyof typeof ownKeys

/** The base token signed by a foreign key that its own header brings (RFC 8725 §3.10). */
export const ownKey = (material: Material, name: OwnKey): string => {
  const header = { ...material.header, ...ownKeys[name](material) }
  const input = `${encodePart(header)}.${material.parts[1]}`
  return `${input}.${material.attacker.sign(input)}`
}
