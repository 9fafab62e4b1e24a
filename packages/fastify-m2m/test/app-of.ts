import fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyServerOptions,
} from 'fastify'
import type { AuditRecord, AuditSink } from '../src/index.js'
import { listen } from './listen.js'

export const requiredScope = 's2s:internal'

export const bearer = (token: string): { authorization: string } => ({
  authorization: `Bearer ${token}`,
})

/** Sinks that keep what they are given. */
export const keepRecords = (): { records: AuditRecord[]; audit: { sinks: AuditSink[] } } => {
  const records: AuditRecord[] = []
  return { records, audit: { sinks: [{ write: (record) => void records.push(record) }] } }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** What stands in a body of JSON. */
  readonly body: { readonly code?: string; readonly [member: string]: unknown }
}

export type Call = (
  path: string,
  options?: { token?: string; method?: string; headers?: Record<string, string>; body?: string },
) => Promise<Answer>

type Build = (app: FastifyInstance) => unknown

/** An instance is thenable, and waiting for it would load its plugins before the next line. */
const finish = async (built: unknown): Promise<void> => {
  if (built instanceof Promise) await built
}

/** Opens a scope: what `build` does stays inside. */
export const inScope = (app: FastifyInstance, build: Build, prefix = ''): void => {
  const plugin: FastifyPluginAsync = async (scope) => finish(build(scope))
  app.register(plugin, { prefix })
}

/** Serves what `build` puts together until the test ends, and calls it over HTTP. */
export const appOf = async (
  build: Build,
  options: FastifyServerOptions = {},
): Promise<{ call: Call; port: number; url: string; app: FastifyInstance }> => {
  const app = fastify(options)
  await finish(build(app))
  const { port, url } = await listen(app)
  const call: Call = async (path, { token, method = 'GET', headers, body } = {}) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { ...(token !== undefined && bearer(token)), ...headers },
      ...(body !== undefined && { body }),
    })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.includes('json') && text !== ''
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      body: isJson ? JSON.parse(text) : {},
    }
  }
  return { call, port, url, app }
}

/** Status and code, the two that matter of most refusals. */
export const gist = ({ status, body }: Answer): readonly [number, unknown] => [status, body.code]
