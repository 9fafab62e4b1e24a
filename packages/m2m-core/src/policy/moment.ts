/** A point in time, to the nanosecond. */
export interface Moment {
  readonly seconds: number
  readonly nanos: number
}

const grammar =
  /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/

/**
 * Reads an RFC 3339 date-time; undefined for everything else. `Date.parse` guesses at what is no
 * date, shifts 30 February into March and takes a missing offset for the machine's own. Leap seconds
 * (`:60`) and more than nine digits of a second are not read.
 */
export const readMoment = (text: unknown): Moment | undefined => {
  const parts = typeof text === 'string' ? grammar.exec(text) : null
  if (!parts) return undefined
  const [, day = '', hour, minute, second, fraction = '', sign, offsetHour = 0, offsetMinute = 0] =
    parts
  const midnight = readDay(day)
  const isTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60
  const isOffset = Number(offsetHour) < 24 && Number(offsetMinute) < 60
  if (midnight === undefined || !isTime || !isOffset) return undefined
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -60 : 60)
  const seconds = midnight + Number(hour) * 3600 + Number(minute) * 60 + Number(second) - offset
  return { seconds, nanos: Number(fraction.padEnd(9, '0')) }
}

/** A date-time, or a date, which stands for its first moment in UTC. */
export const readMomentOrDay = (text: unknown): Moment | undefined => {
  const midnight = typeof text === 'string' ? readDay(text) : undefined
  return midnight === undefined ? readMoment(text) : { seconds: midnight, nanos: 0 }
}

const dayGrammar = /^(\d{4})-(\d{2})-(\d{2})$/

/** Midnight in UTC, in seconds; undefined for a day that no calendar has. */
const readDay = (text: string): number | undefined => {
  const [, year, month, day] = dayGrammar.exec(text) ?? []
  if (year === undefined) return undefined
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  const isReal = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
  return isReal ? date.getTime() / 1000 : undefined
}

/** Below zero when the first is earlier, above when it is later, else zero. */
export const compareMoments = (one: Moment, other: Moment): number =>
  one.seconds - other.seconds || one.nanos - other.nanos
