import { type AddressWords, readAddress } from './ip-address.js'

/** The bits that all addresses of a network share, and which bits those are. */
interface Network {
  readonly bits: AddressWords
  readonly mask: AddressWords
}

/** Whether a value is a network prefix such as `10.0.0.0/8` or `fd00::/8`. */
export const isPrefix = (value: unknown): value is string =>
  typeof value === 'string' && readPrefix(value) !== undefined

const readPrefix = (text: string): Network | undefined => {
  const [, given = '', digits = ''] = /^([^/]{2,45})\/(0|[1-9]\d{0,2})$/.exec(text) ?? []
  const address = readAddress(given)
  // IPv4 is the last 32 bits of IPv6.
  const before = given.includes(':') ? 0 : 96
  const length = before + Number(digits)
  if (!address || length > 128) return undefined
  const maskAt = (word: number): number => {
    const ones = Math.min(Math.max(length - word * 32, 0), 32)
    // A shift by 32 is one by 0.
    return ones === 0 ? 0 : -1 << (32 - ones)
  }
  const mask: AddressWords = [maskAt(0), maskAt(1), maskAt(2), maskAt(3)]
  const [first, second, third, fourth] = address
  const bits: AddressWords = [first & mask[0], second & mask[1], third & mask[2], fourth & mask[3]]
  return { bits, mask }
}

/**
 * Says whether an address lies in one of these prefixes; undefined for what is no address. An IPv4
 * address written as IPv6 (`::ffff:10.0.0.1`, as dual-stack sockets report it) is the same address.
 */
export const withinPrefixes = (
  prefixes: readonly string[],
): ((actual: unknown) => boolean | undefined) => {
  const networks = prefixes.flatMap((prefix) => readPrefix(prefix) ?? [])
  return (actual) => {
    const address = typeof actual === 'string' ? readAddress(actual) : undefined
    if (!address) return undefined
    for (const network of networks) if (holds(network, address)) return true
    return false
  }
}

const holds = ({ bits, mask }: Network, address: AddressWords): boolean =>
  (address[0] & mask[0]) === bits[0] &&
  (address[1] & mask[1]) === bits[1] &&
  (address[2] & mask[2]) === bits[2] &&
  (address[3] & mask[3]) === bits[3]
