import { flawsOf } from './flaw.js'
import { notText, randomJson } from './random-json.js'

const userMarkers = [
  ...['sid', 'uid', 'username', 'user_id', 'cognito:groups', 'upn', 'unique_name'],
  ...['given_name', 'family_name', 'amr'],
] as const

/** Claims of a good access token whose bearer is no service, or of nobody knows which. */
export const callerFlaws = flawsOf('claims', 403, [
  // Only people have these, whatever is said in them.
  ({ random }) => ({ [random.pick(userMarkers)]: randomJson(random, 2) }),
  ({ random }) => ({ idtyp: random.pick(['user', 'App', '', 'app ', notText(random)]) }),
  ({ random }) => ({ gty: random.pick(['password', 'authorization_code', '', notText(random)]) }),
  // RFC 9068 §2.2: where no user is involved the subject is the client.
  ({ random, claims: { client_id } }) => ({
    sub: random.pick([
      ...['user-1', '', `${client_id}x`, `${client_id}@client`, ` ${client_id}`, 'auth0|1'],
      ...[String(client_id).toUpperCase(), `client:${client_id}`, `x@clients`],
    ]),
  }),
  // RFC 8693 §4.1: somebody acts for somebody else.
  ({ random }) => ({ act: random.once(2) ? { sub: 'x' } : randomJson(random, 2) }),
  // Whatever names the client names the same one.
  ({ random }) => ({ [random.pick(['azp', 'cid', 'appid'])]: random.pick(['other', '__proto__']) }),
  ({ random }) => ({ [random.pick(['cid', 'appid'])]: notText(random) }),
  () => ({ client_id: '' }),
])
