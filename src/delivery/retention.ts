// What was told long ago is forgotten: settled notices and messages, never the audit trail.
import { z } from 'zod'
import type { Database } from '../db/open.ts'
import { toDbInstant } from '../db/time.ts'
import { readSetting, setting } from '../directory/settings.ts'
import type { Job } from './jobs.ts'
import { prunePace } from './pace.ts'

/** Months for which settled notices are kept. A notice must outlive its matter, or its key could be told anew. */
export const keptMonths = setting('delivery.kept-months', z.number().int().min(13).max(120), 24)

export interface Pruned {
  readonly notices: number
  readonly messages: number
}

const usualBatch = 2_000

/** Deletes batch after batch in the order of ids, each in a transaction of its own, so that nobody waits long. */
async function inBatches(statement: (after: number) => Promise<{ last: number | null; deleted: number }>) {
  let deleted = 0
  for (let after = 0; ; ) {
    const batch = await statement(after)
    deleted += batch.deleted
    if (batch.last === null) return deleted
    after = batch.last
  }
}

/**
 * Removes notices that were settled before the city's retention began (sent, obsolete, cancelled, failed) and the
 * messages that carried them. What is planned, waits or may have arrived stays, however old. The audit trail stays.
 */
export async function pruneSettled(
  db: Database,
  zone: string,
  now: Temporal.Instant,
  batch = usualBatch,
): Promise<Pruned> {
  const months = await readSetting(db.prisma, keptMonths)
  const before = toDbInstant(now.toZonedDateTimeISO(zone).subtract({ months }).toInstant())
  const removing = (table: 'notice' | 'outbox', unless: string) =>
    inBatches(async (after) => {
      const { rows } = await db.pool.query<{ last: number | null; deleted: number }>(
        `WITH old AS MATERIALIZED (
           SELECT id FROM ${table} o WHERE id > $1 AND settled_at < $2 ${unless} ORDER BY id LIMIT $3),
         gone AS (DELETE FROM ${table} WHERE id IN (SELECT id FROM old) AND settled_at < $2 RETURNING id)
         SELECT (SELECT max(id) FROM old) AS last, (SELECT count(*)::int FROM gone) AS deleted`,
        [after, before, batch],
      )
      return rows[0] ?? { last: null, deleted: 0 }
    })
  const notices = await removing('notice', '')
  // A message leaves with the last of its notices, so that whoever asks still finds why one failed.
  const messages = await removing('outbox', 'AND NOT EXISTS (SELECT FROM notice n WHERE n.outbox_id = o.id)')
  return { notices, messages }
}

/** Nightly, before the vacuum that takes up the room. */
export const prune = (db: Database, zone: string): Job => ({
  name: 'delivery.prune',
  cron: '20 2 * * *',
  outside: async (_, now) => {
    await pruneSettled(db, zone, now)
    await prunePace(db, now)
  },
})
