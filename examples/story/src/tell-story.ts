import { createTestIssuer } from 'm2m-testkit'
import type { Call } from './call.js'
import { chapters } from './chapters.js'
import type { Outcome } from './differences.js'
import { inShort, keepLog } from './keep-log.js'
import { makeCall } from './make-call.js'
import { mintTokens } from './mint-tokens.js'
import { startReport } from './start-report.js'

/** The world around an API: whose tokens it takes, under which name, and where its log goes. */
export interface World {
  readonly issuer: string
  readonly audience: string
  readonly log: { write(line: string): void }
}

/** An API that answers. */
export interface RunningApi {
  readonly url: string
  close(): Promise<unknown>
}

/** An API twice: as it was, and with the lines that let services in. */
export interface StoryApis {
  readonly existing: (world: World) => Promise<RunningApi>
  readonly withServices: (world: World) => Promise<RunningApi>
}

/**
 * Makes every call to both APIs, prints a line for each, and ends with `N passed, N failed`; the
 * exit code is 1 if anything differs from what was written down.
 */
export const tellStory = async (title: string, apis: StoryApis): Promise<void> => {
  const audience = 'https://transfers.example'
  const issuer = await createTestIssuer({ audience })
  const stranger = await createTestIssuer({ audience, issuer: 'https://stranger.example' })
  const running: { close(): Promise<unknown> }[] = [await issuer.serve()]
  const log = keepLog()
  const start = async (api: StoryApis['existing'], itsLog: World['log']): Promise<string> => {
    const { url, close } = await api({ issuer: issuer.issuer, audience, log: itsLog })
    running.push({ close })
    return url
  }
  try {
    const existing = await start(apis.existing, keepLog())
    const withServices = await start(apis.withServices, log)
    const tokens = await mintTokens(issuer, stranger)
    const make = async ({ caller, request }: Call, id: string): Promise<Outcome> => {
      const before = await makeCall(existing, request, tokens[caller], id)
      const now = await makeCall(withServices, request, tokens[caller], id)
      const { record, sentence } = log.lastOf(id) ?? {}
      return { before, now, record: record && inShort(record), sentence }
    }

    const report = startReport(title, (line) => process.stdout.write(`${line}\n`))
    let number = 0
    for (const chapter of chapters) {
      report.chapter(chapter)
      for (const call of chapter.calls) {
        number += 1
        report.row(call, await make(call, `call-${number}`))
      }
    }
    process.exitCode = report.end() ? 0 : 1
  } finally {
    await Promise.all(running.map(({ close }) => close()))
  }
}
