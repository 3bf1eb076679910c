// E-mail put together: the mail server on the way out, pages behind sealed links on the way in.
import type { Router } from 'express'
import type { ChatPlatform } from '../../chat/chat.ts'
import type { Log } from '../../kernel/log.ts'
import type { Secret } from '../../kernel/secret.ts'
import type { Receive } from '../once.ts'
import { createPasses } from './links.ts'
import { createDoor } from './routes.ts'
import { createSending, type From } from './send.ts'
import { createSmtp, type Server } from './smtp.ts'

export interface MailOptions {
  readonly server: Server
  readonly from: From
  readonly secret: Secret
  /** Domain time. */
  readonly now: () => Temporal.Instant
  readonly zone: string
  readonly log: Log
  readonly publicUrl?: string
}

export interface Mail {
  readonly platform: ChatPlatform
}

export function connectMail({ server, from, secret, now, zone, log, publicUrl }: MailOptions): Mail {
  const smtp = createSmtp(server, log)
  const passes = createPasses(secret)
  return {
    platform: createSending({ smtp, from, passes, now, zone, ...(publicUrl && { publicUrl }) }),
  }
}

/** The pages behind the links: for e-mail, and for printed codes where there is none. */
export function openDoor(options: {
  readonly secret: Secret
  readonly now: () => Temporal.Instant
  readonly receive: Receive
  readonly log: Log
}): Router {
  const { secret, now, receive, log } = options
  return createDoor({ passes: createPasses(secret), now, receive, mark: (text) => secret.mark(text), log })
}
