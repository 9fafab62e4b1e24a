// What is compared is compared within a round, and only then put together: a round in which the
// machine was slow is slow for both.

/** In each round, how much one is of the other. */
export const ratios = (ones: readonly number[], others: readonly number[]): readonly number[] =>
  ones.map((one, round) => one / (others[round] ?? Number.NaN))

/** In each round, how much one is more than the other. */
export const excesses = (ones: readonly number[], others: readonly number[]): readonly number[] =>
  ones.map((one, round) => one - (others[round] ?? Number.NaN))

/**
 * In each round, what our guard adds to a bare server, of what another guard adds to it. A round in which
 * that adds nothing is no round to boast of.
 */
export const overheadRatios = (
  ours: readonly number[],
  theirs: readonly number[],
  bare: readonly number[],
): readonly number[] => {
  const added = excesses(theirs, bare)
  return excesses(ours, bare).map((own, round) => {
    const other = added[round] ?? Number.NaN
    return other > 0 ? own / other : Number.POSITIVE_INFINITY
  })
}
