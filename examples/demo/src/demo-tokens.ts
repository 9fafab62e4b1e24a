import { audiences } from './audiences.js'
import { clients } from './clients.js'
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

/** Fetches the honest tokens from the authorization server over HTTP and forges the others. */
export const fetchTokens = async (issuer: string): Promise<DemoTokens> => {
  const forServices = (client: keyof typeof clients) =>
    requestServiceToken(issuer, clients[client], audiences.services)

  const [billing, billingUnseen, billingForLedger, webhook, reporting, aliceAsService, alice] =
    await Promise.all([
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
    // Last, since it lives for three seconds.
    nightly: await forServices('nightly'),
  }
}
