import { describe, expect, it } from 'vitest'
import { loggerSink } from '../../src/audit/logger-sink.js'
import { createRecorder } from '../../src/audit/recorder.js'
import { admission, denial, manualClock, refusal } from './fixture.js'

type Line = readonly [level: string, fields: object, message: string]

const loggerWith = (lines: Line[]) => ({
  info: (fields: object, message: string) => void lines.push(['info', fields, message]),
  warn: (fields: object, message: string) => void lines.push(['warn', fields, message]),
})

describe('loggerSink: any logger with info and warn', () => {
  it('gives admitted calls to info and all else to warn, with the record as fields', () => {
    const lines: Line[] = []
    const sink = loggerSink(loggerWith(lines))
    const outage = { ...refusal, outcome: 'unavailable' } as const
    const fault = { ...refusal, outcome: 'fault' } as const
    for (const record of [admission, denial, refusal, outage, fault]) sink.write(record)
    expect(lines.map(([level]) => level)).toEqual(['info', 'warn', 'warn', 'warn', 'warn'])
    expect(lines.map(([, fields]) => fields)).toEqual(
      [admission, denial, refusal, outage, fault].map((m2m) => ({ m2m })),
    )
  })

  it('gives notices at their level', () => {
    const lines: Line[] = []
    const sink = loggerSink(loggerWith(lines))
    const notice = { time: 't', level: 'warn', event: 'keys_unavailable', message: 'm' } as const
    sink.notice?.(notice)
    sink.notice?.({ ...notice, level: 'info' })
    expect(lines.map(([level, , message]) => [level, message])).toEqual([
      ['warn', 'm'],
      ['info', 'm'],
    ])
  })

  it('rule 11: a logger that throws changes nothing', () => {
    const fail = () => {
      throw new Error('logger closed')
    }
    const sink = loggerSink({ info: fail, warn: fail })
    const limits = { unauthenticatedPerSecond: 100, mostPending: 10, requiredTimeout: 100 }
    const recorder = createRecorder([sink], limits, manualClock())
    expect(recorder.write(admission)).toBeUndefined()
    expect(recorder.write(denial)).toBeUndefined()
  })
})
