/** One registered client of an authorization server, and what its tokens will claim. */
export interface Client {
  readonly id: string
  readonly secret: string
  /** The service that its tokens name, where that is not its own id. */
  readonly serviceId?: string
  readonly tier: 'internal' | 'partner'
  readonly operations: readonly string[]
  readonly scope: string
  readonly tokenSeconds: number
  /** Where a browser returns to after a login; only for a client that people use. */
  readonly callback?: string
}

const everyOperation = ['transfers:create', 'transfers:read', 'events:publish']
const hour = 3600

/** Clients of our own server: four services, and the web shop that people log in to. */
export const clients = {
  billing: {
    id: 'billing',
    secret: 'billing-secret',
    tier: 'internal',
    operations: ['transfers:create', 'transfers:read'],
    scope: 's2s:internal',
    tokenSeconds: hour,
  },
  webhook: {
    id: 'webhook',
    secret: 'webhook-secret',
    tier: 'partner',
    operations: ['events:publish'],
    scope: 's2s:internal',
    tokenSeconds: hour,
  },
  reporting: {
    id: 'reporting',
    secret: 'reporting-secret',
    tier: 'internal',
    operations: ['transfers:read'],
    scope: 'reports:read',
    tokenSeconds: hour,
  },
  nightly: {
    id: 'nightly',
    secret: 'nightly-secret',
    tier: 'internal',
    operations: ['transfers:read'],
    scope: 's2s:internal',
    // Short enough to watch it expire, long enough to be used once on a slow machine.
    tokenSeconds: 3,
  },
  // Has everything a service could wish for, so that nothing but "this is a person" can refuse it.
  webShop: {
    id: 'web-shop',
    secret: 'web-shop-secret',
    tier: 'internal',
    operations: everyOperation,
    scope: 'openid s2s:internal',
    tokenSeconds: hour,
    // The demo reads the code from this address and never goes there.
    callback: 'https://shop.example/callback',
  },
} as const satisfies Record<string, Client>

/** Clients of the partner's server, which names them and says of them what it likes. */
export const partnerClients = {
  // Boasts of all that our own services have, and still may do what the partner's may.
  acme: {
    id: 'acme',
    secret: 'acme-secret',
    serviceId: 'billing',
    tier: 'internal',
    operations: everyOperation,
    scope: 's2s:internal',
    tokenSeconds: hour,
  },
  globex: {
    id: 'globex',
    secret: 'globex-secret',
    tier: 'partner',
    operations: [],
    scope: 's2s:internal',
    tokenSeconds: hour,
  },
  // Asks for no more than a partner may do, under a name that is taken.
  billing: {
    id: 'billing',
    secret: 'another-billing-secret',
    tier: 'partner',
    operations: ['events:publish'],
    scope: 's2s:internal',
    tokenSeconds: hour,
  },
} as const satisfies Record<string, Client>
