import type { PolicyModel, PolicyStore, ServiceEntry } from 'm2m-policy'
import type { ClientChange, PolicyChange, RateChange } from './policy-change.js'

/** What has become of the registry: services, their clients, tiers and rates. */
export const serviceChanges = (
  before: PolicyStore,
  after: PolicyStore,
): readonly PolicyChange[] => {
  const [then, now] = [byId(before.model), byId(after.model)]
  const changes: PolicyChange[] = []
  for (const id of new Set([...then.keys(), ...now.keys()])) {
    const who = [{ service: id }]
    const [was, is] = [then.get(id), now.get(id)]
    if (!was && is) changes.push({ kind: 'service-added', who }, ...clientChanges([], is, id))
    if (was && !is) changes.push({ kind: 'service-removed', who })
    if (!was || !is) continue
    if (was.disabled !== is.disabled) {
      changes.push({ kind: is.disabled ? 'service-disabled' : 'service-enabled', who })
    }
    if (was.tier !== is.tier) {
      changes.push({ kind: 'tier-changed', who, before: was.tier, after: is.tier })
    }
    changes.push(...clientChanges(was.clients, is, id))
    changes.push(...rateChanges(rateOf(before.model, was), rateOf(after.model, is), id))
  }
  return changes
}

const byId = ({ services }: PolicyModel): ReadonlyMap<string, ServiceEntry> =>
  new Map(services.map((service) => [service.id, service]))

const clientChanges = (
  was: ServiceEntry['clients'],
  { clients: is }: ServiceEntry,
  id: string,
): readonly ClientChange[] => {
  const missingIn = (clients: ServiceEntry['clients']) => {
    const keys = new Set(clients.map(clientKey))
    return (client: ServiceEntry['clients'][number]) => !keys.has(clientKey(client))
  }
  const who = [{ service: id }]
  return [
    ...is
      .filter(missingIn(was))
      .map((client): ClientChange => ({ kind: 'client-added', who, client })),
    ...was
      .filter(missingIn(is))
      .map((client): ClientChange => ({ kind: 'client-removed', who, client })),
  ]
}

const clientKey = ({ issuer, clientId }: ServiceEntry['clients'][number]): string =>
  JSON.stringify([issuer, clientId])

/** Its own, else that of its tier; without a tier, that of the lowest. */
const rateOf = ({ tiers }: PolicyModel, { rate, tier }: ServiceEntry): ServiceEntry['rate'] =>
  rate ?? (tiers.find(({ name }) => name === tier) ?? tiers[0])?.rate

const rateChanges = (
  before: ServiceEntry['rate'],
  after: ServiceEntry['rate'],
  id: string,
): readonly RateChange[] =>
  JSON.stringify(before) === JSON.stringify(after)
    ? []
    : [{ kind: 'rate-changed', who: [{ service: id }], before, after }]
