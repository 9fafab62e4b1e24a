import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PolicyDocument, ServiceDocument } from 'm2m-policy'
import { idOf, policyDocuments, serviceDocument, sharedDocuments } from './policy-documents.js'

/** How the files of a policy folder are written. */
export type Format = 'yaml' | 'json'

/** A policy folder: a file for each service, and one for the policies of each service. */
export interface PolicyFolder {
  readonly path: string
  writeService(index: number, edition: number): void
  writePolicies(index: number, edition: number): void
  remove(): void
}

/** Writes a folder of that many services. */
export const writePolicyFolder = (services: number, format: Format): PolicyFolder => {
  const path = mkdtempSync(join(tmpdir(), 'm2m-bench-'))
  for (const folder of ['services', 'policies']) mkdirSync(join(path, folder))
  const write = (name: string, content: unknown, asYaml: () => string): void => {
    const text = format === 'json' ? JSON.stringify(content, undefined, 2) : asYaml()
    writeFileSync(join(path, `${name}.${format}`), text)
  }
  const writeService = (index: number, edition: number): void => {
    const document = serviceDocument(index, edition)
    write(`services/${idOf(index)}`, document, () => serviceText(document))
  }
  const writePolicies = (index: number, edition: number): void => {
    const documents = policyDocuments(index, edition)
    write(`policies/${idOf(index)}`, documents, () => documents.map(policyText).join(''))
  }
  const { roles, tiers, policies } = sharedDocuments()
  write('roles', roles, () => membersText(Object.entries(roles)))
  write('tiers', tiers, () => tiers.map((tier) => `- ${flow(tier)}\n`).join(''))
  write('policies/shared', policies, () => policies.map(policyText).join(''))
  for (let index = 0; index < services; index += 1) {
    writeService(index, 0)
    writePolicies(index, 0)
  }
  return {
    path,
    writeService,
    writePolicies,
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** As people write it, and the README does: members in lines, what is small in braces. */
const serviceText = ({ clients, attributes, ...service }: ServiceDocument): string =>
  membersText([
    ...Object.entries(service).slice(0, 1),
    ['clients', `\n${clients.map((client) => `  - ${flow(client)}\n`).join('')}`],
    ...Object.entries(service).slice(1),
    ['attributes', attributes],
  ])

const policyText = ({ resources, conditions = [], ...policy }: PolicyDocument): string => {
  const listed = (name: string, items: readonly object[]): string =>
    items.length === 0 ? '' : `  ${name}:\n${items.map((one) => `    - ${flow(one)}\n`).join('')}`
  const members = Object.entries(policy).map(([name, value]) => `${name}: ${flow(value)}\n`)
  return `- ${members.join('  ')}${listed('resources', resources)}${listed('conditions', conditions)}`
}

const membersText = (members: readonly (readonly [string, unknown])[]): string =>
  members
    .map(([name, value]) =>
      typeof value === 'string' && value.startsWith('\n')
        ? `${name}:${value}`
        : `${name}: ${flow(value)}\n`,
    )
    .join('')

const flow = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (typeof value !== 'object' || value === null) return scalar(value)
  const members = Object.entries(value).map(([name, member]) => `${name}: ${flow(member)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

const scalar = (value: unknown): string =>
  typeof value === 'string' && /^[A-Za-z][\w.-]*(?:[ :][A-Za-z0-9][\w.-]*)*$/.test(value)
    ? value
    : JSON.stringify(value)
