/** Names and indexes from the top of a document down. */
export type Path = readonly (string | number)[]

/** A value, and where in the text it begins; what is in it likewise. */
export interface PlainNode {
  readonly value: unknown
  readonly start: number
  readonly items?: readonly PlainNode[]
  readonly members?: ReadonlyMap<string, PlainMember>
}

/** A member of an object, and where its name begins. */
export interface PlainMember {
  readonly nameStart: number
  readonly node: PlainNode
}

/**
 * Where the value at a path begins, or the last name on it; of what is not there, the closest one
 * above.
 */
export const startAt = (root: PlainNode, path: Path, isName: boolean): number => {
  let node: PlainNode | undefined = root
  let start = root.start
  for (const [index, step] of path.entries()) {
    const member: PlainMember | undefined = node?.members?.get(step as string)
    const next: PlainNode | undefined = member?.node ?? node?.items?.[Number(step)]
    const isWanted = isName && index === path.length - 1
    start = (isWanted ? member?.nameStart : next?.start) ?? start
    node = next
  }
  return start
}
