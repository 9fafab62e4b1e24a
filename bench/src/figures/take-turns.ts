import type { Measurement, Settings } from '../comparison/part.js'
import { spreadOf } from './spread.js'

/** Something that is measured once in each round, in turn with others. */
export interface Case {
  readonly name: string
  /** What one batch tells: a figure in each of these. */
  readonly units: readonly string[]
  prepare(): Prepared | Promise<Prepared>
}

/** A case that is ready to be measured. */
export interface Prepared {
  /** Does the work once and answers the figures, in their order. */
  batch(): readonly number[] | Promise<readonly number[]>
  /** Looks whether all was done as it should be, and puts away what it needed. */
  finish?(): Promise<void>
}

/** How often. */
export interface Rounds {
  readonly rounds: number
  /** Rounds before those, which count for nothing: until the code is compiled. */
  readonly warmUps: number
}

/** Those that `--only` asks for: all of a part that it names, or the cases that it does. */
export const chooseCases = <T extends { readonly name: string }>(
  part: string,
  cases: readonly T[],
  { only }: Settings,
): readonly T[] =>
  only === undefined || part.includes(only)
    ? cases
    : cases.filter(({ name }) => name.includes(only))

/**
 * Measures all cases once in each round, so that a noisy moment of the machine meets each of them
 * alike. Every round begins with another one, and every other round goes backwards: none always
 * comes after the same other, whose garbage it would clear.
 */
export const takeTurns = async (
  cases: readonly Case[],
  { rounds, warmUps }: Rounds,
): Promise<readonly Measurement[]> => {
  const prepared: Prepared[] = []
  for (const one of cases) prepared.push(await one.prepare())
  const samples = cases.map(({ units }) => units.map((): number[] => []))
  try {
    for (let round = -warmUps; round < rounds; round += 1) {
      for (const index of orderOf(round + warmUps, cases.length)) {
        const figures = (await prepared[index]?.batch()) ?? []
        if (round < 0) continue
        for (const [at, figure] of figures.entries()) samples[index]?.[at]?.push(figure)
      }
    }
  } catch (fault) {
    // Files and processes are put away; that they are incomplete then is no news.
    await Promise.allSettled(prepared.map(({ finish }) => finish?.()))
    throw fault
  }
  for (const { finish } of prepared) await finish?.()
  return cases.flatMap(({ name, units }, index) =>
    units.map((unit, at) => measurementOf(name, unit, samples[index]?.[at] ?? [])),
  )
}

/** What the samples of one thing come to. */
export const measurementOf = (
  name: string,
  unit: string,
  samples: readonly number[],
): Measurement => ({ name, unit, samples, ...spreadOf(samples) })

const orderOf = (round: number, count: number): readonly number[] => {
  const order = Array.from({ length: count }, (_, index) => (index + round) % count)
  return round % 2 === 0 ? order : order.reverse()
}
