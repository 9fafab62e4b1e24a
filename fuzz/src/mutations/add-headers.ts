import type { HeaderLine } from '../mutant.js'
import type { Random } from '../random.js'
import type { RequestMutation } from './mutation.js'

/** No valid `Authorization`, but headers and a query that a careless guard may go by. */
export const addHeaders: RequestMutation = (random, { valid }) => {
  const token = random.pick(valid)
  const lines = Array.from({ length: 1 + random.below(6) }, () => anyLine(random, token))
  const bad: readonly HeaderLine[] = random.once(2)
    ? [['Authorization', `Bearer ${random.latin1(random.below(20))}`]]
    : []
  const query = `${random.pick(['access_token', 'token', '__proto__', 'a'])}=${random.pick([token, 'x'])}`
  return { lines: [...bad, ...lines], ...(random.once(2) && { query }) }
}

// Not Expect, which asks for an answer before the answer.
const names = [
  'Proxy-Authorization',
  'X-Authorization',
  'X-Forwarded-Authorization',
  'Cookie',
  'X-Access-Token',
  'X-Forwarded-For',
  'Forwarded',
  'X-Forwarded-User',
  'X-Client-Cert',
  'X-SSL-Client-Verify',
  'X-Request-Id',
  'User-Agent',
  'X-Original-URL',
  'X-HTTP-Method-Override',
  'DPoP',
  'Upgrade',
  '__proto__',
  'constructor',
  'toString',
  'm2m.request',
  'service',
  'Authorization-',
  'Content-Type',
] as const

const anyLine = (random: Random, token: string): HeaderLine => [
  random.pick(names),
  random.pick([
    `Bearer ${token}`,
    token,
    `access_token=${token}`,
    '127.0.0.1',
    'billing',
    'SUCCESS',
    '',
    random.latin1(random.below(80)),
    'x'.repeat(random.below(2000)),
  ]),
]
