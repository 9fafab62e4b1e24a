/** One registered client of the authorization server, and what its tokens will claim. */
export interface Client {
  readonly id: string
  readonly secret: string
  readonly tier: 'internal' | 'partner'
  readonly operations: readonly string[]
  readonly scope: string
  readonly tokenSeconds: number
}

const everyOperation = ['transfers:create', 'transfers:read', 'events:publish']
const hour = 3600

/** Four services, and the web shop that people log in to. */
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
  },
} as const satisfies Record<string, Client>

/** Where the browser returns to after a login. The demo reads the code and never goes there. */
export const webShopCallback = 'https://shop.example/callback'
