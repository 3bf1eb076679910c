import { replaceBusyTimes } from '../../agenda/busy-times.ts'
import type { Span } from '../../agenda/span.ts'
import { fromDbInstant, fromDbInstantOrNull, toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'

export interface Source {
  readonly id: number
  readonly kind: 'feed' | 'file'
  readonly problem: string | null
  readonly readAt: Temporal.Instant | null
}

export interface Own {
  readonly sources: readonly Source[]
  /** Of the next four weeks. */
  readonly busy: readonly Span[]
}

const shownDays = 28

export async function loadOwn(tx: Tx, personId: number, now: Temporal.Instant): Promise<Own> {
  const rows = await tx.busySource.findMany({ where: { personId }, orderBy: { kind: 'asc' } })
  const times = await tx.busyTime.findMany({
    where: {
      personId,
      endsAt: { gt: toDbInstant(now) },
      startsAt: { lt: toDbInstant(now.add({ hours: 24 * shownDays })) },
    },
    orderBy: { startsAt: 'asc' },
  })
  return {
    sources: rows.map(({ id, kind, problem, readAt }) => ({
      id,
      kind: kind === 'feed' ? 'feed' : 'file',
      problem,
      readAt: fromDbInstantOrNull(readAt),
    })),
    busy: times.map(({ startsAt, endsAt }) => ({
      start: fromDbInstant(startsAt),
      end: fromDbInstant(endsAt),
    })),
  }
}

/** The address in the place of the one before; what that one said is forgotten at once. */
export async function saveFeed(
  tx: Tx,
  personId: number,
  address: Buffer,
  now: Temporal.Instant,
): Promise<void> {
  await tx.busySource.deleteMany({ where: { personId, kind: 'feed' } })
  const at = toDbInstant(now)
  await tx.busySource.create({
    data: { personId, kind: 'feed', address: Uint8Array.from(address), nextAt: at, createdAt: at },
  })
}

/** What a file says in the place of the file before. */
export async function saveFile(
  tx: Tx,
  personId: number,
  spans: readonly Span[],
  now: Temporal.Instant,
): Promise<void> {
  await tx.busySource.deleteMany({ where: { personId, kind: 'file' } })
  const at = toDbInstant(now)
  const { id } = await tx.busySource.create({ data: { personId, kind: 'file', readAt: at, createdAt: at } })
  await replaceBusyTimes(tx, { id, personId }, spans)
}

export async function removeAll(tx: Tx, personId: number): Promise<boolean> {
  const { count } = await tx.busySource.deleteMany({ where: { personId } })
  return count > 0
}

/** The feed is read with the next look. False: there is none. */
export async function askAnew(tx: Tx, personId: number, now: Temporal.Instant): Promise<boolean> {
  const { count } = await tx.busySource.updateMany({
    where: { personId, kind: 'feed' },
    data: { nextAt: toDbInstant(now) },
  })
  return count > 0
}

/** What is over is forgotten. */
export async function forgetPast(tx: Tx, now: Temporal.Instant): Promise<void> {
  await tx.busyTime.deleteMany({ where: { endsAt: { lt: toDbInstant(now) } } })
}
