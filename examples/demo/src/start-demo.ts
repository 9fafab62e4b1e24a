import type { AuditSink, M2M } from 'm2m-core'
import { startAuthorizationServer } from './authorization-server.js'
import { clients, partnerClients } from './clients.js'
import { type DemoPolicy, openPolicy } from './demo-policy.js'
import { type DemoTokens, fetchTokens } from './demo-tokens.js'
import type { Framework } from './frameworks.js'
import { type RunningServer, startServer } from './start-server.js'
import { createTransferGuard } from './transfer-guard.js'
import { withoutNotices } from './without-notices.js'

/** Everything that runs: the servers, the guard and its policy between them, and the tokens. */
export interface Demo {
  readonly authorizationServer: RunningServer
  readonly partnerServer: RunningServer
  readonly policy: DemoPolicy
  readonly m2m: M2M
  readonly api: RunningServer
  readonly tokens: DemoTokens
  close(): Promise<void>
}

/** Starts both authorization servers, then the API that accepts their tokens, then fetches some. */
export const startDemo = async (
  framework: Framework,
  log: AuditSink,
  { watch = false }: { readonly watch?: boolean } = {},
): Promise<Demo> => {
  const [authorizationServer, partnerServer] = await withoutNotices(() =>
    Promise.all([
      startAuthorizationServer(Object.values(clients)),
      startAuthorizationServer(Object.values(partnerClients)),
    ]),
  )
  const issuer = authorizationServer.url
  const partner = partnerServer.url

  const policy = await openPolicy({ issuer, partner }, log, watch)
  const m2m = createTransferGuard({ issuer, partner, policy: policy.store, log })
  const api = await startServer(() => framework.serve({ m2m, issuer }))

  const parts = [api, authorizationServer, partnerServer, m2m, policy]
  const close = async (): Promise<void> => {
    await Promise.all(parts.map((one) => one.close()))
  }
  try {
    const tokens = await fetchTokens(issuer, partner)
    return { authorizationServer, partnerServer, policy, m2m, api, tokens, close }
  } catch (error) {
    await close()
    throw error
  }
}
