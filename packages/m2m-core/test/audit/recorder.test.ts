import { describe, expect, it } from 'vitest'
import type { AuditRecord } from '../../src/audit/audit-record.js'
import type { AuditSink } from '../../src/audit/audit-sink.js'
import { createRecorder } from '../../src/audit/recorder.js'
import { admission, denial, manualClock, memorySink, refusal, settled } from './fixture.js'

const limits = { unauthenticatedPerSecond: 3, mostPending: 5, requiredTimeout: 100 }

const recorderWith = (...sinks: AuditSink[]) => {
  const clock = manualClock()
  return { clock, recorder: createRecorder(sinks, limits, clock) }
}

/** Writes as the line does: a record without a service only when there is room for it. */
const flood = (recorder: ReturnType<typeof createRecorder>, count: number): void => {
  for (let call = 0; call < count; call += 1) {
    if (recorder.admitsUnauthenticated()) recorder.write(refusal)
  }
}

const hang = (): Promise<void> => new Promise(() => undefined)
const broken: readonly (readonly [what: string, write: AuditSink['write']])[] = [
  [
    'throws',
    () => {
      throw new Error('disk full')
    },
  ],
  [
    'throws undefined',
    () => {
      throw undefined
    },
  ],
  ['rejects', () => Promise.reject(new Error('disk full'))],
  ['rejects with nothing', () => Promise.reject()],
  ['hangs', hang],
  [
    'gives a thenable whose then throws',
    () =>
      ({
        get then() {
          throw new Error('no')
        },
      }) as unknown as Promise<void>,
  ],
]

describe('rule 11: a failing sink changes nothing', () => {
  it.each(broken)('a sink that %s gives nothing to wait for', async (_what, write) => {
    const good = memorySink()
    const { recorder } = recorderWith({ write }, good)
    expect(recorder.write(admission)).toBeUndefined()
    expect(recorder.write(denial)).toBeUndefined()
    await settled()
    expect(good.records).toEqual([admission, denial])
  })

  it.each(broken)('a sink whose notice %s keeps no other sink from hearing', async (_w, write) => {
    const good = memorySink()
    const faulty: AuditSink = { write: () => undefined, notice: () => write(denial) }
    const { recorder } = recorderWith(faulty, good)
    recorder.notice('warn', 'keys_unavailable', 'no answer')
    await settled()
    expect(good.notices).toMatchObject([{ event: 'keys_unavailable', level: 'warn' }])
  })

  it('gives each record to each sink exactly once', () => {
    const sinks = [memorySink(), memorySink(), memorySink()]
    const { recorder } = recorderWith(...sinks)
    recorder.write(admission)
    recorder.write(denial)
    for (const { records } of sinks) expect(records).toEqual([admission, denial])
  })

  it('a sink without a notice method is left out of notices', () => {
    const records: AuditRecord[] = []
    const { recorder } = recorderWith({ write: (record) => void records.push(record) })
    recorder.notice('info', 'environment_used', 'x')
    expect(records).toEqual([])
  })
})

describe('rule 11: a required sink decides', () => {
  it('the record is written before the promise settles', async () => {
    let release: () => void = () => undefined
    const written: AuditRecord[] = []
    const write = async (record: AuditRecord) => {
      await new Promise<void>((resolve) => {
        release = resolve
      })
      written.push(record)
    }
    const { recorder } = recorderWith({ write, required: true })
    const waiting = recorder.write(admission)
    expect(waiting).toBeInstanceOf(Promise)
    expect(written).toEqual([])
    release()
    await waiting
    expect(written).toEqual([admission])
  })

  it.each(broken.filter(([what]) => what !== 'hangs'))(
    'one that %s makes the write fail',
    async (_what, write) => {
      const { recorder } = recorderWith(memorySink(), { write, required: true })
      const waiting = recorder.write(admission)
      expect(waiting).toBeInstanceOf(Promise)
      const outcome = await Promise.resolve(waiting).then(
        () => 'written',
        () => 'failed',
      )
      expect(outcome).toBe('failed')
    },
  )

  it('a required sink among others does not wait for the others', async () => {
    const { recorder } = recorderWith({ write: hang }, { ...memorySink(), required: true })
    await Promise.resolve(recorder.write(admission))
    expect(recorder.wantsAdmitted).toBe(true)
  })

  it('is refused, not silently dropped, once it is too far behind', async () => {
    const given: AuditRecord[] = []
    const write = (record: AuditRecord) => {
      given.push(record)
      return hang()
    }
    const { recorder } = recorderWith({ write, required: true })
    const written = Array.from({ length: 20 }, () => recorder.write(admission))
    expect(given).toHaveLength(5)
    const settled = await Promise.allSettled(written)
    expect(settled.map(({ status }) => status)).toEqual(Array(20).fill('rejected'))
  })
})

