// Announcements and their recipients in the database.
import { createHash } from 'node:crypto'
import { fromDbInstant, fromDbInstantOrNull, toDbInstant, toDbInstantOrNull } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Actor } from '../../directory/actor.ts'
import { audienceSchema } from '../../directory/audience.ts'
import type { Broadcast, Status } from './rules.ts'

type Row = NonNullable<Awaited<ReturnType<Tx['broadcast']['findUnique']>>>

const read = (row: Row): Broadcast => ({
  id: row.id,
  authorId: row.authorId,
  status: row.status as Status,
  version: row.version,
  title: row.title,
  body: row.body,
  link: row.link,
  acknowledge: row.acknowledge,
  urgent: row.urgent,
  audience: audienceSchema.parse(row.audience),
  sendAt: fromDbInstantOrNull(row.sendAt),
  expected: row.expected,
  approverId: row.approverId,
  declined: row.declined,
  nobody: row.nobody,
  releasedAt: fromDbInstantOrNull(row.releasedAt),
  again: row.again,
  updatedAt: fromDbInstant(row.updatedAt),
})

export async function loadBroadcast(tx: Tx, id: number): Promise<Broadcast | undefined> {
  const row = await tx.broadcast.findUnique({ where: { id } })
  return row ? read(row) : undefined
}

export async function loadBroadcasts(tx: Tx, ids: readonly number[]): Promise<readonly Broadcast[]> {
  const rows = await tx.broadcast.findMany({ where: { id: { in: [...ids] } } })
  return rows.map(read)
}

/** As `loadBroadcast`, and nobody else changes it until the transaction ends. */
export async function lockBroadcast(tx: Tx, id: number): Promise<Broadcast | undefined> {
  await tx.$queryRaw`SELECT id FROM broadcast WHERE id = ${id}::int FOR UPDATE`
  return loadBroadcast(tx, id)
}

export type Content = Pick<Broadcast, 'title' | 'body' | 'link' | 'acknowledge' | 'urgent'>

export async function createBroadcast(
  tx: Tx,
  authorId: number,
  content: Content,
  now: Temporal.Instant,
  audience: Broadcast['audience'] = {},
): Promise<Broadcast> {
  const at = toDbInstant(now)
  const row = await tx.broadcast.create({
    data: { ...content, authorId, audience, createdAt: at, updatedAt: at },
  })
  return read(row)
}

type Change = Partial<
  Content &
    Pick<
      Broadcast,
      | 'status'
      | 'audience'
      | 'sendAt'
      | 'expected'
      | 'approverId'
      | 'declined'
      | 'nobody'
      | 'releasedAt'
      | 'again'
    > & { readonly approvedAt: Temporal.Instant | null }
>

/** Writes what has changed; the version counts up. */
export async function saveBroadcast(
  tx: Tx,
  id: number,
  change: Change,
  now: Temporal.Instant,
): Promise<Broadcast> {
  const { sendAt, releasedAt, approvedAt, ...rest } = change
  const row = await tx.broadcast.update({
    where: { id },
    data: {
      ...rest,
      ...(sendAt !== undefined && { sendAt: toDbInstantOrNull(sendAt) }),
      ...(releasedAt !== undefined && { releasedAt: toDbInstantOrNull(releasedAt) }),
      ...(approvedAt !== undefined && { approvedAt: toDbInstantOrNull(approvedAt) }),
      version: { increment: 1 },
      updatedAt: toDbInstant(now),
    },
  })
  return read(row)
}

/** Stands for the text in the trail, which outlives it. */
export const contentHash = ({ title, body, link }: Content): string =>
  createHash('sha256')
    .update(JSON.stringify([title, body, link]))
    .digest('hex')

/** Whether this person looks after it: its author, and HR for the whole city once it has left the author's desk. */
export const looksAfter = (
  actor: Actor,
  { authorId, status }: Pick<Broadcast, 'authorId' | 'status'>,
): boolean =>
  actor.id === authorId ||
  (status !== 'draft' && actor.grants.some(({ role, sectionId }) => role === 'hr' && sectionId === null))

