const longest = 64

/** A hint at the known word that is closest to an unknown one; empty when none is close. */
export const didYouMean = (unknown: string, known: Iterable<string>): string => {
  const word = unknown.slice(0, longest).toLowerCase()
  let best: { readonly candidate: string; readonly edits: number } | undefined
  for (const candidate of known) {
    const most = Math.ceil(candidate.length / 3)
    if (Math.abs(candidate.length - word.length) > most) continue
    const edits = editsBetween(word, candidate.toLowerCase())
    if (edits <= most && edits < (best?.edits ?? Number.POSITIVE_INFINITY)) {
      best = { candidate, edits }
    }
  }
  return best ? `; did you mean "${best.candidate}"?` : ''
}

/** Letters to insert, leave out, replace or swap with their neighbour. */
const editsBetween = (one: string, other: string): number => {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row]
    rows.push(next)
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1]
      const isSwap = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      next.push(
        Math.min(
          at(row - 1, column - 1) + (isSame ? 0 : 1),
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          isSwap && row > 1 && column > 1 ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
  }
  return at(one.length, other.length)
}
