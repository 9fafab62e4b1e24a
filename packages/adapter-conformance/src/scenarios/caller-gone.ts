import { once } from 'node:events'
import { connect } from 'node:net'
import { admitted, internalApi, op } from './internal-api.js'
import type { Expected, Scenario } from './scenario.js'

/** Somebody waits here until somebody else opens. */
const gate = () => {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

const leaving = (
  id: string,
  allowedOps: readonly string[],
  { reached, records }: Required<Pick<Expected, 'reached' | 'records'>>,
): Scenario => {
  let [asked, goOn] = [gate(), gate()]
  let closed: Promise<unknown> = Promise.resolve()
  return {
    id,
    requirement: 'caller-gone',
    plan: ({ options, answer }) => {
      ;[asked, goOn] = [gate(), gate()]
      return internalApi(options(), [
        {
          path: '/slow',
          steps: [
            {
              op,
              resource: async ({ raw }) => {
                closed = once(raw.socket, 'close')
                asked.open()
                await goOn.opened
                return {}
              },
            },
          ],
          handler: answer,
        },
        { path: '/transfers', steps: [{ op }], handler: answer },
      ])
    },
    async play({ token }, { port, ask, happened }) {
      const socket = connect(port, '127.0.0.1')
      const bearer = `Authorization: Bearer ${await token({ allowedOps })}`
      socket.write(`GET /internal/slow HTTP/1.1\r\nHost: 127.0.0.1\r\n${bearer}\r\n\r\n`)
      await asked.opened
      socket.destroy()
      await closed
      goOn.open()
      // What is left of the request takes a few turns, and no answer says when it is over.
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      happened({ reached, records })
      await ask({ token: await token() }, { status: 200, by: 'billing', records: admitted })
    },
  }
}

/** Callers that are gone before they are answered. */
export const callerGone: readonly Scenario[] = [
  leaving('gone-before-a-refusal', ['transfers:read'], {
    reached: 0,
    records: ['scope admitted', 'decision refused layer_forbids'],
  }),
  leaving('gone-before-an-answer', [op], { reached: 1, records: admitted }),
]
