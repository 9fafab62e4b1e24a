import type { PolicyDocument, PolicyDocuments } from 'm2m-policy'
import {
  bareOperation,
  idOf,
  serviceDocument,
  sharedDocuments,
} from '../policies/policy-documents.js'

/** What the rule of that number allows. */
export const ruleOperation = (rule: number): string => `things_${rule}:read`

/** So many rules, each for another operation, handed out to the services in turn. */
export const rulesPolicy = (rules: number, services: number): PolicyDocuments => ({
  ...withServices(services),
  policies: Array.from({ length: rules }, (_, rule) =>
    allow(`rule_${rule}`, rule % services, `things_${rule}`),
  ),
})

/** Whose things the rule of that number is about. */
export const ownerOf = (rule: number): string => `team-${rule}`

/** So many rules of one service for one operation, each for the things of another owner. */
export const ownersPolicy = (rules: number): PolicyDocuments => ({
  ...withServices(1),
  policies: Array.from({ length: rules }, (_, rule) => ({
    ...allow(`rule_${rule}`, 0, bareOperation.split(':')[0] ?? ''),
    conditions: [{ field: 'resource.owner', operator: 'equals' as const, value: ownerOf(rule) }],
  })),
})

const withServices = (services: number): PolicyDocuments => ({
  roles: sharedDocuments().roles,
  tiers: [{ name: 'bronze' }, { name: 'gold' }],
  services: Array.from({ length: services }, (_, index) => serviceDocument(index)),
})

const allow = (name: string, service: number, type: string): PolicyDocument => ({
  name,
  effect: 'allow',
  subjects: [`service:${idOf(service)}`],
  resources: [{ type, actions: ['read'] }],
})
