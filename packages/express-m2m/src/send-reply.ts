import type { Response } from 'express'
import type { Reply } from 'm2m-core'

/** Writes a reply, unless an answer is already under way. */
export const sendReply = (response: Response, { status, headers, body }: Reply): void => {
  if (response.headersSent) return
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  const text = JSON.stringify(body)
  // Node counts for itself only what it sends, which for HEAD is nothing (RFC 9110 §9.3.2).
  response.setHeader('Content-Length', Buffer.byteLength(text))
  response.end(text)
}
