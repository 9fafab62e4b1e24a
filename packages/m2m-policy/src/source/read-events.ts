import {
  boolCoreTag,
  type DocumentDirective,
  EVENT_ID,
  type Event,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  NOT_RESOLVED,
  nullCoreTag,
  SCALAR_STYLE,
  type ScalarEvent,
} from 'js-yaml'
import { quote } from '../problem/quote.js'
import type { PlainMember, PlainNode } from './plain-node.js'

type Refuse = (offset: number, message: string) => void

const deepest = 16
const nothing: PlainNode = { value: null, start: 0 }

/**
 * Makes plain values of what a parser of YAML has found, and remembers where each began. What is more
 * than plain data is refused.
 */
export const readEvents = (events: readonly Event[], text: string, refuse: Refuse): PlainNode => {
  let at = 0
  const next = (): Event | undefined => {
    const event = events[at]
    at += 1
    return event
  }
  const isAtEnd = (): boolean => {
    const { type } = events[at] ?? { type: EVENT_ID.POP }
    if (type === EVENT_ID.POP) at += 1
    return type === EVENT_ID.POP
  }

  const readNode = (depth: number): PlainNode => {
    const event = next()
    if (event === undefined || event.type === EVENT_ID.POP) return nothing
    if (event.type === EVENT_ID.DOCUMENT) return nothing
    if (event.type === EVENT_ID.ALIAS) {
      refuse(event.anchorStart - 1, 'expected the value itself, got an alias of it')
      return nothing
    }
    const isScalar = event.type === EVENT_ID.SCALAR
    const start = isScalar ? startOf(event, text) : event.start
    if (depth > deepest) refuse(start, `is nested deeper than ${deepest} levels`)
    if (event.tagStart >= 0) {
      const tag = text.slice(event.tagStart, event.tagEnd)
      refuse(event.tagStart, `expected no tag, got ${quote(tag)}`)
    }
    if (isScalar) return { value: resolve(event, text, refuse), start }
    return event.type === EVENT_ID.SEQUENCE ? readItems(start, depth) : readMembers(start, depth)
  }

  const readName = (depth: number): { readonly start: number; readonly name?: string } => {
    const key = events[at]
    if (key?.type !== EVENT_ID.SCALAR || key.tagStart >= 0) return { start: readNode(depth).start }
    at += 1
    return { start: startOf(key, text), name: textOf(key, text) }
  }

  const readItems = (start: number, depth: number): PlainNode => {
    const items: PlainNode[] = []
    const value: unknown[] = []
    while (!isAtEnd()) {
      const item = readNode(depth + 1)
      items.push(item)
      value.push(item.value)
    }
    return { value, start, items }
  }

  const readMembers = (start: number, depth: number): PlainNode => {
    const members = new Map<string, PlainMember>()
    const value: Record<string, unknown> = {}
    while (!isAtEnd()) {
      const named = readName(depth + 1)
      const { name } = named
      const node = readNode(depth + 1)
      if (name === undefined) refuse(named.start, 'expected a name, got a value of several parts')
      else if (name === '__proto__') {
        refuse(named.start, 'there is no "__proto__"; choose another name')
      } else if (name === '<<') {
        refuse(named.start, 'expected the members themselves, got a merge of them ("<<")')
      } else if (members.has(name)) {
        refuse(named.start, `expected ${quote(name)} once, got it twice`)
      } else {
        // A member without a value stands where its name does.
        const placed = node.start < 0 ? { ...node, start: named.start } : node
        members.set(name, { nameStart: named.start, node: placed })
        value[name] = node.value
      }
    }
    return { value, start, members }
  }

  const document = next()
  if (document?.type !== EVENT_ID.DOCUMENT) return nothing
  for (const directive of document.directives) refuseDirective(directive, refuse)
  const root = isAtEnd() ? nothing : readNode(0)
  const rest = events.slice(at).some(({ type }) => type === EVENT_ID.DOCUMENT)
  if (rest) refuse(text.lastIndexOf('\n---') + 1, 'expected one document, got several')
  return root
}

const refuseDirective = (directive: DocumentDirective, refuse: Refuse): void => {
  if (directive.kind === 'tag') refuse(0, 'expected no %TAG, got one')
  else if (directive.version !== '1.2') {
    refuse(0, `expected YAML 1.2, got ${quote(directive.version)}`)
  }
}

const { PLAIN, SINGLE_QUOTED, DOUBLE_QUOTED, LITERAL_BLOCK } = SCALAR_STYLE

/** Where a scalar begins, its quote or `|` included; below zero where nothing is written. */
const startOf = ({ style, valueStart }: ScalarEvent, text: string): number => {
  if (style === PLAIN || valueStart < 0) return valueStart
  if (style === SINGLE_QUOTED || style === DOUBLE_QUOTED) return valueStart - 1
  return text.lastIndexOf(style === LITERAL_BLOCK ? '|' : '>', valueStart)
}

const textOf = (event: ScalarEvent, text: string): string => {
  const { fast, valueStart, valueEnd } = event
  return fast ? text.slice(valueStart, valueEnd) : getScalarValue(text, event)
}

/** Begins as neither a number nor `null`, `true` or `false` does: most texts. */
const wordOnly = /^[A-EG-MO-SU-Za-eg-mo-su-z]/
const coreTags = [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag]

const resolve = (event: ScalarEvent, text: string, refuse: Refuse): unknown => {
  const written = textOf(event, text)
  if (event.style !== PLAIN || wordOnly.test(written)) return written
  for (const tag of coreTags) {
    const value: unknown = tag.resolve(written, false, tag.tagName)
    if (value === NOT_RESOLVED) continue
    return typeof value === 'number' ? exact(value, event, refuse) : value
  }
  // A number that is too large for one is no text.
  return Number.isNaN(Number(written)) ? written : exact(Number.NaN, event, refuse)
}

const exact = (value: number, { valueStart }: ScalarEvent, refuse: Refuse): number => {
  if (!isExact(value)) refuse(valueStart, 'expected a number that can be held exactly; quote it')
  return value
}

const isExact = (value: number): boolean =>
  Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value)