describe('rule 11: unauthenticated refusals are rate-capped and counted', () => {
  it('writes as many per second as the limit says, and again in the next second', () => {
    const sink = memorySink()
    const { clock, recorder } = recorderWith(sink)
    flood(recorder, 50)
    expect(sink.records).toHaveLength(3)
    clock.advance(999)
    flood(recorder, 50)
    expect(sink.records).toHaveLength(3)
    clock.advance(1)
    flood(recorder, 50)
    expect(sink.records).toHaveLength(6)
  })

  it('announces exactly how many were dropped', () => {
    const sink = memorySink()
    const { clock, recorder } = recorderWith(sink)
    flood(recorder, 50)
    clock.advance(10_000)
    flood(recorder, 1)
    expect(sink.notices).toMatchObject(Array(2).fill({ level: 'warn', event: 'records_dropped' }))
    const counts = sink.notices.map(({ message }) => Number.parseInt(message, 10))
    expect(counts).toEqual([1, 46])
  })

  it('announces drops also when not a single record is let through', () => {
    const sink = memorySink()
    const { clock } = recorderWith(sink)
    const limits = { unauthenticatedPerSecond: 0, mostPending: 5, requiredTimeout: 100 }
    const recorder = createRecorder([sink], limits, clock)
    expect(recorder.admitsUnauthenticated()).toBe(false)
    expect(sink.notices.map(({ event }) => event)).toEqual(['records_dropped'])
  })

  it('announces a long flood again and again, not on every drop, and loses no count', () => {
    const sink = memorySink()
    const { clock, recorder } = recorderWith(sink)
    for (let second = 0; second < 120; second += 1) {
      flood(recorder, 1000)
      clock.advance(1000)
    }
    clock.advance(60_000)
    recorder.write(denial)
    const announced = sink.notices.map(({ message }) => Number.parseInt(message, 10))
    expect(announced.reduce((sum, count) => sum + count, 0)).toBe(120 * 997)
    expect(announced.length).toBeGreaterThan(1)
    expect(announced.length).toBeLessThan(30)
  })

  it('threat row 56: a flood displaces no record of a verified service', () => {
    const sink = memorySink()
    const { recorder } = recorderWith(sink)
    for (let call = 0; call < 100; call += 1) {
      flood(recorder, 100)
      recorder.write(denial)
    }
    expect(sink.records.filter(({ service }) => service)).toHaveLength(100)
    expect(sink.records.filter(({ service }) => !service)).toHaveLength(3)
  })

  it('a wall clock that steps back opens no gate', () => {
    const sink = memorySink()
    const clock = manualClock()
    const stepping = { now: () => 0, monotonic: clock.monotonic }
    const recorder = createRecorder([sink], limits, stepping)
    flood(recorder, 10)
    expect(sink.records).toHaveLength(3)
  })
})

