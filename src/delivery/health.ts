// Whether messages get out: for /healthz and for metrics.
import type { Database } from '../db/open.ts'
import { fromDbInstantOrNull, toDbInstant } from '../db/time.ts'
import { signOfLife } from './jobs.ts'

export interface DeliveryHealth {
  /** Milliseconds since the oldest thing that should have been told by now fell due; 0 when nothing is late. */
  readonly oldestOverdueMs: number
  /** When delivery last looked for work, by the domain clock; null: never yet. */
  readonly lastSignOfLife: Temporal.Instant | null
  /** Nobody has looked for work for longer than `silentAfterMs`. */
  readonly silent: boolean
  /** Messages by status; statuses without a message are absent. */
  readonly messages: Readonly<Record<string, number>>
}

/** Three ticks missed. */
export const silentAfterMs = 3 * 60_000

/** The state of delivery at `now`. */
export async function deliveryHealth(
  db: Pick<Database, 'pool'>,
  now: Temporal.Instant,
): Promise<DeliveryHealth> {
  const { rows } = await db.pool.query<{
    oldest: Date | null
    alive: Date | null
    messages: Record<string, number> | null
  }>(
    `SELECT
       least((SELECT min(due_at) FROM notice WHERE status = 'planned' AND due_at <= $1),
             (SELECT min(next_at) FROM outbox WHERE settled_at IS NULL AND (status = 'claimed' OR next_at <= $1))) AS oldest,
       (SELECT last_at FROM job_run WHERE name = $2) AS alive,
       (SELECT jsonb_object_agg(status, n) FROM (SELECT status, count(*) AS n FROM outbox GROUP BY status) c)
         AS messages`,
    [toDbInstant(now), signOfLife],
  )
  const oldest = fromDbInstantOrNull(rows[0]?.oldest)
  const lastSignOfLife = fromDbInstantOrNull(rows[0]?.alive)
  return {
    oldestOverdueMs: oldest ? Math.max(0, now.epochMilliseconds - oldest.epochMilliseconds) : 0,
    lastSignOfLife,
    silent: !lastSignOfLife || now.epochMilliseconds - lastSignOfLife.epochMilliseconds > silentAfterMs,
    messages: rows[0]?.messages ?? {},
  }
}

/** Notices by status. Reads the whole table: for metrics, not for every probe. */
export async function noticeCounts(db: Pick<Database, 'pool'>): Promise<Readonly<Record<string, number>>> {
  const { rows } = await db.pool.query<{ status: string; n: number }>(
    'SELECT status, count(*)::int AS n FROM notice GROUP BY status',
  )
  return Object.fromEntries(rows.map(({ status, n }) => [status, n]))
}

const backupRun = 'backup'

/** A backup was taken: `doctor` and metrics say how long ago. */
export async function recordBackup(db: Pick<Database, 'pool'>, at: Temporal.Instant): Promise<void> {
  await db.pool.query(
    `INSERT INTO job_run (name, last_at) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET last_at = EXCLUDED.last_at`,
    [backupRun, toDbInstant(at)],
  )
}

/** When the last backup was taken with this program; null: never. */
export async function lastBackup(db: Pick<Database, 'pool'>): Promise<Temporal.Instant | null> {
  const { rows } = await db.pool.query<{ last_at: Date }>('SELECT last_at FROM job_run WHERE name = $1', [
    backupRun,
  ])
  return fromDbInstantOrNull(rows[0]?.last_at)
}
