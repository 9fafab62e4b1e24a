import type { DemoTokens } from './demo-tokens.js'

/** Lines to paste into a shell: tokens as variables, then one request per line. */
export const curlLines = (url: string, tokens: DemoTokens): readonly string[] => {
  const call = (variable: string, request: string): string =>
    `curl -i -H "Authorization: Bearer $${variable}" ${request}`
  const post = (path: string, body: object): string =>
    `${url}${path} -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`

  return [
    `BILLING='${tokens.billing}'`,
    `WEBHOOK='${tokens.webhook}'`,
    `REPORTING='${tokens.reporting}'`,
    `ALICE_AS_SERVICE='${tokens.aliceAsService}'`,
    `ALICE='${tokens.alice}'`,
    `ACME='${tokens.acme}'`,
    `PARTNERS_BILLING='${tokens.partnersBilling}'`,
    '',
    '# served',
    call('BILLING', post('/internal/transfers', { amount: 1000 })),
    call('BILLING', `${url}/internal/transfers`),
    call('WEBHOOK', post('/internal/events', { kind: 'paid' })),
    call('ALICE', `${url}/api/transfers`),
    call('ACME', post('/internal/events', { kind: 'paid' })),
    '',
    '# refused',
    call('BILLING', post('/internal/transfers', { amount: 5000 })),
    call('BILLING', post('/internal/transfers', { amount: -10 })),
    call('WEBHOOK', post('/internal/transfers', { amount: 10 })),
    call('REPORTING', `${url}/internal/transfers`),
    call('ALICE_AS_SERVICE', `${url}/internal/transfers`),
    call('BILLING', `${url}/api/transfers`),
    call('ACME', post('/internal/transfers', { amount: 10 })),
    call('ACME', `${url}/internal/transfers`),
    call('PARTNERS_BILLING', post('/internal/events', { kind: 'paid' })),
    `curl -i ${url}/internal/transfers`,
  ]
}
