// The first tick of a local day tells everybody that the day has begun.
import type { Database } from '../db/open.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import type { DomainEvent } from '../directory/events.ts'
import { claimRun } from './jobs.ts'

export const dayOpened = 'day-opened'

/** After a longer absence only the latest days are told: what a day changes is read from the rows, not counted. */
const mostDays = 31

/** The days after `last` up to today, oldest first; today alone when no day was ever told. */
export function daysToTell(
  last: Temporal.PlainDate | undefined,
  today: Temporal.PlainDate,
): Temporal.PlainDate[] {
  if (!last) return [today]
  const missed = Math.min(last.until(today).days, mostDays)
  return Array.from({ length: Math.max(0, missed) }, (_, index) =>
    today.subtract({ days: missed - 1 - index }),
  )
}

/**
 * Tells each day that has begun since the last told one, in order, each in a transaction of its own together with the
 * record that it was told. Returns how many this process told. Throws what a listener throws: that day is told again.
 */
export async function openDays(
  db: Database,
  tell: (event: DomainEvent, tx: Tx, now: Temporal.Instant) => Promise<void>,
  zone: string,
  last: Temporal.Instant | undefined,
  now: Temporal.Instant,
): Promise<number> {
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  let told = 0
  for (const on of daysToTell(last?.toZonedDateTimeISO(zone).toPlainDate(), today)) {
    const begins = on.toZonedDateTime(zone).toInstant()
    const here = await inTransaction(
      db,
      async (tx) => {
        if (!(await claimRun(tx, dayOpened, begins))) return false
        await tell({ type: 'day-opened', on }, tx, now)
        return true
      },
      { timeout: 60_000 },
    )
    if (here) told += 1
  }
  return told
}
