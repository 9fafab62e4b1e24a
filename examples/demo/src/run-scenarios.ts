import { setTimeout as sleep } from 'node:timers/promises'
import { decodeJwt } from 'jose'
import { callApi } from './call-api.js'
import type { Report } from './report.js'
import { type DemoEvent, themes } from './scenarios.js'
import type { Demo } from './start-demo.js'

/** Sends every request in turn and reports what came back. */
export const runScenarios = async (demo: Demo, report: Report): Promise<void> => {
  const { api, tokens } = demo
  let number = 0
  for (const theme of themes) {
    report.theme(theme)
    if (theme.after) await events[theme.after](demo)
    for (const scenario of theme.scenarios) {
      const { request, token } = scenario
      number += 1
      const answer = await callApi(api.url, request, token && tokens[token], String(number))
      report.row(number, scenario, answer)
    }
  }
}

const events: Readonly<Record<DemoEvent, (demo: Demo) => Promise<void>>> = {
  'billing disabled': ({ policy }) =>
    policy.edit('services/billing.yaml', (text) => `${text}disabled: true\n`),
  'billing enabled': ({ policy }) =>
    policy.edit('services/billing.yaml', (text) => text.replace('disabled: true\n', '')),
  'limit lowered': ({ policy }) =>
    policy.edit('policies/transfers.yaml', (text) => text.replace('value: 1000', 'value: 500')),
  'limit misspelt': ({ policy }) =>
    policy.edit('policies/transfers.yaml', (text) =>
      text.replace('less_than_or_equal, value: 500', 'less_than_or_eqal, value: 2000'),
    ),
  'limit as before': ({ policy }) =>
    policy.edit('policies/transfers.yaml', (text) =>
      text.replace('less_than_or_eqal, value: 2000', 'less_than_or_equal, value: 1000'),
    ),
  'short token expired': async ({ tokens }) => {
    const { exp = 0 } = decodeJwt(tokens.nightly)
    await sleep(Math.max(0, exp * 1000 - Date.now()) + 50)
  },
  'authorization server stopped': async ({ authorizationServer, m2m }) => {
    await authorizationServer.close()
    // Keys were fetched a moment ago, so an unknown key id would simply be wrong (401) for another
    // half a minute. Let the guard find out now that it could not fetch a newer key set.
    await m2m.refresh().catch(() => {})
  },
}
