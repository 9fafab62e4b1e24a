import type { RawResponse } from './parse-response.js'

/** What Node's parser and routers answer to what they cannot read or have no route for. */
const statuses: readonly number[] = [400, 404, 405, 414, 431, 501]

/**
 * Whether a response is not the guard's but that of Node's parser, or of a router which has no such
 * route. Never so for a problem body or a 5xx but 501.
 */
export const isUnrouted = ({ status, headers }: RawResponse): boolean =>
  statuses.includes(status) &&
  !headers.get('content-type')?.join().startsWith('application/problem+json')
