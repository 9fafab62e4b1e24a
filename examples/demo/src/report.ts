import { type Answer, isExpected } from './call-api.js'
import { paint } from './paint.js'
import type { ApiRequest, Scenario, Theme } from './scenarios.js'

/** The table of callers, written row by row as the answers come in. */
export interface Report {
  theme(theme: Theme): void
  row(number: number, scenario: Scenario, answer: Answer): void
  readonly passed: number
  readonly failed: number
}

/** How much fits behind the other columns in a terminal of 120. */
const reasonWidth = 41

/** Starts the table; the themes are needed beforehand for the widths of the columns. */
export const startReport = (themes: readonly Theme[], write: (line: string) => void): Report => {
  const scenarios = themes.flatMap((theme) => theme.scenarios)
  const callerWidth = widest(scenarios.map(({ caller }) => caller))
  const requestWidth = widest(scenarios.map(({ request }) => describe(request)))
  const columns = (caller: string, request: string, expected: string, got: string): string =>
    caller.padEnd(callerWidth) + request.padEnd(requestWidth) + expected.padEnd(10) + got.padEnd(5)

  let passed = 0
  let failed = 0
  write(paint('dim', `   #  ${columns('caller', 'request', 'expected', 'got')}reason`))

  return {
    theme({ heading }) {
      write(`\n${paint('bold', heading)}`)
    },
    row(number, { caller, request, expected }, answer) {
      const good = isExpected(answer, expected)
      if (good) passed += 1
      else failed += 1
      const mark = good ? paint('green', '✓') : paint('red', '✗')
      const cells = columns(caller, describe(request), `${expected.status}`, `${answer.status}`)
      write(`${mark} ${String(number).padStart(2)}  ${cells}${reason(answer)}`)
      if (expected.quota) write(paint('dim', `       ${headers(answer)}`))
      if (good) return
      write(
        paint('red', `      expected ${JSON.stringify(expected)}, got ${JSON.stringify(answer)}`),
      )
    },
    get passed() {
      return passed
    },
    get failed() {
      return failed
    },
  }
}

const widest = (texts: readonly string[]): number =>
  Math.max(...texts.map(({ length }) => length)) + 2

const describe = ({ method, path, body }: ApiRequest): string => {
  const line = `${method.padEnd(4)} ${path}`
  return body ? `${line} of ${JSON.stringify(body.amount)}` : line
}

/** What the answer says of the caller's budget, as curl would show it. */
const headers = ({ rateLimit, rateLimitPolicy, retryAfter }: Answer): string =>
  [
    `RateLimit: ${rateLimit}`,
    `RateLimit-Policy: ${rateLimitPolicy}`,
    ...(retryAfter === undefined ? [] : [`Retry-After: ${retryAfter}`]),
  ].join('   ')

const reason = ({ by, code, detail, retryAfter }: Answer): string => {
  if (by) return paint('green', `served ${by}`)
  const wait = retryAfter === undefined ? '' : `, Retry-After ${retryAfter}`
  const short = `${code}${wait}`
  const long = `${short}: ${detail}`
  return paint('yellow', detail && long.length <= reasonWidth ? long : short)
}
