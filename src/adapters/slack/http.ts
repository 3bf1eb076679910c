// Slack over HTTP: one address, behind which nothing happens before Slack's signature is verified. A receiver of
// Bolt's, since its own lets requests from the future pass, refuses a content type with a charset, and acknowledges
// events before anybody has them.
import type { App, Receiver } from '@slack/bolt'
import express, { type ErrorRequestHandler, type Request, type Response, type Router } from 'express'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Delivery } from './inbound.ts'
import { distrust } from './trust.ts'

export const slackPath = '/slack/events'
/** Slack's largest deliveries are submitted modals: some hundred kilobytes. */
const bodyLimit = 1024 * 1024

export interface HttpReceiver extends Receiver {
  /** To be mounted at "/". */
  readonly router: Router
}

export interface HttpOptions {
  readonly signingSecret: string
  readonly clock: Clock
  readonly log: Log
}

type Kind = 'form' | 'json'

/** What a content type says, whatever its case and parameters; undefined: nothing that Slack sends. */
function kindOf(contentType: string | undefined): Kind | undefined {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase())
  const charset = parameters.find((part) => part.startsWith('charset='))
  if (charset && !/^charset="?utf-?8"?$/.test(charset)) return undefined
  if (type === 'application/x-www-form-urlencoded') return 'form'
  return type === 'application/json' ? 'json' : undefined
}

/** The delivery as an object, a form's JSON field unwrapped; undefined: malformed. */
function read(bytes: Buffer, kind: Kind): Record<string, unknown> | undefined {
  const text = bytes.toString('utf8')
  try {
    if (kind === 'json') return record(JSON.parse(text))
    const fields = Object.fromEntries(new URLSearchParams(text))
    return fields.payload === undefined ? fields : record(JSON.parse(fields.payload))
  } catch {
    return undefined
  }
}

const record = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined

export function httpReceiver({ signingSecret, clock, log }: HttpOptions): HttpReceiver {
  const router = express.Router()
  const underWay = new Set<Promise<void>>()
  let app: App | undefined
  let open = false

  const deliver = async (body: Record<string, unknown>, request: Request, response: Response) => {
    const retry = Number(request.get('x-slack-retry-num') ?? 0) || 0
    const delivery: Delivery = {
      retry,
      answer: (said) => {
        if (response.headersSent || response.writableEnded) return
        if (said === undefined) response.status(200).end()
        else response.status(200).json(said)
      },
    }
    try {
      await app?.processEvent({ body, ack: async () => {}, retryNum: retry, customProperties: { delivery } })
      // None of ours.
      delivery.answer()
    } catch (err) {
      log.error({ err }, 'a delivery of Slack could not be taken')
      // Bolt stumbles over shapes that Slack does not send; what was understood and not recorded may come again.
      if (!response.headersSent) response.status(delivery.reached ? 500 : 400).end()
    }
  }

  const take = (request: Request, response: Response): void => {
    response.set('cache-control', 'no-store')
    const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const timestamp = request.get('x-slack-request-timestamp')
    const signature = request.get('x-slack-signature')
    const reason = distrust({ timestamp, signature, body: bytes }, signingSecret, clock.now())
    if (reason) {
      log.warn({ reason }, 'a request that Slack did not send was refused')
      response.status(401).end()
      return
    }
    const kind = kindOf(request.get('content-type'))
    if (!kind) {
      response.status(415).end()
      return
    }
    const body = read(bytes, kind)
    if (!body) {
      log.warn('a malformed delivery of Slack was refused')
      response.status(400).end()
      return
    }
    if (body.ssl_check === '1') {
      response.status(200).end()
      return
    }
    if (body.type === 'url_verification') {
      const { challenge } = body
      if (typeof challenge === 'string' && challenge.length <= 500)
        response.status(200).type('text/plain').send(challenge)
      else response.status(400).end()
      return
    }
    // Starting, or stopping: Slack sends it again.
    if (!open) {
      response.status(503).set('retry-after', '5').end()
      return
    }
    const work = deliver(body, request, response).finally(() => underWay.delete(work))
    underWay.add(work)
  }

  const onUnreadable: ErrorRequestHandler = (error, _, response, next) => {
    const status = Number((error as { status?: unknown }).status)
    if (status >= 400 && status < 500 && !response.headersSent) response.status(status).end()
    else next(error)
  }

  router.post(
    slackPath,
    express.raw({ type: () => true, limit: bodyLimit, inflate: false }),
    take,
    onUnreadable,
  )

  return {
    router,
    init: (given) => {
      app = given
    },
    start: async () => {
      open = true
    },
    stop: async () => {
      open = false
      await Promise.allSettled(underWay)
    },
  }
}
