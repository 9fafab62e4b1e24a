/** An address as four numbers of 32 bits, IPv4 as IPv6 maps it: `::ffff:10.0.0.1`. */
export type AddressWords = readonly [number, number, number, number]

/** `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255` */
const longest = 45
const [dot, zero, nine, colon] = [0x2e, 0x30, 0x39, 0x3a]

/**
 * Reads an IP address as RFC 4291 and dotted decimals spell it; undefined for everything else, and
 * for one with a zone (`fe80::1%eth0`), which is about an interface of one machine and no address of
 * a caller. No leading zeros in decimals: some take them for octal.
 */
export const readAddress = (text: string): AddressWords | undefined => {
  if (text.length > longest) return undefined
  if (text.includes(':')) return readIPv6(text)
  const value = readIPv4(text, 0)
  return value === undefined ? undefined : [0, 0, 0xffff, value]
}

const readIPv4 = (text: string, from: number): number | undefined => {
  let value = 0
  let fields = 0
  let field = 0
  let digits = 0
  for (let at = from; at <= text.length; at += 1) {
    const code = at === text.length ? dot : text.charCodeAt(at)
    if (code === dot) {
      if (digits === 0 || field > 255) return undefined
      value = (value << 8) | field
      fields += 1
      field = 0
      digits = 0
    } else {
      const isLeadingZero = digits > 0 && field === 0
      if (code < zero || code > nine || isLeadingZero) return undefined
      field = field * 10 + code - zero
      digits += 1
    }
  }
  return fields === 4 ? value : undefined
}

const readIPv6 = (text: string): AddressWords | undefined => {
  const groups: number[] = []
  /** Before which group `::` stands. */
  let gap = text.startsWith('::') ? 0 : -1
  let at = gap === 0 ? 2 : 0
  while (at < text.length) {
    const start = at
    let group = 0
    for (let digit = hexAt(text, at); digit >= 0; digit = hexAt(text, at)) {
      group = group * 16 + digit
      at += 1
    }
    const end = text.charCodeAt(at)
    if (end === dot) {
      const value = readIPv4(text, start)
      if (value === undefined) return undefined
      groups.push(value >>> 16, value & 0xffff)
      break
    }
    if (at === start || at - start > 4) return undefined
    groups.push(group)
    if (at === text.length) break
    at += 1
    // Behind a colon there is more, or a second one.
    if (end !== colon || at === text.length) return undefined
    if (text.charCodeAt(at) !== colon) continue
    if (gap >= 0) return undefined
    gap = groups.length
    at += 1
  }
  return toWords(groups, gap)
}

const toWords = (groups: readonly number[], gap: number): AddressWords | undefined => {
  // `::` stands for one group of zeros at least.
  if (gap < 0 ? groups.length !== 8 : groups.length > 7) return undefined
  const left = 8 - groups.length
  const groupAt = (index: number): number => {
    if (gap < 0 || index < gap) return groups[index] ?? 0
    return index < gap + left ? 0 : (groups[index - left] ?? 0)
  }
  const wordAt = (index: number): number => (groupAt(index) << 16) | groupAt(index + 1)
  return [wordAt(0), wordAt(2), wordAt(4), wordAt(6)]
}

/** Below zero for what is no hexadecimal digit, the end of the text too. */
const hexAt = (text: string, at: number): number => {
  const code = text.charCodeAt(at)
  if (code >= zero && code <= nine) return code - zero
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
