import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { writeLine } from '../../src/audit/write-line.js'
import { memoryStream, settled } from './fixture.js'

const destroyed = () => {
  const stream = new PassThrough()
  stream.destroy()
  return stream
}
const destroyedWithFault = () => {
  const stream = new PassThrough()
  stream.once('error', () => undefined)
  stream.destroy(new Error('broken pipe'))
  return stream
}
const ended = () => {
  const stream = new PassThrough()
  stream.end()
  return stream
}
const failing = () =>
  new Writable({ write: (_chunk, _encoding, done) => done(new Error('disk full')) })
const failingLater = () =>
  new Writable({
    write: (_chunk, _encoding, done) => void setImmediate(() => done(new Error('disk full'))),
  })

describe('threat row 56: a broken stream rejects, it neither throws nor ends the process', () => {
  it.each([
    ['destroyed', destroyed],
    ['destroyed with a fault', destroyedWithFault],
    ['ended', ended],
    ['failing at once', failing],
    ['failing later', failingLater],
  ])('a stream that is %s', async (_what, create) => {
    const stream = create()
    await expect(writeLine(stream, 'first')).rejects.toBeInstanceOf(Error)
    await expect(writeLine(stream, 'second')).rejects.toBeInstanceOf(Error)
    await settled()
    expect(stream.listenerCount('error')).toBe(0)
  })

  it('a good stream gets one line and keeps no listener', async () => {
    const { stream, text } = memoryStream()
    await writeLine(stream, 'one')
    await writeLine(stream, 'two')
    await settled()
    expect(text()).toBe('one\ntwo\n')
    expect(stream.listenerCount('error')).toBe(0)
  })
})
