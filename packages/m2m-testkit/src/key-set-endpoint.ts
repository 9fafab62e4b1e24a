import type { PublicJwk } from './signing-key.js'

/**
 * How the endpoints fail: `'status'` answers 503, `'hang'` never answers, `'network'` drops the
 * connection, `'empty'` serves discovery and a key set without keys, `'html'` answers 200 with a
 * page, as a captive portal or a misrouted gateway does.
 */
export type FailureMode = 'status' | 'hang' | 'network' | 'empty' | 'html'

/** What to put on the wire, or how not to. */
export type Answer =
  | { readonly status: number; readonly contentType: string; readonly body: string }
  | 'hang'
  | 'network'

/** Discovery and key set, without a transport: the in-process fetch and the server both ask it. */
export interface KeySetEndpoint {
  /** Answers a path asked under `origin` and remembers it; `undefined` when it serves no such path. */
  answer(path: string, origin: string): Answer | undefined
  /** Every path answered so far, in order, failures included. */
  readonly requests: readonly string[]
  fail(mode: FailureMode): void
  heal(): void
}

/**
 * Serves RFC 8414 and OpenID discovery, each at the place its specification gives for `issuer`,
 * and a key set whose keys are asked for anew on every request. There are no other endpoints.
 *
 * @param issuerAt - the issuer that discovery names when it is asked under an origin
 */
export function createKeySetEndpoint(
  issuer: string,
  issuerAt: (origin: string) => string,
  keys: () => readonly PublicJwk[],
): KeySetEndpoint {
  const base = new URL(issuer).pathname.replace(/\/$/, '')
  const keySetPath = `${base}/jwks`
  const served = [
    `/.well-known/oauth-authorization-server${base}`,
    `${base}/.well-known/openid-configuration`,
    keySetPath,
  ]
  const requests: string[] = []
  let mode: FailureMode | undefined

  const document = (path: string, origin: string): unknown => {
    if (path === keySetPath) return { keys: mode === 'empty' ? [] : keys() }
    return {
      issuer: issuerAt(origin),
      jwks_uri: `${origin}${keySetPath}`,
      response_types_supported: [],
      grant_types_supported: ['client_credentials'],
    }
  }

  return {
    requests,
    answer(path, origin) {
      if (!served.includes(path)) return undefined
      requests.push(path)
      if (mode === 'hang' || mode === 'network') return mode
      if (mode === 'status') return json(503, { error: 'temporarily_unavailable' })
      if (mode === 'html') return { status: 200, contentType: 'text/html', body: PAGE }
      return json(200, document(path, origin))
    },
    fail(next) {
      mode = next
    },
    heal() {
      mode = undefined
    },
  }
}

const PAGE = '<!doctype html><title>Sign in</title>'

function json(status: number, value: unknown): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(value) }
}
