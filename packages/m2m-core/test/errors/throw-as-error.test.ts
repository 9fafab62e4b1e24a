import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { throwAsError } from '../../src/errors/throw-as-error.js'

const thrownFor = (fault: unknown): unknown => {
  try {
    return throwAsError(fault)
  } catch (thrown) {
    return thrown
  }
}

describe('throwAsError', () => {
  it.each([
    ['an error', new Error('no such transfer')],
    ['an object', { statusCode: 404 }],
    ['an object without a prototype', Object.create(null)],
    ['an error of another realm, as under Jest', runInNewContext('new Error("elsewhere")')],
    ['a function', () => undefined],
  ])('throws %s on as it is', (_what, fault) => {
    expect(thrownFor(fault)).toBe(fault)
  })

  it.each([undefined, null, false, 0, '', Number.NaN, 'route', 'router', 404])(
    'throws %j inside an error, since frameworks take it for something else',
    (fault) => {
      const thrown = thrownFor(fault)
      expect(thrown).toBeInstanceOf(Error)
      expect((thrown as Error).cause).toBe(fault)
    },
  )
})
