import type { Random } from '../random.js'
import type { TokenMutation } from './mutation.js'

/** Signatures that a careless verifier takes for the good one, or for good at all. */
export const shiftSignature: TokenMutation = (random, { valid }) => {
  const [header, claims, signature = ''] = random.pick(valid).split('.')
  const shifted = random.pick(shifts)(Buffer.from(signature, 'base64url'), random)
  return `${header}.${claims}.${shifted.toString('base64url')}`
}

type Shift = (signature: Buffer, random: Random) => Buffer

/** RFC 8032 §5.1: the order of the Ed25519 group; a verifier must refuse s + L. */
const edwards = 2n ** 252n + 27742317777372353535851937790883648493n
/** The order of the P-256 group (FIPS 186). */
const p256 = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')

const shifts: readonly Shift[] = [
  (signature) => Buffer.alloc(signature.length),
  (signature) => Buffer.alloc(signature.length, 0xff),
  (signature) => Buffer.alloc(0, signature),
  (signature) => signature.subarray(1),
  (signature) => signature.subarray(0, -1),
  (signature) => Buffer.concat([Buffer.alloc(1), signature]),
  (signature) => Buffer.concat([signature, Buffer.alloc(1)]),
  (signature) => Buffer.from(signature).reverse(),
  (signature) => Buffer.concat([signature.subarray(32), signature.subarray(0, 32)]),
  (signature) =>
    Buffer.concat([signature.subarray(0, 32), addLittleEndian(signature.subarray(32), edwards)]),
  (signature) =>
    Buffer.concat([signature.subarray(0, 32), addBigEndian(signature.subarray(32), p256)]),
  (signature) =>
    Buffer.concat([addBigEndian(signature.subarray(0, 32), p256), signature.subarray(32)]),
  (signature) => Buffer.concat([signature.subarray(0, 32), Buffer.alloc(signature.length - 32)]),
  (signature) => Buffer.concat([Buffer.alloc(32), signature.subarray(32)]),
  (signature, random) => Buffer.from(random.latin1(signature.length), 'latin1'),
]

const addBigEndian = (bytes: Buffer, summand: bigint): Buffer => {
  const sum = BigInt(`0x${bytes.toString('hex')}`) + summand
  const digits = BigInt.asUintN(bytes.length * 8, sum).toString(16)
  return Buffer.from(digits.padStart(bytes.length * 2, '0'), 'hex')
}

const addLittleEndian = (bytes: Buffer, summand: bigint): Buffer =>
  addBigEndian(Buffer.from(bytes).reverse(), summand).reverse()
