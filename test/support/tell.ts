// Tells what is due, as delivery does but without outbox and platform: for tests of what notices say, and to whom.
import type { Card } from '../../src/cards/card.ts'
import type { Database } from '../../src/db/open.ts'
import { fromDbInstant, toDbInstant } from '../../src/db/time.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import type { NoticeDetail, NoticeKind } from '../../src/delivery/notice.ts'
import { loadPeople } from '../../src/directory/people.ts'
import { plainText } from './plain.ts'

export interface Told {
  readonly to: number
  readonly kind: string
  readonly at: Temporal.Instant
  readonly card: Card
  readonly words: string
}

/** Draws everything that is planned up to `until`, each kind of one person at one moment together, and settles it. */
export async function tellUntil(
  db: Database,
  kinds: readonly NoticeKind[],
  until: Temporal.Instant,
): Promise<Told[]> {
  const told: Told[] = []
  for (;;) {
    const first = await db.prisma.notice.findFirst({
      where: { status: 'planned', dueAt: { lte: toDbInstant(until) } },
      orderBy: [{ dueAt: 'asc' }, { recipientId: 'asc' }, { kind: 'asc' }],
    })
    if (!first) return told
    const { recipientId, kind: name, dueAt } = first
    const now = fromDbInstant(dueAt)
    const kind = kinds.find((one) => one.kind === name)
    if (!kind) throw new Error(`nobody draws ${name}`)
    await inTransaction(db, async (tx) => {
      const due = await tx.notice.findMany({
        where: { status: 'planned', recipientId, kind: name, dueAt },
        orderBy: { id: 'asc' },
      })
      const notices = due.map((row) => ({
        id: row.id,
        kind: row.kind,
        subject: row.subject,
        recipientId,
        dueAt: now,
        detail: row.detail as NoticeDetail,
      }))
      const day = now.toZonedDateTimeISO('Asia/Tokyo').toPlainDate()
      const person = (await loadPeople(tx, [recipientId], day)).get(recipientId)
      if (!person) throw new Error(`nobody with id ${recipientId}`)
      const part = await kind.draw(tx, notices, person, now)
      const obsolete = new Set(part ? part.obsolete : notices.map(({ id }) => id))
      for (const { id } of notices)
        await tx.notice.update({
          where: { id },
          data: { status: obsolete.has(id) ? 'obsolete' : 'sent', settledAt: dueAt },
        })
      if (!part) return
      const card = { summary: part.summary, blocks: part.blocks }
      told.push({ to: recipientId, kind: name, at: now, card, words: plainText(card) })
    })
  }
}
