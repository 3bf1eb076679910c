// A city's proxy: it opens tunnels, to one port of this computer whatever the name, and knows where it was asked to go.
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

export interface ConnectProxy {
  /** With name and password. */
  readonly url: string
  /** Hosts and ports that were asked for with the right password. */
  readonly asked: readonly string[]
  /** Answers with this status instead, or breaks off; undefined: opens again. */
  refuses: number | 'reset' | undefined
  /** Breaks every tunnel. */
  cut(): void
  stop(): Promise<void>
}

const credentials = 'hagukumi:s3cret'

export async function startConnectProxy(): Promise<ConnectProxy> {
  const asked: string[] = []
  const sockets = new Set<Duplex>()
  const keep = (socket: Duplex) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  }
  const server = http.createServer((_, response) => response.writeHead(405).end())
  server.on('connect', (request, socket, head) => {
    keep(socket)
    const given = request.headers['proxy-authorization'] ?? ''
    if (given !== `Basic ${Buffer.from(credentials).toString('base64')}`)
      return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    const target = request.url ?? ''
    asked.push(target)
    if (proxy.refuses === 'reset') return socket.destroy()
    if (proxy.refuses) return socket.end(`HTTP/1.1 ${proxy.refuses} Refused\r\n\r\n`)
    const inside = net.connect(Number(target.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      inside.write(head)
      inside.pipe(socket)
      socket.pipe(inside)
    })
    keep(inside)
    inside.on('close', () => socket.destroy())
    socket.on('close', () => inside.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const proxy: ConnectProxy = {
    url: `http://${credentials}@127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    refuses: undefined,
    cut,
    stop: async () => {
      cut()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return proxy
}
