// What goes when its period is over, in the order in which tables depend on each other, a bounded number of rows at a
// time. Each batch commits by itself: whoever stops in between goes on there the next night.
import type { Database } from '../../db/open.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import type { PeriodName } from './periods.ts'

interface Expiry {
  readonly period: PeriodName
  readonly table: string
  /** Of a row `t`: gone when true. `$1` is the first day that is kept. */
  readonly over: string
  /** Rows of one batch; fewer where much goes with each. */
  readonly atOnce?: number
}

const day = '$1::date'
const cycleOver = 'SELECT FROM step s JOIN cycle c ON c.id = s.cycle_id'
const yearOver = (year: string) => `make_date(${year} + 1, 4, 1) < ${day}`
const courseOver = `EXISTS (SELECT FROM course c WHERE c.id = t.course_id AND ${yearOver('c.fiscal_year')})`
const none = (table: string, column: string) => `NOT EXISTS (SELECT FROM ${table} x WHERE x.${column} = t.id)`

/** Broadcasts, notices and ended 1on1s are looked after by their own jobs, by the same periods. */
export const expiries: readonly Expiry[] = [
  {
    period: 'interviews',
    table: 'interview',
    over: `EXISTS (${cycleOver} WHERE s.id = t.step_id AND c.ends_on < ${day})
           OR (t.step_id IS NULL AND greatest(t.deadline, t.held_on) < ${day})`,
  },
  // With what suits whom. A meeting goes once neither an interview nor an hour on offer leads to it.
  { period: 'interviews', table: 'slot', over: `t.ends_at < ${day}` },
  {
    period: 'interviews',
    table: 'arrangement',
    over: `EXISTS (${cycleOver} WHERE s.id = t.step_id AND c.ends_on < ${day})`,
    atOnce: 50,
  },
  {
    period: 'interviews',
    table: 'step',
    over: `EXISTS (SELECT FROM cycle c WHERE c.id = t.cycle_id AND c.ends_on < ${day})
           AND ${none('interview', 'step_id')} AND ${none('arrangement', 'step_id')} AND ${none('slot', 'step_id')}`,
  },
  { period: 'interviews', table: 'cycle', over: `t.ends_on < ${day} AND ${none('step', 'cycle_id')}` },
  {
    period: 'interviews',
    table: 'meeting',
    over: `t.ends_at < ${day} AND ${none('interview', 'meeting_id')} AND ${none('slot', 'meeting_id')}`,
  },
  { period: 'interviews', table: 'route', over: `t.valid_to < ${day}` },
  { period: 'trainings', table: 'sign_up', over: courseOver },
  { period: 'trainings', table: 'survey_answer', over: courseOver },
  { period: 'trainings', table: 'draw', over: courseOver },
  {
    period: 'trainings',
    table: 'course_session',
    over: `${courseOver} AND ${none('sign_up', 'session_id')}`,
    atOnce: 50,
  },
  {
    period: 'trainings',
    table: 'course',
    over: `${yearOver('t.fiscal_year')} AND ${['sign_up', 'survey_answer', 'draw', 'course_session']
      .map((table) => none(table, 'course_id'))
      .join(' AND ')}`,
    atOnce: 50,
  },
  { period: 'self-development', table: 'self_development', over: `t.to_on < ${day}` },
  {
    period: 'self-development',
    table: 'self_development_budget',
    over: `${yearOver('t.fiscal_year')}
           AND NOT EXISTS (SELECT FROM self_development x WHERE x.fiscal_year = t.fiscal_year)`,
  },
  // Of a pair that goes on; an ended one goes as a whole.
  {
    period: 'one-on-ones',
    table: 'one_on_one_meeting',
    over: `t.ends_at < ${day} AND t.status <> 'planned'`,
  },
  { period: 'mentoring', table: 'mentoring_programme', over: `t.ends_on < ${day}`, atOnce: 5 },
  { period: 'gatherings', table: 'gathering_series', over: `t.closed_on < ${day}`, atOnce: 5 },
  // Of a series that goes on: who sat where. That there was a round stays, as rounds are counted.
  {
    period: 'gatherings',
    table: 'gathering_table',
    over: `EXISTS (SELECT FROM gathering_round r WHERE r.id = t.round_id AND r.status = 'done'
             AND coalesce(t.ends_at, r.due_on) < ${day})`,
  },
  { period: 'handover', table: 'handover', over: `coalesce(t.ended_on, t.due_on) < ${day}`, atOnce: 100 },
  { period: 'calendar', table: 'booking', over: `t.ends_at < ${day}` },
  { period: 'calendar', table: 'feed', over: `t.revoked_at < ${day}` },
  { period: 'posts', table: 'post', over: `t.valid_to < ${day}` },
  { period: 'absences', table: 'absence', over: `t.to_on < ${day}` },
  { period: 'imports', table: 'staff_import', over: `t.created_at < ${day}` },
  { period: 'imports', table: 'training_import', over: `t.created_at < ${day}` },
  { period: 'figures', table: 'desk_count', over: `t.month < to_char(${day}, 'YYYY-MM')` },
  { period: 'trail', table: 'role_grant', over: `t.valid_to < ${day}` },
  { period: 'trail', table: 'audit', over: `t.at < ${day}` },
]

