// E-mail of the pretended city, where no mail server is named: the very letters that would be sent, kept on the page, with
// links that lead to the real pages behind them.
import { createPasses } from '../adapters/mail/links.ts'
import { renderLetter } from '../adapters/mail/message.ts'
import type { ChatPlatform } from '../chat/chat.ts'
import type { Database } from '../db/open.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Secret } from '../kernel/secret.ts'
import type { Store, StoredMessage } from './store.ts'

interface Parts {
  readonly db: Database
  readonly secret: Secret
  readonly store: Store
  readonly clock: Clock
  readonly zone: string
  readonly publicUrl: string | undefined
  /** Hears of every letter. */
  changed(message: StoredMessage): void
}

export function letterbox({ db, secret, store, clock, zone, publicUrl, changed }: Parts): ChatPlatform {
  const passes = createPasses(secret)
  return {
    platform: 'email',
    send: async (to, card, token) => {
      const found = await db.prisma.identity.findFirst({
        where: { platform: 'email', userId: to.user },
        select: { personId: true },
      })
      if (!found) return { type: 'refused', reason: 'no-account' }
      const { subject, html } = renderLetter(card, {
        to: { platform: 'email', tenant: to.tenant, user: to.user },
        token,
        passes,
        now: clock.now(),
        zone,
        ...(publicUrl && { publicUrl }),
      })
      const message = store.add({
        personId: found.personId,
        at: clock.now().toString(),
        from: 'bot',
        arrived: true,
        text: subject,
        letter: html,
        token,
      })
      store.save()
      changed(message)
      return { type: 'done', ref: { conversation: 'mail', id: message.id } }
    },
    update: async () => {},
    sendFile: async () => ({ type: 'refused', reason: 'rejected' }),
  }
}
