/** A value, or how to get it; a function runs only once the caller is known to be current. */
export type Lazily<T> = T | undefined | (() => T | undefined | PromiseLike<T | undefined>)

/** Goes on at once when nothing has to be waited for. */
export const whenKnown = <T, R>(
  lazy: Lazily<T>,
  goOn: (value: T | undefined) => R | Promise<R>,
): R | Promise<R> => {
  if (lazy === undefined) return goOn(undefined)
  const value = isFunction(lazy) ? lazy() : lazy
  return isPromiseLike<T>(value) ? Promise.resolve(value).then(goOn) : goOn(value)
}

const isFunction = <T>(lazy: Lazily<T>): lazy is () => T | undefined | PromiseLike<T | undefined> =>
  typeof lazy === 'function'

/** Query builders are thenable without being promises. */
const isPromiseLike = <T>(value: unknown): value is PromiseLike<T | undefined> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
