import type { AuditSink, M2M } from 'm2m-core'
import { startAuthorizationServer } from './authorization-server.js'
import { clients, partnerClients } from './clients.js'
import { type DemoTokens, fetchTokens } from './demo-tokens.js'
import type { Framework } from './frameworks.js'
import { type RunningServer, startServer } from './start-server.js'
import { createTransferGuard, servicesOf } from './transfer-guard.js'
import { withoutNotices } from './without-notices.js'

/** Everything that runs: the servers, the guard between them, and the callers' tokens. */
export interface Demo {
  readonly authorizationServer: RunningServer
  readonly partnerServer: RunningServer
  readonly services: ReturnType<typeof servicesOf>
  readonly m2m: M2M
  readonly api: RunningServer
  readonly tokens: DemoTokens
  close(): Promise<void>
}

/** Starts both authorization servers, then the API that accepts their tokens, then fetches some. */
export const startDemo = async (framework: Framework, log: AuditSink): Promise<Demo> => {
  const [authorizationServer, partnerServer] = await withoutNotices(() =>
    Promise.all([
      startAuthorizationServer(Object.values(clients)),
      startAuthorizationServer(Object.values(partnerClients)),
    ]),
  )
  const issuer = authorizationServer.url
  const partner = partnerServer.url

  const services = servicesOf(issuer)
  const m2m = createTransferGuard({ issuer, partner, services, log })
  const api = await startServer(() => framework.serve({ m2m, issuer }))

  const servers = [api, authorizationServer, partnerServer]
  const close = async (): Promise<void> => {
    await Promise.all([...servers, m2m].map((one) => one.close()))
  }
  try {
    const tokens = await fetchTokens(issuer, partner)
    return { authorizationServer, partnerServer, services, m2m, api, tokens, close }
  } catch (error) {
    await close()
    throw error
  }
}
