import type { TestIssuer } from 'm2m-testkit'
import type { Framework } from './api-plan.js'
import { captureLog } from './capture-log.js'
import { type ConformanceTarget, requiredOperation, requiredScope } from './conformance-target.js'

/** A target that can be stopped. */
export interface RunningTarget extends ConformanceTarget {
  close(): Promise<void>
}

/** Serves the one guarded route of the corpus in a framework. The issuer must be served. */
export const startCorpusTarget = async (
  framework: Framework,
  issuer: TestIssuer,
): Promise<RunningTarget> => {
  let calls = 0
  const fetched: string[] = []
  const { sinks, logged } = captureLog()
  const auth = {
    issuer: issuer.issuer,
    audience: issuer.audience,
    fetch: (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
      fetched.push(input instanceof Request ? input.url : String(input))
      return globalThis.fetch(input, init)
    },
    audit: { sinks, unauthenticatedPerSecond: 1_000_000 },
    requiredScope,
  }
  const handler = () => {
    calls += 1
    return { ok: true }
  }
  const routes = [{ path: '/transfers', steps: [{ op: requiredOperation }], handler }]
  const { port, close } = await framework.start({
    prefix: '',
    inside: [{ prefix: '/internal', before: [{ auth }], routes }],
  })
  return {
    port,
    issuer,
    close,
    handlerCalls: () => calls,
    logged,
    fetched: () => fetched,
  }
}
