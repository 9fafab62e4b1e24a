/** The three APIs that tokens are made for. Only the first two exist in this demo. */
export const audiences = {
  /** Called by services: the `/internal` routes. */
  services: 'https://transfers.example/internal',
  /** Called by people: the `/api` routes. */
  people: 'https://transfers.example/api',
  /** Somebody else's API, to show what a token for another door is worth. */
  ledger: 'https://ledger.example',
} as const
