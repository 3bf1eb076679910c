// Teams over HTTP: one address, behind which nothing happens before the sender is trusted. Ours comes first (who signed,
// which tenant, where answers go), then the SDK's check of the token itself.
import type { HttpRouteHandler, IHttpServerAdapter } from '@microsoft/teams.apps'
import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express'
import type { Log } from '../../kernel/log.ts'
import { distrust, type Expected } from './trust.ts'

export const teamsPath = '/api/messages'
/** Larger than any activity of Teams. */
const bodyLimit = 256 * 1024

export interface Door {
  /** To be mounted at "/". */
  readonly router: Router
  /** Where the SDK puts its own route, behind ours. */
  readonly adapter: IHttpServerAdapter
  open(): void
  close(): void
}

const isJson = (contentType: string | undefined): boolean =>
  /^application\/json\s*(;\s*charset="?utf-?8"?\s*)?$/i.test(contentType ?? '')

export function openDoor({ expected, log }: { readonly expected: Expected; readonly log: Log }): Door {
  const router = express.Router()
  let inner: HttpRouteHandler | undefined
  let isOpen = false

  const beforeBody: RequestHandler = (request, response, next) => {
    response.set('cache-control', 'no-store')
    if (!request.get('authorization')?.startsWith('Bearer ')) {
      log.warn({ reason: 'no-token' }, 'a request that Teams did not send was refused')
      response.status(401).end()
    } else if (!isJson(request.get('content-type'))) response.status(415).end()
    // Starting, or stopping: Teams sends it again.
    else if (!isOpen) response.status(503).set('retry-after', '5').end()
    else next()
  }

  const afterBody: RequestHandler = async (request, response) => {
    let activity: unknown
    try {
      activity = JSON.parse(Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '')
    } catch {
      response.status(400).end()
      return
    }
    const authorization = request.get('authorization')
    const reason = distrust({ authorization, activity }, expected)
    if (reason) {
      log.warn({ reason }, 'a request that Teams did not send was refused')
      response.status(reason === 'no-token' || reason === 'issuer' ? 401 : 403).end()
      return
    }
    const headers = { authorization: authorization ?? '' }
    const answer = (await inner?.({ body: activity, headers })) ?? { status: 503 }
    if (answer.body === undefined) response.status(answer.status).end()
    else response.status(answer.status).json(answer.body)
  }

  const onUnreadable: ErrorRequestHandler = (error, _, response, next) => {
    const status = Number((error as { status?: unknown }).status)
    if (status >= 400 && status < 500 && !response.headersSent) response.status(status).end()
    else next(error)
  }

  router.post(
    teamsPath,
    beforeBody,
    express.raw({ type: () => true, limit: bodyLimit, inflate: false }),
    afterBody,
    onUnreadable,
  )
  return {
    router,
    adapter: {
      registerRoute: (_, path, handler) => {
        if (path === teamsPath) inner = handler
      },
    },
    open: () => {
      isOpen = true
    },
    close: () => {
      isOpen = false
    },
  }
}
