// What will be told, and what was: for HR's look ahead and for "what was I sent". Texts are not kept; a kind and a
// subject are, and the feature that owns the kind names them.
import type { Prisma } from '../db/generated/client.ts'
import { fromDbInstant, toDbInstant } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import type { NoticeDetail } from './notice.ts'
import type { OutboxReason } from './outbox.ts'

/** Where the next page begins; hand it back as it came. */
export interface Cursor {
  readonly at: Temporal.Instant
  readonly id: number
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Absent on the last page. */
  readonly next?: Cursor
}

export interface PlannedItem {
  readonly id: number
  readonly kind: string
  readonly subject: string
  readonly recipientId: number
  readonly dueAt: Temporal.Instant
  readonly detail: NoticeDetail
}

export interface Outlook {
  readonly from: Temporal.Instant
  /** The first moment that no longer counts. */
  readonly until: Temporal.Instant
  /** Only these people: the part of the city an HR officer may see. Left out: everybody. */
  readonly recipientIds?: readonly number[]
  readonly after?: Cursor
  /** 50 unless told. */
  readonly limit?: number
}

const read = (row: {
  id: number
  kind: string
  subject: string
  recipientId: number
  dueAt: Date
  detail: Prisma.JsonValue
}): PlannedItem => ({
  id: row.id,
  kind: row.kind,
  subject: row.subject,
  recipientId: row.recipientId,
  dueAt: fromDbInstant(row.dueAt),
  detail: row.detail as NoticeDetail,
})

/** Planned notices that fall due in a span, in the order of their times. */
export async function plannedBetween(tx: Tx, outlook: Outlook): Promise<Page<PlannedItem>> {
  const { from, until, recipientIds, after, limit = 50 } = outlook
  const rows = await tx.notice.findMany({
    where: {
      status: 'planned',
      dueAt: { gte: toDbInstant(from), lt: toDbInstant(until) },
      ...(recipientIds && { recipientId: { in: [...recipientIds] } }),
      ...(after && {
        OR: [
          { dueAt: { gt: toDbInstant(after.at) } },
          { dueAt: toDbInstant(after.at), id: { gt: after.id } },
        ],
      }),
    },
    orderBy: [{ dueAt: 'asc' }, { id: 'asc' }],
    take: limit + 1,
  })
  const items = rows.slice(0, limit).map(read)
  const last = items.at(-1)
  return { items, ...(rows.length > limit && last && { next: { at: last.dueAt, id: last.id } }) }
}

export interface ToldItem extends PlannedItem {
  /** sent: it went out · failed: it could not be told, `reason` says why */
  readonly status: 'sent' | 'failed'
  readonly settledAt: Temporal.Instant
  readonly reason: OutboxReason | null
}

/** What a person was told, or could not be told, latest first. */
export async function sentTo(
  tx: Tx,
  personId: number,
  { before, limit = 50 }: { readonly before?: Cursor; readonly limit?: number } = {},
): Promise<Page<ToldItem>> {
  const rows = await tx.notice.findMany({
    where: {
      recipientId: personId,
      status: { in: ['sent', 'failed'] },
      ...(before && {
        OR: [
          { settledAt: { lt: toDbInstant(before.at) } },
          { settledAt: toDbInstant(before.at), id: { lt: before.id } },
        ],
      }),
    },
    orderBy: [{ settledAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
    include: { outbox: { select: { status: true, reason: true } } },
  })
  const items = rows.slice(0, limit).map((row): ToldItem => {
    const failed = row.status === 'failed'
    // A notice that failed in a message that went out was held back because nobody could say whether it had arrived.
    const reason = failed && row.outbox?.status === 'sent' ? 'unknown' : (row.outbox?.reason ?? null)
    return {
      ...read(row),
      status: failed ? 'failed' : 'sent',
      settledAt: fromDbInstant(row.settledAt ?? row.dueAt),
      reason: reason as OutboxReason | null,
    }
  })
  const last = items.at(-1)
  return { items, ...(rows.length > limit && last && { next: { at: last.settledAt, id: last.id } }) }
}

/** The next moment after `after` at which something falls due; undefined when nothing is planned or waiting for later. */
export async function nextDueAt(tx: Tx, after: Temporal.Instant): Promise<Temporal.Instant | undefined> {
  const from = toDbInstant(after)
  const [row] = await tx.$queryRaw<{ at: Date | null }[]>`
    SELECT least((SELECT min(due_at) FROM notice WHERE status = 'planned' AND due_at > ${from}),
                 (SELECT min(next_at) FROM outbox
                  WHERE settled_at IS NULL AND status IN ('waiting', 'unknown') AND next_at > ${from})) AS at`
  return row?.at ? fromDbInstant(row.at) : undefined
}
