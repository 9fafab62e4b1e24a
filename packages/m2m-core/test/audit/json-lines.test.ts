import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { AuditSink } from '../../src/audit/audit-sink.js'
import { jsonLines } from '../../src/audit/json-lines.js'
import { createRecorder } from '../../src/audit/recorder.js'
import { admission, denial, manualClock, memoryStream, refusal, settled } from './fixture.js'

const limits = { unauthenticatedPerSecond: 100, mostPending: 10, requiredTimeout: 100 }
const recorderOn = (sink: AuditSink) => createRecorder([sink], limits, manualClock())

describe('jsonLines: one line of JSON per record and notice', () => {
  it('writes admitted calls, too, and each record whole', async () => {
    const { stream, text } = memoryStream()
    const recorder = recorderOn(jsonLines(stream))
    for (const record of [admission, denial, refusal]) recorder.write(record)
    recorder.notice('info', 'environment_used', 'x')
    await recorder.flush()
    const lines = text().trimEnd().split('\n')
    expect(lines.slice(0, 3).map((line) => JSON.parse(line))).toEqual([admission, denial, refusal])
    expect(JSON.parse(lines[3] ?? '')).toMatchObject({ level: 'info', event: 'environment_used' })
    expect(lines).toHaveLength(4)
  })

  it('threat row 30: CR and LF inside a record break no line', async () => {
    const { stream, text } = memoryStream()
    const record = { ...denial, message: 'a\r\nb\nc' }
    recorderOn(jsonLines(stream)).write(record)
    await settled()
    expect(text().split('\n')).toHaveLength(2)
    expect(JSON.parse(text())).toEqual(record)
  })
})

describe('jsonLines on a stream that is no good (threat row 56)', () => {
  const streams: readonly (readonly [what: string, create: () => Writable])[] = [
    [
      'destroyed',
      () => {
        const stream = new PassThrough()
        stream.destroy()
        return stream
      },
    ],
    ['ended', () => new PassThrough().end()],
    ['failing', () => new Writable({ write: (_c, _e, done) => done(new Error('disk full')) })],
    ['stalled', () => new Writable({ highWaterMark: 1, write: () => undefined })],
  ]

  it.each(streams)('%s: costs records, never a request', async (_what, create) => {
    const recorder = recorderOn(jsonLines(create()))
    for (let call = 0; call < 5; call += 1) expect(recorder.write(denial)).toBeUndefined()
    await settled()
    await settled()
    expect(recorder.write(denial)).toBeUndefined()
  })
})

describe('jsonLines on a stream that is slow or breaks', () => {
  it('50 writes in flight are no leak of listeners', async () => {
    const warnings: Error[] = []
    const hear = (warning: Error): void => void warnings.push(warning)
    process.on('warning', hear)
    const done: (() => void)[] = []
    const stream = new Writable({ highWaterMark: 1, write: (_c, _e, next) => void done.push(next) })
    const sink = jsonLines(stream)
    const writing = Array.from({ length: 50 }, () => sink.write(denial))
    await settled()
    for (let next = done.shift(); next; next = done.shift()) {
      next()
      await settled()
    }
    await Promise.all(writing)
    process.removeListener('warning', hear)
    expect(warnings).toEqual([])
    expect(stream.listenerCount('error')).toBe(1)
  })

  it('one that is destroyed between two writes rejects, and ends nothing else', async () => {
    const { stream, text } = memoryStream()
    const sink = jsonLines(stream)
    await sink.write(denial)
    stream.destroy(new Error('broken pipe'))
    await settled()
    await expect(sink.write(denial)).rejects.toBeInstanceOf(Error)
    await settled()
    expect(text().trimEnd().split('\n')).toHaveLength(1)
  })
})
