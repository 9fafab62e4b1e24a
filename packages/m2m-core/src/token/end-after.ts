/**
 * Rejects after so many milliseconds, or when `outer` fires, so that even work which ignores its
 * signal cannot hang. The timer is a plain one: `AbortSignal.any` lets Node 20 collect an
 * `AbortSignal.timeout` as garbage, which then never fires.
 */
export const endAfter = async <T>(
  milliseconds: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  outer.throwIfAborted()
  const own = new AbortController()
  const timedOut = new DOMException(`timed out, the limit is ${milliseconds} ms`, 'TimeoutError')
  const timer = setTimeout(() => own.abort(timedOut), milliseconds)
  const endWithOuter = (): void => own.abort(outer.reason)
  outer.addEventListener('abort', endWithOuter, { once: true })
  const ended = new Promise<never>((_resolve, reject) => {
    own.signal.addEventListener('abort', () => reject(own.signal.reason), { once: true })
  })
  try {
    return await Promise.race([work(own.signal), ended])
  } finally {
    clearTimeout(timer)
    outer.removeEventListener('abort', endWithOuter)
  }
}
