import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createLineWriter } from '../../src/audit/line-writer.js'
import { memoryStream } from './fixture.js'

/** A stream that tells its writes apart. */
const chunkStream = () => {
  const chunks: string[] = []
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      chunks.push(String(chunk))
      done()
    },
  })
  return { stream, chunks }
}

describe('a line writer', () => {
  it('writes the lines of one turn together, in order, and each line once', async () => {
    const { stream, chunks } = chunkStream()
    const write = createLineWriter(stream)
    const written = ['one', 'two', 'three'].map((line) => write(line))
    expect(chunks).toEqual([])
    await Promise.all(written)
    expect(chunks).toEqual(['one\ntwo\nthree\n'])
    expect(new Set(written).size).toBe(1)
  })

  it('writes what comes soon after a write later, and all of it', async () => {
    const { stream, text } = memoryStream()
    const write = createLineWriter(stream)
    await write('0')
    const lines = Array.from({ length: 50 }, (_, index) => String(index + 1))
    for (const line of lines) {
      void write(line)
      await new Promise(setImmediate)
    }
    await write('last')
    expect(text()).toBe(`${['0', ...lines, 'last'].join('\n')}\n`)
  })

  it('does not gather more than 64 KiB', () => {
    const { stream, chunks } = chunkStream()
    const write = createLineWriter(stream)
    for (let count = 0; count < 70; count += 1) void write('x'.repeat(1024))
    expect(chunks).toHaveLength(1)
    expect(chunks[0]?.length).toBeGreaterThan(65_536)
    expect(chunks[0]?.length).toBeLessThan(65_536 + 2048)
  })

  it('gives the stream what waits when the process exits', async () => {
    const { stream, chunks } = chunkStream()
    const write = createLineWriter(stream)
    const before = process.listenerCount('exit')
    const written = write('the last words')
    expect(process.listenerCount('exit')).toBe(before + 1)
    for (const listener of process.listeners('exit').slice(before)) listener(0)
    expect(chunks).toEqual(['the last words\n'])
    await written
    expect(process.listenerCount('exit')).toBe(before)
  })

  it('lines that are lost together each reject, and so do those after them', async () => {
    const failing = new Writable({
      write: (_chunk, _encoding, done) => done(new Error('disk full')),
    })
    const write = createLineWriter(failing)
    for (const lines of [['a', 'b'], ['c']]) {
      const ends = await Promise.allSettled(lines.map((line) => write(line)))
      expect(ends.map(({ status }) => status)).toEqual(lines.map(() => 'rejected'))
    }
    expect(failing.listenerCount('error')).toBe(1)
  })
})
