import { isText, type JsonObject, member } from '../token/compact.js'

/** One thing to look for among verified claims, in words that an operator can act on. */
export interface Sign {
  readonly says: string
  readonly shows: (claims: JsonObject) => boolean
  /** The claim it is about, to say what came instead. */
  readonly claim?: string
  /** What to do at the authorization server so that its tokens show it. */
  readonly remedy?: string
}

/** The claim is there, whatever its value. */
export const has = (name: string): Sign => ({
  says: `claim "${name}" is present`,
  shows: (claims) => Object.hasOwn(claims, name),
})

/** The claim is not there. */
export const lacks = (name: string): Sign => ({
  says: `claim "${name}" is absent`,
  shows: (claims) => !Object.hasOwn(claims, name),
})

/** The claim is exactly this text. */
export const is = (name: string, value: string): Sign => ({
  says: `claim "${name}" is "${value}"`,
  claim: name,
  shows: (claims) => member(claims, name) === value,
})

/** The claim is text of this form. */
export const looks = (name: string, form: RegExp, says: string): Sign => ({
  says: `claim "${name}" ${says}`,
  claim: name,
  shows: (claims) => {
    const value = member(claims, name)
    return typeof value === 'string' && form.test(value)
  },
})

/** Both claims are the same text, and not empty. */
export const same = (one: string, other: string): Sign => ({
  says: `claim "${one}" is claim "${other}"`,
  claim: one,
  shows: (claims) => isText(member(claims, one)) && member(claims, one) === member(claims, other),
})

/** Both claims are text, and they differ. */
export const differs = (one: string, other: string): Sign => ({
  says: `claim "${one}" is not claim "${other}"`,
  shows: (claims) =>
    isText(member(claims, one)) &&
    isText(member(claims, other)) &&
    member(claims, one) !== member(claims, other),
})

/** Any of these holds. */
export const either = (...signs: readonly Sign[]): Sign => ({
  says: signs.map(({ says }) => says).join(' or '),
  shows: (claims) => signs.some(({ shows }) => shows(claims)),
})

/** Both hold. */
export const both = (one: Sign, other: Sign): Sign => ({
  says: `${one.says} and ${other.says}`,
  shows: (claims) => one.shows(claims) && other.shows(claims),
})

/** This one does not hold. */
export const not = ({ says, shows }: Sign): Sign => ({
  says: `not so: ${says}`,
  shows: (claims) => !shows(claims),
})

/** The same sign with what to do where it is missing. */
export const orElse = (sign: Sign, remedy: string): Sign => ({ ...sign, remedy })

/** Claims that only tokens of people carry, wherever they come from and whatever their value. */
export const signsOfPeople: readonly Sign[] = [
  'given_name',
  'family_name',
  'upn',
  'unique_name',
  'amr',
  'username',
  'uid',
  'user_id',
  'cognito:groups',
].map(has)
