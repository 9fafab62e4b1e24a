import { describe, expect, it } from 'vitest'
import { createRecorder } from '../../src/audit/recorder.js'
import { stderrSink } from '../../src/audit/stderr-sink.js'
import { admission, denial, manualClock, memoryStream, refusal } from './fixture.js'

const limits = { unauthenticatedPerSecond: 100, mostPending: 10, requiredTimeout: 100 }

describe('the default of rule 11', () => {
  it('writes nothing for admitted calls and one line for everything else', async () => {
    const { stream, text } = memoryStream()
    const recorder = createRecorder([stderrSink(stream)], limits, manualClock())
    const outage = { ...refusal, outcome: 'unavailable', status: 503 } as const
    for (const record of [admission, denial, admission, refusal, outage]) recorder.write(record)
    await recorder.flush()
    const lines = text().trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    expect(lines.map((line) => /\b(403|401|503)\b/.exec(line)?.[0])).toEqual(['403', '401', '503'])
    expect(recorder.wantsAdmitted).toBe(false)
  })

  it('writes notices, one line each', async () => {
    const { stream, text } = memoryStream()
    const recorder = createRecorder([stderrSink(stream)], limits, manualClock())
    recorder.notice('warn', 'keys_unavailable', 'no answer from https://issuer.test')
    await recorder.flush()
    expect(text()).toMatch(/^.*keys_unavailable.*no answer from https:\/\/issuer\.test\n$/)
  })
})
