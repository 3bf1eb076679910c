// Pauses as they are kept, and what they hold up.
import { fromDbDate, toDbDate, toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Closure } from '../../directory/closures.ts'

export interface ClosureRow extends Closure {
  readonly id: number
}

/** Those of the last months and all to come, the latest first. */
export async function loadRows(tx: Tx, today: Temporal.PlainDate): Promise<readonly ClosureRow[]> {
  const rows = await tx.closure.findMany({
    where: { toOn: { gt: toDbDate(today.subtract({ months: 6 })) } },
    orderBy: { fromOn: 'desc' },
  })
  return rows.map(({ id, fromOn, toOn, reason }) => ({
    id,
    from: fromDbDate(fromOn),
    to: fromDbDate(toOn),
    reason,
  }))
}

export async function saveRow(
  tx: Tx,
  id: number | undefined,
  { from, to, reason }: Closure,
  by: { readonly actorId: number; readonly now: Temporal.Instant },
): Promise<number> {
  const data = { fromOn: toDbDate(from), toOn: toDbDate(to), reason }
  if (id !== undefined) await tx.closure.update({ where: { id }, data })
  else {
    const made = await tx.closure.create({
      data: { ...data, createdById: by.actorId, createdAt: toDbInstant(by.now) },
      select: { id: true },
    })
    return made.id
  }
  return id
}

export const removeRow = (tx: Tx, id: number) => tx.closure.delete({ where: { id } })

/** One pause is changed at a time: deadlines are counted from what was before. */
export const lockClosures = (tx: Tx): Promise<unknown> =>
  tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('hagukumi.closures'))`

/** Notices that would have gone out on these days. */
export const plannedWithin = (tx: Tx, { from, to }: Closure, zone: string): Promise<number> => {
  const at = (day: Temporal.PlainDate) => toDbInstant(day.toZonedDateTime(zone).toInstant())
  return tx.notice.count({ where: { status: 'planned', dueAt: { gte: at(from), lt: at(to) } } })
}
