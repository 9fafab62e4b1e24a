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
    expect(stream.listenerCount('error')).toBe(1)
  })

  it('a stream that breaks between two lines', async () => {
    const { stream } = memoryStream()
    await writeLine(stream, 'first')
    stream.destroy(new Error('broken pipe'))
    await settled()
    await expect(writeLine(stream, 'second')).rejects.toBeInstanceOf(Error)
  })

  it('a good stream gets each line and one listener, however many are under way', async () => {
    const { stream, text } = memoryStream()
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`)
    await Promise.all(lines.map((line) => writeLine(stream, line)))
    expect(text()).toBe(`${lines.join('\n')}\n`)
    expect(stream.listenerCount('error')).toBe(1)
  })
})
