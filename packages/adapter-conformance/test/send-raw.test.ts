import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, it } from 'vitest'
import { sendRaw } from '../src/index.js'
import { parseResponse } from '../src/parse-response.js'

const answering = async (answer: string): Promise<{ port: number; received: Buffer[] }> => {
  const received: Buffer[] = []
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      received.push(chunk)
      socket.end(answer, 'latin1')
      server.close()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, received }
}

it('sends the bytes as they are', async () => {
  const { port, received } = await answering('HTTP/1.1 204 No Content\r\n\r\n')
  const bytes = Buffer.from([0x47, 0x20, 0xe9, 0x00, 0x0a, 0xff])
  await sendRaw(port, bytes)
  expect(Buffer.concat(received)).toEqual(bytes)
})

it('reads status, repeated headers and a counted body', async () => {
  const head = 'HTTP/1.1 401 Unauthorized\r\nA: 1\r\na:2\r\nContent-Length: 3\r\n\r\n'
  const { port } = await answering(`${head}abcdef`)
  const response = await sendRaw(port, 'x')
  expect(response).toMatchObject({ status: 401, body: 'abc' })
  expect(response.headers.get('a')).toEqual(['1', '2'])
})

it('joins a chunked body', () => {
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
  const { body } = parseResponse(Buffer.from(`${head}3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n`))
  expect(body).toBe('abcde')
})

it('reads no body into an answer to HEAD', async () => {
  const { port } = await answering('HTTP/1.1 401 Unauthorized\r\nContent-Length: 9\r\n\r\n')
  expect(await sendRaw(port, 'HEAD / HTTP/1.1\r\n\r\n')).toMatchObject({ status: 401, body: '' })
})

it.each([
  ['', 'before any body'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', 'broke off'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n', 'broke off'],
  ['gibberish\r\n\r\n', 'status line'],
])('rejects what is no complete response: %j', async (answer, message) => {
  const { port } = await answering(answer)
  await expect(sendRaw(port, 'x')).rejects.toThrow(message)
})
