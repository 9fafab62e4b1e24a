import { type AuditSink, createM2M, type M2M } from 'm2m-core'
import { audiences } from './audiences.js'
import { startAuthorizationServer } from './authorization-server.js'
import { type DemoTokens, fetchTokens } from './demo-tokens.js'
import type { Framework } from './frameworks.js'
import { type RunningServer, startServer } from './start-server.js'
import { transferPolicy } from './transfer-policy.js'

/** Everything that runs: both servers, the guard between them, and the callers' tokens. */
export interface Demo {
  readonly authorizationServer: RunningServer
  readonly m2m: M2M
  readonly api: RunningServer
  readonly tokens: DemoTokens
  close(): Promise<void>
}

/** Starts the authorization server, then the API that trusts it, then fetches the tokens. */
export const startDemo = async (framework: Framework, log: AuditSink): Promise<Demo> => {
  const authorizationServer = await startAuthorizationServer()
  const issuer = authorizationServer.url

  const m2m = createM2M({
    issuer,
    audience: audiences.services,
    policy: transferPolicy,
    audit: { sinks: [log] },
    // All clocks here are the same one. Across machines keep the default of 5 s.
    clockTolerance: 0,
  })
  const api = await startServer(() => framework.serve({ m2m, issuer }))

  const close = async (): Promise<void> => {
    await Promise.all([api.close(), authorizationServer.close(), m2m.close()])
  }
  try {
    return { authorizationServer, m2m, api, tokens: await fetchTokens(issuer), close }
  } catch (error) {
    await close()
    throw error
  }
}
