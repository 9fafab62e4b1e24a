/** A hint at the known word closest to an unknown one, or nothing when none is close. */
export const didYouMean = (unknown: string, known: readonly string[]): string => {
  const word = unknown.slice(0, 64)
  const [closest] = known
    .map((candidate) => ({ candidate, distance: distance(word, candidate) }))
    .filter((entry) => entry.distance <= Math.max(2, Math.floor(entry.candidate.length / 3)))
    .sort((one, other) => one.distance - other.distance)
  return closest ? `; did you mean "${closest.candidate}"?` : ''
}

/** Edits between two words, upper and lower case counting as the same letter. */
const distance = (one: string, other: string): number => {
  const target = other.toLowerCase()
  let row = Array.from({ length: target.length + 1 }, (_, index) => index)
  for (const [line, letter] of [...one.toLowerCase()].entries()) {
    const next = [line + 1]
    for (let column = 1; column <= target.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (target[column - 1] === letter ? 0 : 1)
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[target.length] ?? 0
}
