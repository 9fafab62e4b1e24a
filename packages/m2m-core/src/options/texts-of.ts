/** One text or a list of them as a list; undefined when it is neither or has an empty one. */
export const textsOf = (value: unknown): readonly string[] | undefined => {
  const list: readonly unknown[] = Array.isArray(value) ? Array.from(value) : [value]
  const isRight = list.every((one): one is string => typeof one === 'string' && one !== '')
  return list.length > 0 && isRight ? [...list] : undefined
}
