// Jobs that come round: when one is due, and who of several processes runs it.
import { Cron } from 'croner'
import type { Database } from '../db/open.ts'
import { fromDbInstantOrNull, toDbInstant } from '../db/time.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'

export type Job = {
  readonly name: string
  /** Five fields, in the organisation's zone: "45 8 * * 1-5". */
  readonly cron: string
} & (
  | {
      /** Takes effect together with the record that it ran: exactly once, tried again while it fails. */
      readonly inside: (tx: Tx, scheduled: Temporal.Instant, now: Temporal.Instant) => Promise<void>
    }
  | {
      /** What no transaction can hold (VACUUM): at most once each time it is scheduled. */
      readonly outside: (scheduled: Temporal.Instant, now: Temporal.Instant) => Promise<void>
    }
  | {
      /** Long work elsewhere, which nobody waits for; begun anew only once it has ended, and ends soon when `stopping`. */
      readonly beside: (now: Temporal.Instant, stopping: AbortSignal) => Promise<void>
    }
)

/** What is not waited for. */
export type Beside = Extract<Job, { readonly beside: unknown }>['beside']

/**
 * The latest time a job should have run: after `last`, not after `now`; undefined when there is none. However many
 * runs were missed, only the latest counts: it is caught up once.
 */
export function lastScheduled(
  cron: string,
  zone: string,
  last: Temporal.Instant,
  now: Temporal.Instant,
): Temporal.Instant | undefined {
  const schedule = new Cron(cron, { timezone: zone, paused: true })
  // croner looks strictly before its reference; a run at this very second counts.
  const [run] = schedule.previousRuns(1, toDbInstant(now.add({ seconds: 1 })))
  const found = fromDbInstantOrNull(run)
  return found && Temporal.Instant.compare(found, last) > 0 && Temporal.Instant.compare(found, now) <= 0
    ? found
    : undefined
}

/** The row in job_run that says when delivery last looked for work. */
export const signOfLife = 'delivery'

/** When each job last ran. */
export async function lastRuns(
  db: Pick<Database, 'pool'>,
  names: readonly string[],
): Promise<ReadonlyMap<string, Temporal.Instant>> {
  const { rows } = await db.pool.query<{ name: string; last_at: Date }>(
    'SELECT name, last_at FROM job_run WHERE name = ANY($1)',
    [names],
  )
  return new Map(
    rows.flatMap(({ name, last_at }) => {
      const at = fromDbInstantOrNull(last_at)
      return at ? [[name, at]] : []
    }),
  )
}

/** Records a run unless it, or a later one, is recorded already: true for the one process that may run it. */
export async function claimRun(tx: Tx, name: string, at: Temporal.Instant): Promise<boolean> {
  const changed = await tx.$executeRaw`
    INSERT INTO job_run AS j (name, last_at) VALUES (${name}, ${toDbInstant(at)}::timestamptz)
    ON CONFLICT (name) DO UPDATE SET last_at = EXCLUDED.last_at WHERE j.last_at < EXCLUDED.last_at`
  return changed > 0
}

/**
 * Runs a job when it is due; `begin` takes what is not waited for. A job that nobody has met before starts counting
 * now. Returns whether it ran here. Throws what the job throws.
 */
export async function runJob(
  db: Database,
  job: Job,
  zone: string,
  last: Temporal.Instant | undefined,
  now: Temporal.Instant,
  begin: (name: string, work: Beside) => void = () => {},
): Promise<boolean> {
  if (!last) {
    await claimRun(db.prisma, job.name, now)
    return false
  }
  const scheduled = lastScheduled(job.cron, zone, last, now)
  if (!scheduled) return false
  if ('inside' in job)
    return inTransaction(
      db,
      async (tx) => {
        if (!(await claimRun(tx, job.name, scheduled))) return false
        await job.inside(tx, scheduled, now)
        return true
      },
      { timeout: 60_000 },
    )
  if (!(await claimRun(db.prisma, job.name, scheduled))) return false
  if ('beside' in job) begin(job.name, job.beside)
  else await job.outside(scheduled, now)
  return true
}