describe('rule 11: what a hanging sink owes is bounded, by lane', () => {
  const hangingSink = () => {
    const given: AuditRecord[] = []
    const notices: string[] = []
    const write = (record: AuditRecord) => {
      given.push(record)
      return hang()
    }
    return {
      given,
      notices,
      write,
      notice: ({ message }: { message: string }) => {
        notices.push(message)
      },
    }
  }

  it('after that many records are dropped, counted and announced', () => {
    const sink = hangingSink()
    const { clock, recorder } = recorderWith(sink)
    for (let call = 0; call < 100; call += 1) recorder.write(denial)
    expect(sink.given).toHaveLength(5)
    clock.advance(60_000)
    recorder.write(denial)
    const announced = sink.notices.map((message) => Number.parseInt(message, 10))
    expect(announced.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(95)
  })

  it('a full unauthenticated lane leaves the verified lane its own room', () => {
    const sink = hangingSink()
    const recorder = createRecorder(
      [sink],
      { unauthenticatedPerSecond: 1000, mostPending: 5, requiredTimeout: 100 },
      manualClock(),
    )
    flood(recorder, 100)
    for (let call = 0; call < 100; call += 1) recorder.write(denial)
    expect(sink.given.filter(({ service }) => !service)).toHaveLength(5)
    expect(sink.given.filter(({ service }) => service)).toHaveLength(5)
  })

  it('a client has one lane, whatever ids its tokens give it', () => {
    const sink = hangingSink()
    const limits = { unauthenticatedPerSecond: 1000, mostPending: 5, requiredTimeout: 100 }
    const recorder = createRecorder([sink], limits, manualClock())
    for (let call = 0; call < 100; call += 1) {
      const service = {
        id: `service-${call}`,
        issuer: 'https://issuer.test',
        clientId: 'webhook',
        evidence: 'sub is the client id',
      }
      recorder.write({ ...denial, service })
    }
    expect(sink.given).toHaveLength(5)
    recorder.write({
      ...denial,
      service: {
        id: 'x',
        issuer: 'https://b.test',
        clientId: 'webhook',
        evidence: 'sub is the client id',
      },
    })
    expect(sink.given).toHaveLength(6)
  })

  it('one hanging sink takes nothing from another', () => {
    const good = memorySink()
    const { recorder } = recorderWith(hangingSink(), good)
    for (let call = 0; call < 100; call += 1) recorder.write(denial)
    expect(good.records).toHaveLength(100)
  })

  it('a sink that recovers is given records again', async () => {
    const waiting: (() => void)[] = []
    const given: AuditRecord[] = []
    const write = (record: AuditRecord) => {
      given.push(record)
      return new Promise<void>((resolve) => {
        waiting.push(resolve)
      })
    }
    const { recorder } = recorderWith({ write })
    for (let call = 0; call < 10; call += 1) recorder.write(denial)
    expect(given).toHaveLength(5)
    for (const resolve of waiting) resolve()
    await settled()
    recorder.write(denial)
    expect(given).toHaveLength(6)
  })

  it('failed writes are counted and announced', async () => {
    const good = memorySink()
    const { clock, recorder } = recorderWith({ write: () => Promise.reject(new Error('no')) }, good)
    for (let call = 0; call < 4; call += 1) recorder.write(denial)
    await settled()
    clock.advance(60_000)
    recorder.write(denial)
    const announced = good.notices.map(({ message }) => Number.parseInt(message, 10))
    expect(announced.reduce((sum, count) => sum + count, 0)).toBe(4)
  })
})

describe('which records a sink gets', () => {
  it('one that does not want admitted calls gets all else', () => {
    const sink = memorySink({ admitted: false })
    const { recorder } = recorderWith(sink)
    expect(recorder.wantsAdmitted).toBe(false)
    const fault: AuditRecord = { ...denial, outcome: 'fault' }
    const outage: AuditRecord = { ...denial, outcome: 'unavailable' }
    for (const record of [admission, denial, fault, outage]) recorder.write(record)
    expect(sink.records).toEqual([denial, fault, outage])
  })

  it('flush waits for what was accepted, also when it fails', async () => {
    let isWritten = false
    const slow = async () => {
      await settled()
      isWritten = true
    }
    const { recorder } = recorderWith({ write: slow }, { write: () => Promise.reject(new Error()) })
    recorder.write(denial)
    await recorder.flush()
    expect(isWritten).toBe(true)
  })
})

describe('closing, and what is told on the way', () => {
  it('flush settles although a sink hangs', async () => {
    const good = memorySink()
    const { recorder } = recorderWith({ write: hang }, { write: hang, required: true }, good)
    recorder.write(denial)?.catch(() => undefined)
    await expect(recorder.flush()).resolves.toBeUndefined()
    expect(good.records).toEqual([denial])
  })

  it('a required sink that hangs makes the write fail', async () => {
    const { recorder } = recorderWith({ write: hang, required: true })
    await expect(recorder.write(admission)).rejects.toThrow('no answer within 100 ms')
  })

  it('flush announces what was dropped since the last announcement', async () => {
    const sink = memorySink()
    const { recorder } = recorderWith(sink)
    flood(recorder, 50)
    recorder.write(denial)
    flood(recorder, 20)
    await recorder.flush()
    const announced = sink.notices.map(({ message }) => Number.parseInt(message, 10))
    expect(announced.reduce((sum, count) => sum + count, 0)).toBe(67)
  })

  it('and nothing when nothing was', async () => {
    const sink = memorySink()
    const { recorder } = recorderWith(sink)
    recorder.write(denial)
    await recorder.flush()
    expect(sink.notices).toEqual([])
  })

  it('threat row 30: a notice is frozen, printable and cut', () => {
    const sink = memorySink()
    const { recorder } = recorderWith(sink)
    recorder.notice('warn', 'keys_unavailable', `\u001b[31m\r\n\u202e${'x'.repeat(100_000)}`)
    const [notice] = sink.notices
    expect(notice?.message).toMatch(/^[\x20-\x7e]{1,2100}\(cut\)$/)
    expect(Object.isFrozen(notice)).toBe(true)
  })
})
