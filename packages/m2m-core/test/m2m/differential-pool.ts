import fc from 'fast-check'

/** Two sources of values, each as likely as its weight says. */
export const pool = <A, B>(
  weight: number,
  one: fc.Arbitrary<A>,
  otherWeight: number,
  other: fc.Arbitrary<B>,
): fc.Arbitrary<A | B> =>
  fc.oneof({ weight, arbitrary: one }, { weight: otherWeight, arbitrary: other })

/** One of these values, or none at all. */
export const maybe = <T>(...values: readonly T[]): fc.Arbitrary<T | undefined> =>
  pool(1, fc.constant(undefined), 1, fc.constantFrom(...values))

/** An object without its members that are undefined: spelled out they would be an error. */
export const defined = <T extends object>(object: T): Defined<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never

type Defined<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> } & {
  [Name in keyof T as undefined extends T[Name] ? never : Name]: T[Name]
}
