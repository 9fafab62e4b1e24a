import type { Material } from '../material.js'

const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')

/** Other signatures over the same header and claims. `bytes` is the good one: r and s, 64 bytes. */
export const signatureChanges = {
  empty: () => Buffer.alloc(0),
  'flip-first-byte': (bytes: Buffer) => flip(bytes, 0),
  'flip-last-byte': (bytes: Buffer) => flip(bytes, bytes.length - 1),
  truncated: (bytes: Buffer) => bytes.subarray(0, -1),
  extended: (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(1)]),
  zeros: (bytes: Buffer) => Buffer.alloc(bytes.length),
  'group-order': () => Buffer.concat([order, order]),
  der: (bytes: Buffer) => toDer(bytes),
  'halves-exchanged': (bytes: Buffer) => Buffer.concat([bytes.subarray(32), bytes.subarray(0, 32)]),
  'other-key': async (_bytes: Buffer, material: Material) =>
    signatureOf(await material.sign(material, 'other')),
  'of-another-token': async (_bytes: Buffer, material: Material) =>
    signatureOf(await material.mint()),
} as const satisfies Record<string, (bytes: Buffer, material: Material) => Buffer | Promise<Buffer>>

/** The name of one such signature. */
export type SignatureChange = keyof typeof signatureChanges

/** The base token with another signature. */
export const changeSignature = async (
  material: Material,
  name: SignatureChange,
): Promise<string> => {
  const [header, claims] = material.parts
  const signature = await signatureChanges[name](signatureOf(material.token), material)
  return `${header}.${claims}.${signature.toString('base64url')}`
}

const signatureOf = (token: string): Buffer =>
  Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url')

const flip = (bytes: Buffer, index: number): Buffer => {
  const flipped = Buffer.from(bytes)
  flipped[index] = (flipped[index] ?? 0) ^ 1
  return flipped
}

/** The encoding that JOSE does not use (RFC 7518 §3.4): a DER sequence of two integers. */
const toDer = (bytes: Buffer): Buffer => {
  const integers = Buffer.concat([
    toDerInteger(bytes.subarray(0, 32)),
    toDerInteger(bytes.subarray(32)),
  ])
  return Buffer.concat([Buffer.from([0x30, integers.length]), integers])
}

const toDerInteger = (bytes: Buffer): Buffer => {
  const start = bytes.findIndex((byte) => byte !== 0)
  const digits = bytes.subarray(start < 0 ? -1 : start)
  const sign = (digits[0] ?? 0) > 0x7f ? Buffer.alloc(1) : Buffer.alloc(0)
  return Buffer.concat([Buffer.from([0x02, sign.length + digits.length]), sign, digits])
}
