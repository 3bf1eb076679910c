// A server that speaks just enough of PostgreSQL's protocol to refuse a login, or to answer the questions that
// openServer asks, as a server would that no test machine has (version 14, no btree_gist …).
import net from 'node:net'

type Value = string | number | boolean

/** `cut` ends every connection as a server does that is being shut down. */
export type FakePostgres = { url: string; cut(): void; close(): Promise<void> }

const message = (type: string, ...parts: (Buffer | string)[]) => {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)),
  )
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type), length, body])
}
const int16 = (value: number) => {
  const buffer = Buffer.alloc(2)
  buffer.writeInt16BE(value)
  return buffer
}
const int32 = (value: number) => {
  const buffer = Buffer.alloc(4)
  buffer.writeInt32BE(value)
  return buffer
}
const ready = message('Z', Buffer.from('I'))
const error = (code: string) => message('E', 'SFATAL', `C${code}`, 'Mno', Buffer.from([0]))
const oidOf = (value: Value) => (typeof value === 'number' ? 23 : typeof value === 'boolean' ? 16 : 25)
const textOf = (value: Value) => (typeof value === 'boolean' ? (value ? 't' : 'f') : String(value))

function result(row: Record<string, Value>): Buffer {
  const entries = Object.entries(row)
  const fields = entries.map(([name, value]) =>
    Buffer.concat([
      Buffer.from(`${name}\0`),
      int32(0),
      int16(0),
      int32(oidOf(value)),
      int16(-1),
      int32(-1),
      int16(0),
    ]),
  )
  const values = entries.map(([, value]) => {
    const text = Buffer.from(textOf(value))
    return Buffer.concat([int32(text.length), text])
  })
  return Buffer.concat([
    message('T', int16(entries.length), ...fields),
    message('D', int16(entries.length), ...values),
    message('C', 'SELECT 1'),
    ready,
  ])
}

/** `refuse`: the SQLSTATE that a login gets. Otherwise every question whose SQL holds a key of `answers` gets that row. */
export async function fakePostgres(options: {
  refuse?: string
  answers?: Record<string, Record<string, Value>>
}): Promise<FakePostgres> {
  const { refuse, answers = {} } = options
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    let started = false
    socket.on('data', (data) => {
      if (!started) {
        started = true
        if (refuse) socket.end(error(refuse))
        else socket.write(Buffer.concat([message('R', int32(0)), ready]))
        return
      }
      const sql = data.toString('latin1')
      const row = Object.entries(answers).find(([part]) => sql.includes(part))?.[1]
      if (sql.startsWith('Q')) socket.write(row ? result(row) : Buffer.concat([error('42601'), ready]))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `postgresql://city:very-secret@127.0.0.1:${port}/hagukumi`,
    cut: () => {
      for (const socket of sockets) socket.end(error('57P01'))
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
