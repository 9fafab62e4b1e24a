/** `--count N`, or what is usual; undefined for anything else, once that has been said. */
export const readCount = (
  args: readonly string[],
  { usual, least }: { readonly usual: number; readonly least: number },
): number | undefined => {
  if (args.length === 0) return usual
  const [option, text, ...others] = args
  const count = Number(text)
  const isRight = option === '--count' && Number.isSafeInteger(count) && count >= least
  if (isRight && others.length === 0) return count
  console.error(`expected nothing, or --count and a whole number from ${least}`)
  return undefined
}
