import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audiences } from '../src/audiences.js'
import { startAuthorizationServer } from '../src/authorization-server.js'
import { type Client, clients, partnerClients } from '../src/clients.js'
import type { RunningServer } from '../src/start-server.js'
import { requestServiceToken } from '../src/token-request.js'
import { withoutNotices } from '../src/without-notices.js'

let ours: RunningServer
let partner: RunningServer
beforeAll(async () => {
  ;[ours, partner] = await withoutNotices(() =>
    Promise.all([
      startAuthorizationServer(Object.values(clients)),
      startAuthorizationServer(Object.values(partnerClients)),
    ]),
  )
})
afterAll(() => Promise.all([ours.close(), partner.close()]))

const claimsFor = async ({ url }: RunningServer, client: Client) =>
  decodeJwt(await requestServiceToken(url, client, audiences.services))

describe('the authorization servers of the demo', () => {
  it('state of each service what its client says', async () => {
    const claims = await claimsFor(ours, clients.billing)
    const { operations, tier } = clients.billing
    expect(claims).toMatchObject({
      iss: ours.url,
      aud: audiences.services,
      client_id: 'billing',
      service_id: 'billing',
      allowed_ops: operations,
      tier,
    })
  })

  // Without this the refusals of the demo could come from tokens that claim nothing.
  it('of the partner, state that acme is billing and may do everything', async () => {
    expect(await claimsFor(partner, partnerClients.acme)).toMatchObject({
      iss: partner.url,
      aud: audiences.services,
      sub: 'acme',
      client_id: 'acme',
      service_id: 'billing',
      tier: 'internal',
      allowed_ops: ['transfers:create', 'transfers:read', 'events:publish'],
      scope: 's2s:internal',
    })
  })

  it('know only their own clients', async () => {
    const strangers = [
      [partner, clients.webhook],
      [partner, clients.billing],
      [ours, partnerClients.acme],
      [ours, partnerClients.billing],
    ] as const
    for (const [server, client] of strangers) {
      await expect(claimsFor(server, client)).rejects.toThrow(`No token for ${client.id}: 401`)
    }
  })
})
