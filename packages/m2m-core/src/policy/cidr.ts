import { BlockList, isIP } from 'node:net'

const longest = { 4: 32, 6: 128 } as const
type Family = keyof typeof longest

/** Whether a value is a network prefix such as `10.0.0.0/8` or `fd00::/8`. */
export const isPrefix = (value: unknown): value is string =>
  typeof value === 'string' && readPrefix(value) !== undefined

const readPrefix = (text: string): readonly [address: string, length: number] | undefined => {
  const [, address = '', length = ''] = /^([^/%]{2,45})\/(0|[1-9]\d{0,2})$/.exec(text) ?? []
  const family = isIP(address)
  return family !== 0 && Number(length) <= longest[family as Family]
    ? [address, Number(length)]
    : undefined
}

/**
 * Says whether an address lies in one of these prefixes; undefined for what is no address. An IPv4
 * address written as IPv6 (`::ffff:10.0.0.1`, as dual-stack sockets report it) is the same address.
 */
export const withinPrefixes = (
  prefixes: readonly string[],
): ((actual: unknown) => boolean | undefined) => {
  const networks = new BlockList()
  for (const prefix of prefixes) {
    const read = readPrefix(prefix)
    if (read) networks.addSubnet(...read, isIP(read[0]) === 4 ? 'ipv4' : 'ipv6')
  }
  return (actual) => {
    // A zone (`fe80::1%eth0`) is about an interface of one machine, and no address of a caller.
    if (typeof actual !== 'string' || actual.includes('%')) return undefined
    const family = isIP(actual)
    return family === 0 ? undefined : networks.check(actual, family === 4 ? 'ipv4' : 'ipv6')
  }
}
