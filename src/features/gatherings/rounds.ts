// Rounds: a draft is seated and given times, seen, and published.
import { bookMany, type OwnTime } from '../../agenda/bookings.ts'
import type { Span } from '../../agenda/span.ts'
import type { Action } from '../../cards/card.ts'
import type { GatheringSeries } from '../../db/generated/client.ts'
import { fromDbDate, toDbDate, toDbInstant } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { tellOnce } from '../../delivery/told.ts'
import type { Organisation } from '../../directory/organisation.ts'
import type { Core } from '../feature.ts'
import { mostTries } from './limits.ts'
import { bookingSubject, kinds, replanTables } from './plan.ts'
import { type Cadence, enoughStaff, mostSeated, nextDue } from './rules.ts'
import { gather } from './seating/load.ts'
import { run } from './seating/run.ts'
import type { Seated } from './seating/solve.ts'
import { comingTo, spanOf, tablesOf } from './store.ts'
import { findTime, firstDay, hasRoom, loadTimes } from './times.ts'
import { showRound } from './views.ts'

export type Prepared =
  | { readonly type: 'draft'; readonly roundId: number; readonly again: Action }
  /** Too few have joined, or too many; or somebody else has changed the series meanwhile. */
  | { readonly type: 'few' | 'fewStaff' | 'many' | 'stale' | 'tries' }

/** What everybody who runs the series reads of it first. */
const countOf = (tx: Tx, seriesId: number) =>
  tx.gatheringRound.count({ where: { seriesId, status: { not: 'draft' } } })

/** Whether a round is left to be held. */
export const hasRoundsLeft = async (tx: Tx, series: Pick<GatheringSeries, 'id' | 'rounds'>) =>
  series.rounds === null || (await countOf(tx, series.id)) < series.rounds

/**
 * Seats the next round as a draft, in place of the draft that there is. Outside of any transaction: many people are
 * seated in a thread of their own, and nobody waits for them. `version` is that of the series.
 */
export async function prepare(
  core: Core,
  seriesId: number,
  version: number,
  today: Temporal.PlainDate,
): Promise<Prepared> {
  const found = await inTransaction(core.db, async (tx) => {
    const series = await tx.gatheringSeries.findUnique({ where: { id: seriesId } })
    if (series?.version !== version || series.status !== 'open') return { type: 'stale' } as const
    const draft = await tx.gatheringRound.findFirst({ where: { seriesId, status: 'draft' } })
    const tries = (draft?.tries ?? 0) + 1
    if (tries > mostTries) return { type: 'tries' } as const
    const number = (await countOf(tx, seriesId)) + 1
    const from = await firstDay(tx, fromDbDate(series.nextOn), today)
    // Of what people know alone, so that the same draft can be found again.
    const seed = `${series.name}.${number}.${tries}`
    const { job, org } = await gather(core, tx, series, seed, from, today)
    const many = job.guests.length
    const staff = job.guests.filter(({ guest }) => !guest).length
    if (!enoughStaff(staff, many - staff)) return { type: 'fewStaff' } as const
    if (many < 2 || many > mostSeated) return { type: many < 2 ? 'few' : 'many' } as const
    return { type: 'job', job, org, series, number, tries, from } as const
  })
  if (found.type !== 'job') return found
  const seated = await run(found.job)
  return inTransaction(
    core.db,
    async (tx): Promise<Prepared> => {
      const { count } = await tx.gatheringSeries.updateMany({
        where: { id: seriesId, version, status: 'open' },
        data: { version: { increment: 1 } },
      })
      if (count === 0) return { type: 'stale' }
      await tx.gatheringRound.deleteMany({ where: { seriesId, status: 'draft' } })
      const roundId = await write(core, tx, found, seated, today)
      return { type: 'draft', roundId, again: showRound(roundId) }
    },
    { timeout: 60_000 },
  )
}

