// The HTTP side of the process: health, figures, calendar feeds, and whatever a platform or the playground brings.
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler, type Express, type Router } from 'express'
import { serveFeed } from './agenda/feeds.ts'
import type { City } from './compose.ts'
import type { Health } from './health.ts'
import type { Log } from './kernel/log.ts'

/** The process cannot listen where it was told to; the message says what to do, in both languages. */
export class ListenError extends Error {
  constructor(ja: string, en: string) {
    super(`${ja}\n${en}`)
    this.name = 'ListenError'
  }
}

export interface AppOptions {
  readonly city: City
  readonly health: () => Promise<Health>
  readonly log: Log
  /** Routes of platforms and of the playground, at "/". They read their own bodies, with their own limits. */
  readonly routes?: readonly Router[]
}

/** Headers that keep a browser from doing anything with what it was not meant for. A page sets its own policy. */
const headers = {
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
}

export function createApp({ city, health, log, routes = [] }: AppOptions): Express {
  const { core, metrics } = city
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.use((_, response, next) => {
    response.set(headers)
    next()
  })

  app.get('/healthz', async (_, response) => {
    const state = await health()
    response
      .status(state.status === 'ok' ? 200 : 503)
      .set('cache-control', 'no-store')
      .json(state)
  })
  app.get('/metrics', async (_, response) => {
    const text = await metrics.metrics()
    response.set('content-type', metrics.contentType).set('cache-control', 'no-store').send(text)
  })
  const describe = city.features.flatMap(({ bookings }) => (bookings ? [bookings] : []))
  app.get('/feeds/:secret.ics', async (request, response) => {
    const source = { zone: core.zone, describe }
    const feed = await serveFeed(core.db.prisma, request.params.secret, core.clock.now(), source)
    response.status(feed.status).set(feed.headers).send(feed.body)
  })
  for (const router of routes) app.use(router)

  app.use((_, response) => {
    response.status(404).type('text/plain').send('Not found\n')
  })
  const onError: ErrorRequestHandler = (error, _, response, next) => {
    const status = clientFault(error)
    if (!status) log.error({ err: error }, 'a request failed')
    if (response.headersSent) next(error)
    else
      response
        .status(status ?? 500)
        .type('text/plain')
        .send(status ? 'Bad request\n' : 'Internal error\n')
  }
  app.use(onError)
  return app
}

/** 400–499 when the request itself was at fault (a malformed address, a body over its limit). */
function clientFault(error: unknown): number | undefined {
  const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 0
  return status >= 400 && status < 500 ? status : undefined
}

export interface Listening {
  readonly url: string
  /** From now on requests go to the app; until then they are told to come back in a moment. */
  serve(app: Express): void
  /** Takes no new requests, lets those under way end (at most `graceMs`), and closes. */
  close(graceMs?: number): Promise<void>
}

/** Throws ListenError when the address is taken or not ours. */
export async function listen(host: string, port: number): Promise<Listening> {
  let handle: RequestListener = (_, response) => {
    response.writeHead(503, { ...headers, 'content-type': 'application/json', 'retry-after': '5' })
    response.end('{"status":"starting"}')
  }
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, maxHeaderSize: 16_384 },
    (request, response) => handle(request, response),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)))
    server.listen(port, host, () => resolve())
  })
  const streams = openStreams(server)
  const address = server.address() as AddressInfo
  const shown = host.includes(':') ? `[${host}]` : host
  return {
    url: `http://${shown}:${address.port}`,
    serve: (app) => {
      handle = app
    },
    close: (graceMs = 10_000) => close(server, streams, graceMs),
  }
}

/** Answers that never end by themselves (server-sent events): nobody waits for those when stopping. */
function openStreams(server: Server): () => Iterable<ServerResponse> {
  const open = new Set<ServerResponse>()
  server.on('request', (_, response) => {
    open.add(response)
    response.once('close', () => open.delete(response))
  })
  return () =>
    [...open].filter((response) => String(response.getHeader('content-type')).startsWith('text/event-stream'))
}

function close(server: Server, streams: () => Iterable<ServerResponse>, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const impatient = setTimeout(() => server.closeAllConnections(), graceMs)
    // A connection that has its answer would otherwise be kept alive for a next request.
    const sweeping = setInterval(() => server.closeIdleConnections(), 50)
    server.close(() => {
      clearTimeout(impatient)
      clearInterval(sweeping)
      resolve()
    })
    for (const response of streams()) response.destroy()
  })
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new ListenError(
        `ポート ${port} は別のプログラムが使っています。そのプログラムを終了するか、PORT に別の番号を設定してください（例：PORT=${port + 1} npm start）。`,
        `Port ${port} is in use by another program. Stop that one, or set PORT to another number (for example PORT=${port + 1} npm start).`,
      )
    case 'EACCES':
      return new ListenError(
        `ポート ${port} を使う権限がありません。PORT に 1024 以上の番号を設定してください。`,
        `There is no permission to use port ${port}. Set PORT to a number of 1024 or above.`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ListenError(
        `HOST の「${host}」はこのコンピューターのアドレスではありません。HOST を見直してください（手元だけで使うなら 127.0.0.1）。`,
        `HOST "${host}" is not an address of this computer. Mend HOST (127.0.0.1 for this computer alone).`,
      )
    default:
      return error
  }
}
