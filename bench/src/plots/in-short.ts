/** In three figures or so: there is no room for more at a bar, and hardly a meaning. */
export const inShort = (value: number): string => {
  const size = Math.abs(value)
  const text = size.toFixed(size >= 99.5 ? 0 : size >= 9.95 ? 1 : 2)
  return value < 0 && Number(text) !== 0 ? `−${text}` : text
}