async function write(
  core: Core,
  tx: Tx,
  {
    series,
    number,
    tries,
    from,
    org,
  }: {
    readonly series: GatheringSeries
    readonly number: number
    readonly tries: number
    readonly from: Temporal.PlainDate
    readonly org: Organisation
  },
  seated: Seated,
  today: Temporal.PlainDate,
): Promise<number> {
  const { repeats, sameDepartment, leastSame } = seated
  const { id: roundId } = await tx.gatheringRound.create({
    data: {
      seriesId: series.id,
      number,
      tries,
      dueOn: series.nextOn,
      repeats,
      sameDepartment,
      leastSame,
    },
    select: { id: true },
  })
  const everybody = seated.tables.flatMap(({ people }) => people)
  const times = await loadTimes(tx, everybody, from, today, core.zone, undefined, org)
  const taken: Span[] = []
  await tx.gatheringTable.createMany({
    data: seated.tables.map(({ people, hostId }, i) => {
      const span = findTime(times, people, series, core.zone, i + number, taken)
      if (span) taken.push(span)
      return {
        roundId,
        number: i + 1,
        hostId,
        status: span ? 'planned' : 'unplaced',
        startsAt: span ? toDbInstant(span.start) : null,
        endsAt: span ? toDbInstant(span.end) : null,
      }
    }),
  })
  const made = await tx.gatheringTable.findMany({ where: { roundId }, orderBy: { number: 'asc' } })
  await tx.gatheringSeat.createMany({
    data: seated.tables.flatMap(({ people }, i) =>
      people.map((personId) => ({ roundId, personId, tableId: made[i]?.id ?? 0 })),
    ),
  })
  return roundId
}

/** People who have joined or gone since a draft was seated. */
export async function sinceDraft(tx: Tx, roundId: number, seriesId: number) {
  const seats = await tx.gatheringSeat.findMany({ where: { roundId }, select: { personId: true } })
  const members = await tx.gatheringMember.findMany({
    where: { seriesId, status: 'joined' },
    select: { personId: true },
  })
  const seated = new Set(seats.map(({ personId }) => personId))
  const joined = new Set(members.map(({ personId }) => personId))
  return { gone: seated.difference(joined).size, fresh: joined.difference(seated).size }
}

export type Published = 'published' | 'stale' | 'gone'

/**
 * Makes a draft known to its people: times that were taken meanwhile are found anew, everybody's time is booked, all
 * are told. May throw OverlapError, when somebody books at the same moment: try again.
 */
export async function publish(
  core: Core,
  tx: Tx,
  roundId: number,
  version: number,
  today: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<Published> {
  await tx.$queryRaw`SELECT id FROM gathering_round WHERE id = ${roundId} FOR UPDATE`
  const round = await tx.gatheringRound.findUnique({ where: { id: roundId }, include: { series: true } })
  if (round?.status !== 'draft' || round.version !== version || round.series.status !== 'open') return 'stale'
  const { series } = round
  if ((await sinceDraft(tx, roundId, series.id)).gone > 0) return 'gone'
  const tables = await tablesOf(tx, roundId)
  const people = tables.flatMap(comingTo)
  const from = await firstDay(tx, fromDbDate(round.dueOn), today)
  const times = await loadTimes(tx, people, from, today, core.zone)
  const taken: Span[] = []
  const booked: OwnTime[] = []
  for (const table of tables) {
    const who = comingTo(table)
    const planned = spanOf(table)
    const holds =
      planned &&
      Temporal.PlainDate.compare(planned.start.toZonedDateTimeISO(core.zone).toPlainDate(), from) >= 0 &&
      who.every((id) => times.isFree(id, planned)) &&
      hasRoom(planned, series, taken)
    const span = holds
      ? planned
      : findTime(times, who, series, core.zone, table.number + round.number - 1, taken)
    const [startsAt, endsAt] = span ? [toDbInstant(span.start), toDbInstant(span.end)] : [null, null]
    if (!holds)
      await tx.gatheringTable.update({
        where: { id: table.id },
        data: { startsAt, endsAt, status: span ? 'planned' : 'unplaced' },
      })
    if (!span || !startsAt || !endsAt) continue
    taken.push(span)
    for (const personId of who) booked.push({ subject: bookingSubject(table.id), personId, startsAt, endsAt })
  }
  await bookMany(tx, booked, true)
  await tx.gatheringRound.update({
    where: { id: roundId },
    data: { status: 'published', version: { increment: 1 } },
  })
  await tx.gatheringSeries.update({
    where: { id: series.id },
    data: {
      nextOn: toDbDate(nextDue(fromDbDate(round.dueOn), series.cadence as Cadence, today)),
      version: { increment: 1 },
    },
  })
  await replanTables(
    core,
    tx,
    tables.map(({ id }) => id),
    now,
  )
  await tellOnce(
    core,
    tx,
    tables.flatMap((table) =>
      comingTo(table).map((recipientId) => ({
        kind: kinds.seated,
        recipientId,
        subject: `gatherings.seated:${recipientId}:${roundId}`,
        detail: { round: roundId },
      })),
    ),
    now,
  )
  return 'published'
}
