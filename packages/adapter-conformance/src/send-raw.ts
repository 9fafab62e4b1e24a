import { connect } from 'node:net'
import { parseResponse, type RawResponse } from './parse-response.js'

const patience = 5000

/**
 * Sends these bytes to 127.0.0.1 over a bare socket, so that no client tidies them, and reads the
 * one response until the server closes: send `Connection: close`. Rejects when there is no complete
 * response within 5 s. A string is sent as UTF-8.
 */
export const sendRaw = (port: number, bytes: string | Buffer): Promise<RawResponse> =>
  new Promise((resolve, reject) => {
    const received: Buffer[] = []
    const [method] = bytes.toString('latin1').split(' ', 1)
    const socket = connect({ port, host: '127.0.0.1' })
    const finish = (fault?: Error): void => {
      clearTimeout(timer)
      socket.destroy()
      try {
        resolve(parseResponse(Buffer.concat(received), method))
      } catch (cause) {
        reject(fault ?? cause)
      }
    }
    const timer = setTimeout(() => finish(new Error(`No response within ${patience} ms`)), patience)
    socket.on('data', (chunk) => received.push(chunk))
    socket.on('end', () => finish())
    // A server that refuses before it has read the body may reset the connection afterwards.
    socket.on('error', finish)
    socket.write(bytes)
  })