/** Rows that a night takes away at most; the rest the next night. */
const aNight = 50_000
const batchRows = 1_000

export interface Limits {
  readonly rows?: number
  readonly batch?: number
  /** Rows that go in all, over however many tables. */
  readonly stopping?: () => boolean
}

/** Which of them have anything to do, in one look. */
async function due(db: Pick<Database, 'pool'>, from: (period: PeriodName) => string): Promise<Expiry[]> {
  const days = expiries.map(({ period }) => from(period))
  const looks = expiries.map(
    ({ table, over }, i) =>
      `SELECT ${i} AS i WHERE EXISTS (SELECT FROM ${table} t WHERE ${over.replaceAll('$1', `$${i + 1}`)})`,
  )
  const { rows } = await db.pool.query<{ i: number }>(looks.join(' UNION ALL '), days)
  const found = new Set(rows.map(({ i }) => i))
  return expiries.filter((_, i) => found.has(i))
}

/** Says on the trail how many rows went, in the transaction that they went in. */
export type Tell = (tx: Tx, gone: Readonly<Record<string, number>>) => Promise<void>

async function takeBatch(
  db: Database,
  expiry: Expiry,
  from: string,
  most: number,
  tell: Tell,
): Promise<number> {
  const statement = `DELETE FROM ${expiry.table} WHERE ctid = ANY (ARRAY(
    SELECT t.ctid FROM ${expiry.table} t WHERE ${expiry.over} LIMIT ${most}))`
  return inTransaction(db, async (tx) => {
    // The trail is append only but for this.
    if (expiry.table === 'audit') await tx.$executeRaw`SELECT set_config('hagukumi.retention', 'on', true)`
    const gone = await tx.$executeRawUnsafe(statement, from)
    if (gone > 0) await tell(tx, { [expiry.table]: gone })
    return gone
  })
}

/**
 * Takes away what is over. `from` gives the first day that is kept of each period. Returns how many rows of each table
 * went (what goes with them is not counted). May be stopped and repeated at any point.
 */
export async function expire(
  db: Database,
  from: (period: PeriodName) => Temporal.PlainDate,
  tell: Tell,
  { rows = aNight, batch = batchRows, stopping = () => false }: Limits = {},
): Promise<Record<string, number>> {
  const gone: Record<string, number> = {}
  let left = rows
  // One thing taken away may free another that comes before it in the list: a look is cheap, so look again.
  for (let again = true; again && left > 0; ) {
    again = false
    for (const expiry of await due(db, (period) => from(period).toString())) {
      const first = from(expiry.period).toString()
      const most = Math.min(expiry.atOnce ?? batch, batch)
      for (let taken = most; taken === most && left > 0 && !stopping(); left -= taken) {
        taken = await takeBatch(db, expiry, first, Math.min(most, left), tell)
        if (taken === 0) break
        gone[expiry.table] = (gone[expiry.table] ?? 0) + taken
        again = true
      }
      if (stopping()) return gone
    }
  }
  return gone
}
