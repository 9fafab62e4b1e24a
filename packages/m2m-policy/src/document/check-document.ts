import { quote } from '../problem/quote.js'
import type { ParsedText } from '../source/parse-text.js'
import type { FileKind } from '../source/source-file.js'
import { type CheckedFile, unreadableFile } from './checked-file.js'
import { unknownMember } from './expected.js'
import { isObject } from './references.js'
import { createSectionReader, type SectionReader } from './section-reader.js'

/** Checks a document for itself: all that is wrong with it, and what is right in it. */
export const checkDocument = (name: string, kind: FileKind, parsed: ParsedText): CheckedFile => {
  if (parsed.problems.length > 0) return unreadableFile(name, kind, parsed.problems)
  const reader = createSectionReader(parsed)
  const entries = readers[kind](parsed.value, reader)
  const { problems, declared, references } = reader
  return { ...unreadableFile(name, kind, problems), ...entries, declared, references }
}

type Entries = Partial<Pick<CheckedFile, 'services' | 'roles' | 'tiers' | 'policies'>>
type ReadEntries = (value: unknown, reader: SectionReader) => Entries

const members = ['services', 'roles', 'tiers', 'policies']

const readWhole: ReadEntries = (value, reader) => {
  if (!isObject(value)) {
    reader.refuse([], `expected an object of ${members.join(', ')}, got ${quote(value)}`)
    return {}
  }
  for (const member of Object.keys(value)) {
    if (members.includes(member)) continue
    reader.refuse([member], unknownMember(member, members.join(' ')), 'name')
  }
  const { services, roles, tiers, policies } = value
  return {
    services: reader.services(services, ['services']),
    roles: reader.roles(roles, ['roles']),
    tiers: reader.tiers(tiers, ['tiers']),
    policies: reader.policies(policies, ['policies']),
  }
}

const readers: Readonly<Record<FileKind, ReadEntries>> = {
  service: (value, reader) => ({ services: reader.service(value) }),
  roles: (value, reader) => ({ roles: reader.roles(value, []) }),
  tiers: (value, reader) => ({ tiers: reader.tiers(value, []) }),
  policies: (value, reader) => ({
    policies: Array.isArray(value) ? reader.policies(value, []) : reader.policy(value),
  }),
  whole: readWhole,
}
