import type { Request, RequestHandler } from 'express'
import { expressjwt, type Request as JwtRequest } from 'express-jwt'
import { auth } from 'express-oauth2-jwt-bearer'
import jwksRsa from 'jwks-rsa'
import type { TestIssuer } from 'm2m-testkit'

/** Whose tokens user auth accepts, and for what. */
type Accepted = Pick<TestIssuer, 'issuer' | 'audience'>

/** User auth as people use it; its keys come over HTTP. */
export interface UserAuth {
  /** Admits such tokens, from the `Authorization` header. */
  readonly accept: (tokens: Accepted) => RequestHandler
  /** The same, with the token from somewhere else too; `carry` puts it there. */
  readonly acceptElsewhere: (tokens: Accepted) => RequestHandler
  readonly carry: (token: string) => { query: object; headers: Record<string, string> }
  /** The claims that it verified. */
  readonly claims: (request: Request) => unknown
  /** What becomes of a preflight for `Authorization` where `rejectM2M` follows. */
  readonly preflight: readonly [status: number, by: string]
}

const oauth2JwtBearer = ({ issuer, audience }: Accepted): RequestHandler =>
  auth({ issuerBaseURL: issuer, audience })

const expressJwt = (
  { issuer, audience }: Accepted,
  options: { getToken?: (request: Request) => string | undefined } = {},
): RequestHandler =>
  expressjwt({
    secret: jwksRsa.expressJwtSecret({ jwksUri: `${issuer}/jwks`, cache: true }),
    issuer,
    audience,
    algorithms: ['ES256'],
    ...options,
  })

const cookie = /(?:^|; )token=([^;]*)/

/** The two that most Express APIs have; both call what they verified `req.auth`. */
export const userAuths: readonly (readonly [string, UserAuth])[] = [
  [
    'express-oauth2-jwt-bearer',
    {
      accept: oauth2JwtBearer,
      // It always looks at `access_token` in query and body, too.
      acceptElsewhere: oauth2JwtBearer,
      carry: (token) => ({ query: { access_token: token }, headers: {} }),
      claims: (req) => req.auth?.payload,
      preflight: [401, 'user auth'],
    },
  ],
  [
    'express-jwt',
    {
      accept: expressJwt,
      acceptElsewhere: (tokens) =>
        expressJwt(tokens, { getToken: ({ headers }) => cookie.exec(headers.cookie ?? '')?.[1] }),
      carry: (token) => ({ query: {}, headers: { cookie: `token=${token}` } }),
      claims: (req: JwtRequest) => req.auth,
      // It lets them pass without a look.
      preflight: [500, 'M2M_CFG_CLAIMS_MISSING'],
    },
  ],
]
