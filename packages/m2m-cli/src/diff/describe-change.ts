import type { RateLimit } from 'm2m-core'
import { wasText, whenText } from './describe-right.js'
import type { Client, PolicyChange, RightChange, Who } from './policy-change.js'

/** A change as a sentence, and whether it gives (`+`), takes (`-`) or does neither (`~`). */
export interface DescribedChange {
  readonly mark: '+' | '-' | '~'
  readonly text: string
}

/** Says a change in words. */
export const describeChange = (change: PolicyChange): DescribedChange => {
  const who = listWho(change.who)
  const verb = change.who.length > 1 || isPlural(change.who[0]) ? 'are' : 'is'
  const has = verb === 'are' ? 'have' : 'has'
  switch (change.kind) {
    case 'service-added':
      return { mark: '+', text: `${who} ${verb} registered now` }
    case 'service-removed':
      return { mark: '-', text: `${who} ${verb} no longer registered` }
    case 'service-disabled':
      return { mark: '-', text: `${who} ${verb} disabled now` }
    case 'service-enabled':
      return { mark: '+', text: `${who} ${verb} enabled now` }
    case 'tier-changed': {
      const [now, was] = [tierText(change.after), tierText(change.before)]
      return { mark: '~', text: `${who} ${verb} in ${now} now (was: ${was})` }
    }
    case 'client-added':
      return { mark: '+', text: `${who} ${has} ${clientText(change.client)} now` }
    case 'client-removed':
      return { mark: '-', text: `${who} no longer ${has} ${clientText(change.client)}` }
    case 'rate-changed': {
      const [now, was] = [rateText(change.after), rateText(change.before)]
      return { mark: '~', text: `${who} ${has} ${now} now (was: ${was})` }
    }
    case 'denial-changed':
      return describeDenial(change, `${who} ${verb}`)
    default:
      return describeRight(change, who)
  }
}

const describeRight = (change: RightChange, who: string): DescribedChange => {
  const { kind, before, after } = change
  const what = operationText(change)
  if (kind === 'right-gained') {
    return { mark: '+', text: `${who} may now ${what}${whenText(after)}` }
  }
  if (kind === 'right-lost') {
    const was = whenText(before) === '' ? '' : ` (was: ${wasText(before, after)})`
    return { mark: '-', text: `${who} may no longer ${what}${was}` }
  }
  const when = whenText(after) || ' always'
  return { mark: '~', text: `${who} may ${what}${when} (was: ${wasText(before, after)})` }
}

/** Being denied something is written as what is left of everything. */
const describeDenial = (change: RightChange, whoAre: string): DescribedChange => {
  const what = operationText(change)
  const [was, is] = [denialText(change.before), denialText(change.after)]
  if (was === undefined) return { mark: '-', text: `${whoAre} denied ${what}${is} now` }
  if (is === undefined) return { mark: '+', text: `${whoAre} no longer denied ${what}${was}` }
  return { mark: '~', text: `${whoAre} denied ${what}${is} (was: denied${was || ' always'})` }
}

/** When something is denied, undefined where it never is. */
const denialText = ({ allows, denies }: RightChange['before']): string | undefined => {
  if (allows.length === 0) return ''
  return denies.length === 0 ? undefined : whenText({ allows: denies, denies: [] })
}

const operationText = ({ operation, except }: RightChange): string => {
  const every = except.length > 0 ? 'any other operation' : 'every operation'
  if (operation === '*') return every
  return operation.endsWith(':*') ? `${every} on ${operation.slice(0, -':*'.length)}` : operation
}

const mostNames = 6

const listWho = (who: readonly Who[]): string => {
  const names = who.slice(0, who.length > mostNames ? mostNames - 1 : mostNames).map(whoText)
  if (who.length > names.length) return `${names.join(', ')} and ${who.length - names.length} more`
  const last = names.pop() ?? ''
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`
}

const whoText = (who: Who): string => {
  if ('user' in who) return `user:${who.user}`
  if ('role' in who) return `users with role ${who.role}`
  const stated = who.tier === undefined ? '' : ` whose tokens state tier ${who.tier}`
  return 'service' in who
    ? `${who.service}${stated.replace('whose tokens', 'where its tokens')}`
    : `services that are not registered${stated.replace('whose', 'and whose')}`
}

const isPlural = (who: Who | undefined): boolean =>
  who !== undefined && ('unregistered' in who || 'role' in who)

const tierText = (tier: string | undefined): string =>
  tier === undefined ? 'no tier' : `tier ${tier}`

const clientText = ({ issuer, clientId }: Client): string =>
  `client ${clientId}${issuer === undefined ? '' : ` of ${issuer}`}`

const windows = new Map([
  [1, 's'],
  [60, 'min'],
  [3600, 'h'],
  [86_400, 'd'],
])

const rateText = (rate: RateLimit | undefined): string => {
  if (!rate) return 'no rate'
  const { limit, window, burst } = rate
  const most = burst === undefined ? '' : `;burst=${burst}`
  return `rate ${limit}/${windows.get(window) ?? `${window} s`}${most}`
}
