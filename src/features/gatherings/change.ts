// What happens to tables of a published round, each in the caller's transaction: somebody cannot come or can after all,
// another time, a table too small to be one, somebody leaving.
import { book, release } from '../../agenda/bookings.ts'
import type { Span } from '../../agenda/span.ts'
import { toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { guestsAmong } from '../../directory/guests.ts'
import type { Core } from '../feature.ts'
import { bookingSubject, replanTables, tellChanged } from './plan.ts'
import { hasStaff, hostAmong, leastComing, mostComing } from './rules.ts'
import { keptApart } from './seating/load.ts'
import { comingTo, findTable, isAhead, spanOf, type TableOfRound, tablesOf } from './store.ts'
import { findTime, firstDay, loadTimes } from './times.ts'

/** Nobody is moved to a table that sits sooner than this. */
const leadHours = 4

const todayOf = (core: Pick<Core, 'zone'>, now: Temporal.Instant) =>
  now.toZonedDateTimeISO(core.zone).toPlainDate()

/** Everybody who comes has the time in their calendar, and nobody else. */
export async function bookTable(tx: Tx, table: TableOfRound): Promise<void> {
  const span = spanOf(table)
  if (table.status !== 'planned' || !span) return release(tx, [bookingSubject(table.id)])
  await book(tx, {
    subject: bookingSubject(table.id),
    personIds: comingTo(table),
    startsAt: span.start,
    endsAt: span.end,
    exclusive: true,
  })
}

/** A host who comes: the present one, else a facilitator, else whoever has led least often. */
async function hostFor(tx: Tx, table: TableOfRound, on: Temporal.PlainDate): Promise<number> {
  const coming = comingTo(table)
  if (coming.includes(table.hostId) || coming.length === 0) return table.hostId
  const facilitators = await tx.gatheringMember.findMany({
    where: { seriesId: table.round.seriesId, personId: { in: coming }, facilitates: true },
    select: { personId: true },
  })
  const hosted = await tx.gatheringTable.groupBy({
    by: ['hostId'],
    where: { round: { seriesId: table.round.seriesId }, hostId: { in: coming } },
    _count: true,
  })
  const guests = await guestsAmong(tx, coming, on)
  const able = facilitators.map(({ personId }) => personId)
  const times = new Map(hosted.map(({ hostId, _count }) => [hostId, _count]))
  return hostAmong(able.length > 0 ? able : coming, times, guests) ?? table.hostId
}

/** Brings host, bookings and notices in line with the seats, and tells `to`. */
async function settle(
  core: Core,
  tx: Tx,
  tableId: number,
  to: (coming: readonly number[]) => readonly number[],
  now: Temporal.Instant,
): Promise<void> {
  const before = await findTable(tx, tableId)
  if (!before) return
  const hostId = await hostFor(tx, before, todayOf(core, now))
  await tx.gatheringTable.update({ where: { id: tableId }, data: { hostId, version: { increment: 1 } } })
  const table = { ...before, hostId, version: before.version + 1 }
  await bookTable(tx, table)
  await replanTables(core, tx, [tableId], now)
  const anchor = `${tableId}.${table.version}`
  await tellChanged(core, tx, table.roundId, anchor, to(comingTo(table)), now)
}

const setSeat = (tx: Tx, roundId: number, personId: number, status: 'coming' | 'cannot') =>
  tx.gatheringSeat.update({ where: { roundId_personId: { roundId, personId } }, data: { status } })

/**
 * Somebody does not come: the others are told; too small a table joins others, or is put off once, or is called off.
 * `table` is locked and ahead, and they have a seat at it.
 */
export async function cannotCome(
  core: Core,
  tx: Tx,
  table: TableOfRound,
  personId: number,
  now: Temporal.Instant,
): Promise<void> {
  if (!comingTo(table).includes(personId)) return
  await setSeat(tx, table.roundId, personId, 'cannot')
  const left = comingTo(table).filter((id) => id !== personId)
  // Guests (内定者) are not left among themselves.
  const guests = await guestsAmong(tx, left, todayOf(core, now))
  if (left.length >= leastComing(table.round.series.size) && hasStaff(left, guests))
    return settle(core, tx, table.id, (coming) => coming, now)
  if (await merge(core, tx, table, left, now)) return
  if (await putOff(core, tx, table, now)) return
  await callOff(core, tx, table, left, now)
}

/** Those who are left join other tables of the round at whose time all of them are free. False: there is no way. */
async function merge(
  core: Core,
  tx: Tx,
  table: TableOfRound,
  movers: readonly number[],
  now: Temporal.Instant,
): Promise<boolean> {
  const { size } = table.round.series
  const soon = now.add({ hours: leadHours })
  const others = (await tablesOf(tx, table.roundId)).filter((other) => {
    const span = spanOf(other)
    return (
      other.id !== table.id &&
      other.status === 'planned' &&
      span &&
      Temporal.Instant.compare(span.start, soon) > 0
    )
  })
  if (movers.length > 0 && others.length === 0) return false
  const today = todayOf(core, now)
  const except = new Set([bookingSubject(table.id)])
  const times = await loadTimes(tx, movers, today, today, core.zone, except)
  const everybody = [...movers, ...others.flatMap(comingTo)]
  const apart = await keptApart(core, tx, table.round.seriesId, everybody)
  const sitting = new Map(others.map((other) => [other.id, comingTo(other)]))
  const takes = (other: TableOfRound, who: readonly number[]) => {
    const span = spanOf(other)
    const there = sitting.get(other.id) ?? []
    return (
      span !== undefined &&
      there.length + who.length <= mostComing(size) &&
      who.every((id) => times.isFree(id, span)) &&
      who.every((id) => there.every((each) => !apart(id, each)))
    )
  }
  const smallestFirst = () =>
    [...others].sort((a, b) => (sitting.get(a.id)?.length ?? 0) - (sitting.get(b.id)?.length ?? 0))
  const moves = new Map<number, number>()
  const together = smallestFirst().find((other) => takes(other, movers))
  for (const id of movers) {
    const other = together ?? smallestFirst().find((each) => takes(each, [id]))
    if (!other) return false
    moves.set(id, other.id)
    sitting.get(other.id)?.push(id)
  }
  await close(core, tx, table, now)
  for (const [personId, tableId] of moves)
    await tx.gatheringSeat.update({
      where: { roundId_personId: { roundId: table.roundId, personId } },
      data: { tableId },
    })
  for (const id of new Set(moves.values())) await settle(core, tx, id, (coming) => coming, now)
  return true
}

/** A later time that everybody of the table has, those too who could not come at the first. Once for each table. */
async function putOff(core: Core, tx: Tx, table: TableOfRound, now: Temporal.Instant): Promise<boolean> {
  const span = spanOf(table)
  if (table.putOff || !span) return false
  const people = await stillIn(tx, table)
  if (people.length < leastComing(table.round.series.size)) return false
  const today = todayOf(core, now)
  const after = span.start.toZonedDateTimeISO(core.zone).toPlainDate().add({ days: 1 })
  const from = await firstDay(tx, after, today)
  const times = await loadTimes(tx, people, from, today, core.zone, new Set([bookingSubject(table.id)]))
  const found = findTime(times, people, table.round.series, core.zone, 0, await takenBy(tx, table))
  if (!found) return false
  await setTime(core, tx, table, found, people, { putOff: true }, now)
  return true
}

/**
 * Its day is one on which everything rests: another time after `open`, which is not its one putting off; where there is
 * none the host chooses one. All who come are told either way.
 */
export async function putOffAfter(
  core: Core,
  tx: Tx,
  table: TableOfRound,
  open: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> {
  const people = await stillIn(tx, table)
  const today = todayOf(core, now)
  const from = await firstDay(tx, open, today)
  const times = await loadTimes(tx, people, from, today, core.zone, new Set([bookingSubject(table.id)]))
  const found = findTime(times, people, table.round.series, core.zone, 0, await takenBy(tx, table))
  if (found) return setTime(core, tx, table, found, people, {}, now)
  await tx.gatheringTable.update({
    where: { id: table.id },
    data: { status: 'unplaced', startsAt: null, endsAt: null },
  })
  await settle(core, tx, table.id, (coming) => coming, now)
}

/** Those of the table who still are in the series. */
async function stillIn(tx: Tx, table: TableOfRound): Promise<number[]> {
  const members = await tx.gatheringMember.findMany({
    where: {
      seriesId: table.round.seriesId,
      status: 'joined',
      personId: { in: table.seats.map(({ personId }) => personId) },
    },
    select: { personId: true },
    orderBy: { personId: 'asc' },
  })
  return members.map(({ personId }) => personId)
}

/** When the other tables of the round sit. */
export async function takenBy(tx: Tx, table: Pick<TableOfRound, 'id' | 'roundId'>): Promise<Span[]> {
  const others = await tx.gatheringTable.findMany({
    where: { roundId: table.roundId, id: { not: table.id }, status: 'planned' },
  })
  return others.flatMap((other) => spanOf(other) ?? [])
}

/** Another time, at which `coming` come and the others of the table do not; all who come are told. */
export async function setTime(
  core: Core,
  tx: Tx,
  table: TableOfRound,
  { start, end }: Span,
  coming: readonly number[],
  { putOff: isPutOff = table.putOff, by }: { readonly putOff?: boolean; readonly by?: number },
  now: Temporal.Instant,
): Promise<void> {
  for (const { personId } of table.seats)
    await setSeat(tx, table.roundId, personId, coming.includes(personId) ? 'coming' : 'cannot')
  await tx.gatheringTable.update({
    where: { id: table.id },
    data: {
      status: 'planned',
      startsAt: toDbInstant(start),
      endsAt: toDbInstant(end),
      putOff: isPutOff,
    },
  })
  const told = table.seats.map(({ personId }) => personId).filter((id) => id !== by)
  await settle(core, tx, table.id, () => told, now)
}

/** No table any more: the time is given back, nothing is told of it. */
async function close(core: Core, tx: Tx, table: TableOfRound, now: Temporal.Instant): Promise<void> {
  await tx.gatheringTable.update({
    where: { id: table.id },
    data: { status: 'cancelled', version: { increment: 1 } },
  })
  await release(tx, [bookingSubject(table.id)])
  await replanTables(core, tx, [table.id], now)
}

async function callOff(
  core: Core,
  tx: Tx,
  table: TableOfRound,
  left: readonly number[],
  now: Temporal.Instant,
): Promise<void> {
  await close(core, tx, table, now)
  await tellChanged(core, tx, table.roundId, `${table.id}.off`, left, now)
}

/** They come after all. False where the table has gone or their time is taken. */
export async function canCome(
  core: Core,
  tx: Tx,
  table: TableOfRound,
  personId: number,
  now: Temporal.Instant,
): Promise<boolean> {
  const span = spanOf(table)
  if (!isAhead(table, now)) return false
  if (span) {
    const today = todayOf(core, now)
    const day = span.start.toZonedDateTimeISO(core.zone).toPlainDate()
    const times = await loadTimes(tx, [personId], day, today, core.zone)
    if (!times.isFree(personId, span)) return false
  }
  await setSeat(tx, table.roundId, personId, 'coming')
  await settle(core, tx, table.id, (coming) => coming.filter((id) => id !== personId), now)
  return true
}

/** Gives up all their coming seats: they leave, pause, or are on leave on days that `only` names. */
export async function giveUpSeats(
  core: Core,
  tx: Tx,
  personId: number,
  now: Temporal.Instant,
  only: {
    readonly seriesId?: number
    readonly until?: Temporal.PlainDate
    readonly days?: (day: Temporal.PlainDate) => boolean
  } = {},
): Promise<void> {
  const rows = await tx.gatheringSeat.findMany({
    where: {
      personId,
      status: 'coming',
      table: {
        status: { in: ['planned', 'unplaced'] },
        OR: [{ startsAt: { gt: toDbInstant(now) } }, { startsAt: null }],
        round: { status: 'published', ...(only.seriesId && { seriesId: only.seriesId }) },
      },
    },
    select: { tableId: true, table: { select: { roundId: true } } },
    orderBy: { tableId: 'asc' },
  })
  for (const { tableId, table } of rows) {
    await tx.$queryRaw`SELECT id FROM gathering_round WHERE id = ${table.roundId} FOR UPDATE`
    // As it is now: what somebody before gave up may have moved it.
    const found = await findTable(tx, tableId)
    const span = found && spanOf(found)
    if (!found || !isAhead(found, now)) continue
    const day = span?.start.toZonedDateTimeISO(core.zone).toPlainDate()
    if (only.days && !(day && only.days(day))) continue
    if (only.until && day && Temporal.PlainDate.compare(day, only.until) > 0) continue
    await cannotCome(core, tx, found, personId, now)
  }
}
