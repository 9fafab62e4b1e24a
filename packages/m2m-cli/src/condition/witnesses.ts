import type { Condition, Operator } from 'm2m-core'

const equalities: readonly Operator[] = ['equals', 'not_equals', 'in', 'not_in', 'exists']
const comparisons: readonly Operator[] = [
  'less_than',
  'less_than_or_equal',
  'greater_than',
  'greater_than_or_equal',
]

/** Whether `witnessesOf` can stand for all values, as far as this condition tells them apart. */
export const hasWitnesses = ({ operator }: Condition): boolean =>
  equalities.includes(operator) || comparisons.includes(operator) || operator === 'starts_with'

/**
 * Values that stand for all there are: whatever a field may be, these conditions, which must all
 * have witnesses, answer the same of one of these. Undefined stands for a missing attribute.
 */
export const witnessesOf = (conditions: readonly Condition[]): readonly unknown[] => {
  const named = conditions.flatMap(({ value }): readonly unknown[] =>
    Array.isArray(value) ? value : [value],
  )
  const numbers = named.filter((value) => typeof value === 'number').sort((a, b) => a - b)
  const texts = named.filter((value) => typeof value === 'string')
  // Longer than a named text by what none has: it begins with what that one begins with, and is none.
  const strange = strangeTo(texts)
  const longer = ['', ...texts].map((text) => `${text}${strange}`)
  return [
    ...new Set([
      undefined,
      noScalar,
      true,
      false,
      ...numbers,
      ...between(numbers),
      ...texts,
      ...longer,
    ]),
  ]
}

const noScalar: readonly unknown[] = Object.freeze([])

const between = (numbers: readonly number[]): readonly number[] => {
  const [first = 0, last = 0] = [numbers[0], numbers.at(-1)]
  const middles = numbers.slice(1).map((number, index) => (numbers[index] ?? 0) / 2 + number / 2)
  return [below(first), ...middles, -below(-last)]
}

/** A finite number that is less; the least one itself has none. */
const below = (number: number): number => {
  const less = number - Math.max(1, Math.abs(number))
  return Number.isFinite(less) ? less : -Number.MAX_VALUE
}

/** A character that is in none of these. */
const strangeTo = (texts: readonly string[]): string => {
  const taken = new Set(texts.join(''))
  for (let code = 0x21; ; code += 1) {
    const character = String.fromCodePoint(code)
    if (!taken.has(character)) return character
  }
}
