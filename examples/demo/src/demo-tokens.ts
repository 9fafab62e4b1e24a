import { audiences } from './audiences.js'
import { clients, partnerClients } from './clients.js'
import { editPayload, signAgain } from './forgeries.js'
import { requestServiceToken } from './token-request.js'
import { requestUserToken } from './user-login.js'

/** Every token of the demo by the name the scenarios use. */
export type DemoTokens = Readonly<Record<TokenName, string>>

export type TokenName =
  | 'billing'
  | 'billingUnseen'
  | 'billingForLedger'
  | 'webhook'
  | 'webhookEdited'
  | 'reporting'
  | 'nightly'
  | 'aliceAsService'
  | 'alice'
  | 'forged'
  | 'forgedUnknownKey'
  | PartnerTokenName

type PartnerTokenName = 'acme' | 'globex' | 'partnersBilling'

/** Fetches the tokens that a server signs from both servers over HTTP, and forges the others. */
export const fetchTokens = async (issuer: string, partner: string): Promise<DemoTokens> => {
  const forServices = (client: keyof typeof clients) =>
    requestServiceToken(issuer, clients[client], audiences.services)

  const [
    partnerTokens,
    billing,
    billingUnseen,
    billingForLedger,
    webhook,
    reporting,
    aliceAsService,
    alice,
  ] = await Promise.all([
    fetchPartnerTokens(partner),
    forServices('billing'),
    forServices('billing'),
    requestServiceToken(issuer, clients.billing, audiences.ledger),
    forServices('webhook'),
    forServices('reporting'),
    requestUserToken(issuer, audiences.services),
    requestUserToken(issuer, audiences.people),
  ])
  const promotion = { service_id: 'billing', tier: 'internal', allowed_ops: ['transfers:create'] }

  return {
    billing,
    billingUnseen,
    billingForLedger,
    webhook,
    webhookEdited: editPayload(webhook, promotion),
    reporting,
    aliceAsService,
    alice,
    forged: await signAgain(billing),
    forgedUnknownKey: await signAgain(billing, 'key-nobody-has'),
    ...partnerTokens,
    // Last, since it lives for three seconds.
    nightly: await forServices('nightly'),
  }
}

const fetchPartnerTokens = async (
  issuer: string,
): Promise<Readonly<Record<PartnerTokenName, string>>> => {
  const fetchFor = (client: keyof typeof partnerClients) =>
    requestServiceToken(issuer, partnerClients[client], audiences.services)
  const [acme, globex, partnersBilling] = await Promise.all([
    fetchFor('acme'),
    fetchFor('globex'),
    fetchFor('billing'),
  ])
  return { acme, globex, partnersBilling }
}
