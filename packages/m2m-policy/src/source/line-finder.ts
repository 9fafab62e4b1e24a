/** Where an offset stands, both counted from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Finds lines and columns of a text; the text is gone through when it is first asked. */
export const createLineFinder = (text: string): ((offset: number) => Position) => {
  let starts: readonly number[] | undefined
  return (offset) => {
    starts ??= startsOf(text)
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }
}

const startsOf = (text: string): readonly number[] => {
  const starts = [0]
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) {
    starts.push(end + 1)
  }
  return starts
}
