/** The largest body read from an authorization server, in bytes. */
const largestBody = 512 * 1024

/**
 * Fetches one JSON document of an authorization server: status 200 only, no redirects, a bounded
 * body. Throws an `Error` whose message names the URL and what went wrong, for the log.
 */
export const fetchJson = async (
  fetch: typeof globalThis.fetch,
  url: string,
  signal: AbortSignal,
): Promise<unknown> => {
  const headers = { accept: 'application/json' }
  const response = await fetch(url, { headers, redirect: 'manual', signal }).catch((fault) => {
    throw new Error(`no answer from ${url}: ${reasonOf(fault)}`, { cause: fault })
  })
  if (response.status !== 200) {
    await response.body?.cancel().catch(() => undefined)
    throw new Error(`expected status 200 from ${url}, got ${response.status}`)
  }
  const text = await readBounded(response, url)
  try {
    return JSON.parse(text)
  } catch (fault) {
    throw new Error(`expected JSON from ${url}`, { cause: fault })
  }
}

const readBounded = async (response: Response, url: string): Promise<string> => {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  try {
    for await (const chunk of response.body) {
      size += chunk.byteLength
      if (size > largestBody) break
      text += decoder.decode(chunk, { stream: true })
    }
  } catch (fault) {
    throw new Error(`the body from ${url} broke off: ${reasonOf(fault)}`, { cause: fault })
  }
  if (size > largestBody) throw new Error(`the body from ${url} exceeds ${largestBody} bytes`)
  return text + decoder.decode()
}

const reasonOf = (fault: unknown): string => {
  if (!(fault instanceof Error)) return 'unknown fault'
  if (fault.name === 'TimeoutError') return 'timed out'
  return fault.cause instanceof Error ? fault.cause.message : fault.message
}