/** Announcements on somebody's desk, those that still want something first, then the latest. */
export async function loadDesk(
  tx: Tx,
  actor: Actor,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ readonly broadcasts: readonly Broadcast[]; readonly all: number }> {
  const whole = actor.grants.some(({ role, sectionId }) => role === 'hr' && sectionId === null)
  const ids = await tx.$queryRaw<{ id: number; all: number }[]>`
    SELECT id, (count(*) OVER ())::int AS all FROM broadcast
    WHERE author_id = ${actor.id}::int OR (${whole}::boolean AND status <> 'draft')
    ORDER BY array_position(ARRAY['awaiting', 'draft', 'scheduled', 'sending'], status) NULLS LAST,
             updated_at DESC, id DESC
    LIMIT ${page.limit} OFFSET ${page.offset}`
  const found = await loadBroadcasts(
    tx,
    ids.map(({ id }) => id),
  )
  const byId = new Map(found.map((broadcast) => [broadcast.id, broadcast]))
  return { broadcasts: ids.flatMap(({ id }) => byId.get(id) ?? []), all: ids[0]?.all ?? 0 }
}

/** Those that wait for a second person, by others than this one. */
export async function loadAwaiting(tx: Tx, exceptAuthor: number): Promise<readonly Broadcast[]> {
  const rows = await tx.broadcast.findMany({
    where: { status: 'awaiting', authorId: { not: exceptAuthor } },
    orderBy: { updatedAt: 'asc' },
    take: 50,
  })
  return rows.map(read)
}

/** What somebody received of it, if anything. */
export async function loadReceipt(tx: Tx, broadcastId: number, personId: number) {
  const row = await tx.broadcastRecipient.findUnique({
    where: { broadcastId_personId: { broadcastId, personId } },
    select: { acknowledgedAt: true },
  })
  return row ? { acknowledgedAt: fromDbInstantOrNull(row.acknowledgedAt) } : undefined
}

export interface Received {
  readonly id: number
  readonly title: string
  readonly acknowledge: boolean
  readonly acknowledgedAt: Temporal.Instant | null
  readonly at: Temporal.Instant
}

/**
 * What is for a person, the latest first: whoever looks before it has reached them, or could not be reached, finds it
 * here. What was withdrawn before it arrived is not among it.
 */
export async function loadReceived(
  tx: Tx,
  personId: number,
  {
    limit,
    offset,
    open = false,
  }: { readonly limit: number; readonly offset: number; readonly open?: boolean },
): Promise<{ readonly received: readonly Received[]; readonly all: number }> {
  const rows = await tx.$queryRaw<
    { id: number; title: string; acknowledge: boolean; acknowledged_at: Date | null; at: Date; all: number }[]
  >`
    SELECT b.id, b.title, b.acknowledge, r.acknowledged_at, coalesce(n.at, b.released_at) AS at,
           (count(*) OVER ())::int AS all
    FROM broadcast_recipient r JOIN broadcast b ON b.id = r.broadcast_id
    CROSS JOIN LATERAL (SELECT min(settled_at) AS at FROM notice n
                  WHERE n.subject = 'broadcast:' || b.id || ':' || r.person_id AND n.status = 'sent') n
    WHERE r.person_id = ${personId}::int AND (n.at IS NOT NULL OR b.status IN ('sending', 'sent'))
      AND (NOT ${open}::boolean OR b.acknowledge AND r.acknowledged_at IS NULL)
    ORDER BY at DESC, b.id DESC LIMIT ${limit} OFFSET ${offset}`
  return {
    received: rows.map((row) => ({
      id: row.id,
      title: row.title,
      acknowledge: row.acknowledge,
      acknowledgedAt: fromDbInstantOrNull(row.acknowledged_at),
      at: fromDbInstant(row.at),
    })),
    all: rows[0]?.all ?? 0,
  }
}
