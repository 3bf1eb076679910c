// What makes delivery go: a tick each minute, and a poke after commits. node-cron only ticks; what is due is decided
// from stored times, so a missed tick (a laptop asleep, a server down) is caught up, once.
import cron, { type ScheduledTask } from 'node-cron'
import type { Database } from '../db/open.ts'
import { toDbInstant } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import { vacuumEmbedded } from '../db/vacuum.ts'
import type { DomainEvent } from '../directory/events.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { dayOpened, openDays } from './day.ts'
import type { Dispatcher } from './dispatcher.ts'
import { type Gathering, gather } from './gather.ts'
import { type Beside, type Job, lastRuns, runJob, signOfLife } from './jobs.ts'

export interface TimerOptions extends Gathering {
  readonly db: Database
  readonly clock: Clock
  readonly zone: string
  readonly dispatcher: Dispatcher
  /** Tells all features that a day has begun. */
  tell(event: DomainEvent, tx: Tx, now: Temporal.Instant): Promise<void>
  readonly jobs?: readonly Job[]
  /** False where a clock that is moved would vacuum the embedded database every few seconds. */
  readonly vacuums?: boolean
  readonly log: Log
}

/** What one look for work has done; all zero: nothing was due. */
export interface Ran {
  readonly days: number
  readonly jobs: number
  readonly queued: number
  readonly postponed: number
  readonly claimed: number
  readonly sent: number
  /** When something that was tried just now is tried again, if anything is. */
  readonly again?: Temporal.Instant
}

export interface Timer {
  /** Ticks every minute from now on, the first time at once. */
  start(): void
  /** Something may be due right now: looks soon, without being waited for. Call it after a commit. */
  poke(): void
  /**
   * Does all that is due: opens days, runs jobs, makes messages and sends them. `now` is the clock's moment unless
   * told (sending always goes by the clock). One at a time; throws when the database cannot be used.
   */
  runDue(now?: Temporal.Instant): Promise<Ran>
  /** Ends ticking, waits for what is under way (what is claimed is finished), and ignores pokes from then on. */
  stop(): Promise<void>
}

/** Nightly, for the embedded database: it has no autovacuum. */
const vacuum = (db: Database): Job => ({
  name: 'vacuum',
  cron: '40 2 * * *',
  outside: () => vacuumEmbedded(db),
})

export function createTimer(options: TimerOptions): Timer {
  const { db, clock, zone, dispatcher, tell, log, vacuums = true } = options
  const jobs = [...(options.jobs ?? []), ...(vacuums && db.kind === 'embedded' ? [vacuum(db)] : [])]
  const names = [dayOpened, signOfLife, ...jobs.map((job) => job.name)]
  let stopped = false
  let task: ScheduledTask | undefined
  let running: Promise<unknown> = Promise.resolve()
  let poked = false
  let waking: ReturnType<typeof setTimeout> | undefined
  const beside = new Map<string, Promise<void>>()
  const stopping = new AbortController()

  function begin(name: string, work: Beside): void {
    if (beside.has(name)) return
    const done = work(clock.now(), stopping.signal)
      .catch((error: unknown) => log.error({ err: error, job: name }, 'a job failed'))
      .finally(() => beside.delete(name))
    beside.set(name, done)
  }

  /** A defect in one job or listener is logged and tried again; the others, and sending, go on. */
  async function guarded(job: string, work: () => Promise<number>): Promise<number> {
    try {
      return await work()
    } catch (error) {
      log.error({ err: error, job }, 'a job failed')
      return 0
    }
  }

  async function look(now: Temporal.Instant): Promise<Ran> {
    const last = await lastRuns(db, names)
    const days = await guarded(dayOpened, () => openDays(db, tell, zone, last.get(dayOpened), now))
    let ran = 0
    for (const job of jobs)
      ran += await guarded(job.name, async () =>
        (await runJob(db, job, zone, last.get(job.name), now, begin)) ? 1 : 0,
      )
    const gathered = await gather(options, now)
    const drained = await dispatcher.drain(() => stopped)
    await live(last.get(signOfLife), now)
    if (drained.again) wake(drained.again)
    return { days, jobs: ran, ...gathered, ...drained }
  }

  /** Tries again before the next tick what wants it sooner ("in two seconds"). */
  function wake(at: Temporal.Instant): void {
    if (!task || stopped) return
    clearTimeout(waking)
    const ms = at.epochMilliseconds - clock.now().epochMilliseconds
    waking = setTimeout(poke, Math.min(Math.max(ms, 10), 60_000))
    waking.unref()
  }

  /** Written at most twice a minute, without waiting for the disk; may go back with the clock. */
  async function live(last: Temporal.Instant | undefined, now: Temporal.Instant): Promise<void> {
    if (last && Math.abs(now.since(last).total('seconds')) < 30) return
    await db.pool.query(
      `INSERT INTO job_run (name, last_at)
       SELECT $1, $2::timestamptz FROM set_config('synchronous_commit', 'off', true)
       ON CONFLICT (name) DO UPDATE SET last_at = EXCLUDED.last_at`,
      [signOfLife, toDbInstant(now)],
    )
  }

  function runDue(now?: Temporal.Instant): Promise<Ran> {
    const turn = running.then(() => look(now ?? clock.now()))
    running = turn.catch(() => {})
    return turn
  }

  function poke(): void {
    if (stopped || poked) return
    poked = true
    setImmediate(() => {
      // Those who poke from here on may have committed after this look began.
      running = running.then(async () => {
        poked = false
        if (!stopped) await look(clock.now())
      })
      running = running.catch((error: unknown) =>
        log.error({ err: error }, 'delivery could not look for work'),
      )
    })
  }

  return {
    start() {
      if (stopped || task) return
      // A tick that node-cron missed is no matter: the next one does all that is due.
      task = cron.schedule('* * * * *', poke, { name: 'delivery', suppressMissedWarning: true })
      poke()
    },
    poke,
    runDue,
    async stop() {
      stopped = true
      clearTimeout(waking)
      stopping.abort()
      await task?.destroy()
      await running
      await Promise.all(beside.values())
      await dispatcher.settled()
    },
  }
}
