// E-mail put together: the mail server on the way out, pages behind sealed links on the way in.
import type { Router } from 'express'
import type { ChatPlatform } from '../../chat/chat.ts'
import type { Language } from '../../kernel/language.ts'
import type { Log } from '../../kernel/log.ts'
import type { Secret } from '../../kernel/secret.ts'
import type { Receive } from '../once.ts'
import { createPasses } from './links.ts'
import { linkTo } from './message.ts'
import { checkMark, createDoor } from './routes.ts'
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

/** Whom a printed code is for. */
export interface OnPaper {
  /** Opaque; another one ends every code printed before. */
  readonly user: string
  /** 職員番号: asked for on the page, and not on the paper. */
  readonly number: string
  readonly language: Language
  readonly until: Temporal.Instant
}

/** The one workspace that paper is. */
export const paperTenant = 'paper'

/** The address in a printed code, as short as it gets. It leads to the person's own page. */
export function paperLink(secret: Secret, publicUrl: string): (paper: OnPaper) => string {
  const passes = createPasses(secret)
  return ({ user, number, language, until }) =>
    linkTo(
      publicUrl,
      passes.write({
        to: { platform: 'paper', tenant: paperTenant, user },
        key: '',
        label: '',
        language,
        until,
        does: { type: 'home' },
        check: checkMark((text) => secret.mark(text), number),
      }),
    )
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
