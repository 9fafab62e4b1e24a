import { IncomingMessage } from 'node:http'
import type { Problems } from '../options/problems.js'
import { parseRequiredScope, type RequiredScope } from '../scope/scope-requirement.js'

/** How a guard stands in its framework. */
export interface GuardPlacement {
  /** What callers need; `null` says in words that no scope is required. */
  readonly requiredScope: RequiredScope
  /**
   * `'reply'`: the guard answers refusals itself and the chain ends there. `'throw'`: the framework
   * gets the branded error instead. @defaultValue `'reply'`
   */
  readonly refusals?: 'reply' | 'throw'
  /**
   * The header that carries the service's token, for requests that carry a user's token in
   * `Authorization` at the same time. @defaultValue `'authorization'`
   */
  readonly header?: string
  /**
   * `'next'` leaves to the user auth that follows: a well-formed token whose issuer or audience is
   * not ours, and a verified token of ours that belongs to a user. There is no service then, and
   * `requireOp` refuses. @defaultValue `'refuse'`
   */
  readonly onForeignToken?: 'refuse' | 'next'
  /** `'next'` leaves requests without a bearer token to what follows. @defaultValue `'refuse'` */
  readonly onNoCredential?: 'refuse' | 'next'
  /** The request property that gets a courtesy copy of the service. @defaultValue `'service'` */
  readonly property?: string
}

/** Names that belong to Node, the frameworks or user auth. */
const takenProperties = new Set(
  'auth user secure xhr fresh stale subdomains baseUrl next route range accepts get header is body params query headers rawHeaders method url originalUrl path ip protocol host hostname cookies session socket connection client app res log id raw server'.split(
    ' ',
  ),
)
const propertyName = /^[a-zA-Z]\w*$/

const headerName = /^[a-z][a-z\d-]{0,63}$/
/** Headers with a grammar of their own, in which no token of ours can stand. */
const takenHeaders = new Set(['cookie', 'set-cookie', 'host', 'proxy-authorization'])

/** A placement that was checked, with every default filled in. */
export interface CheckedPlacement {
  readonly requiredScope: RequiredScope
  readonly refusals: 'reply' | 'throw'
  readonly property: string
  readonly header: string
  readonly onForeignToken: 'refuse' | 'next'
  readonly onNoCredential: 'refuse' | 'next'
}

/** The options of a placement; what is left of `m2mAuth`'s options is for `createM2M`. */
export const readPlacement = (
  given: Partial<GuardPlacement>,
  problems: Problems,
): CheckedPlacement => {
  const requiredScope = copyOf(given.requiredScope as RequiredScope)
  const { property = 'service', header = 'authorization' } = given
  const parsed = parseRequiredScope(requiredScope)
  if ('code' in parsed) problems.add(parsed.code, parsed.path, parsed.message)
  const choose = <Choice extends string>(
    name: 'refusals' | 'onForeignToken' | 'onNoCredential',
    [usual, other]: readonly [Choice, Choice],
  ): Choice => {
    const value: unknown = given[name]
    const isKnown = value === undefined || value === usual || value === other
    problems.expect(isKnown, name, `"${usual}" or "${other}"`, value)
    return value === other ? other : usual
  }
  const isName = typeof property === 'string' && propertyName.test(property)
  const isFree =
    isName && !takenProperties.has(property) && !(property in IncomingMessage.prototype)
  problems.expect(isFree, 'property', 'a name that nothing else on requests has', property)
  const isHeader = typeof header === 'string' && headerName.test(header.toLowerCase())
  const isUsable = isHeader && !takenHeaders.has(header.toLowerCase())
  problems.expect(isUsable, 'header', 'the name of a header that holds nothing else', header)
  return Object.freeze({
    requiredScope,
    refusals: choose('refusals', ['reply', 'throw']),
    property,
    header: String(header).toLowerCase(),
    onForeignToken: choose('onForeignToken', ['refuse', 'next']),
    onNoCredential: choose('onNoCredential', ['refuse', 'next']),
  })
}

/** The caller's own list may change later. */
const copyOf = (requiredScope: RequiredScope): RequiredScope => {
  if (Array.isArray(requiredScope)) return Object.freeze([...requiredScope])
  const any = typeof requiredScope === 'object' && requiredScope !== null && 'any' in requiredScope
  return any && Array.isArray(requiredScope.any)
    ? Object.freeze({ any: Object.freeze([...requiredScope.any]) })
    : requiredScope
}
