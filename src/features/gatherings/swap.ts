// HR has two people of a draft change places. What that does to the mix is said; whether somebody would rather not sit
// with somebody is not: where the new tables cannot be (that, or no time in common, which nobody can tell apart) the two
// stay where they are. Each try counts as a seating does, so that nobody's wishes can be found out by trying.
import { fromDbDate, toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Core } from '../feature.ts'
import { mostTries } from './limits.ts'
import { hasStaff, hostAmong } from './rules.ts'
import { gather, keptApart } from './seating/load.ts'
import { measure } from './seating/solve.ts'
import { comingTo, spanOf, type TableOfRound, tablesOf } from './store.ts'
import { findTime, firstDay, loadTimes } from './times.ts'

export type Swapped =
  | {
      readonly type: 'swapped'
      /** How many more pairs of one department, and of people who met before, there are now; negative: fewer. */
      readonly same: number
      readonly repeats: number
    }
  | { readonly type: 'stale' | 'tries' | 'one-table' | 'cannot' }

/** Of a draft, in the caller's transaction. */
export async function swap(
  core: Core,
  tx: Tx,
  roundId: number,
  version: number,
  [one, other]: readonly [number, number],
  today: Temporal.PlainDate,
): Promise<Swapped> {
  await tx.$queryRaw`SELECT id FROM gathering_round WHERE id = ${roundId} FOR UPDATE`
  const round = await tx.gatheringRound.findUnique({ where: { id: roundId }, include: { series: true } })
  if (round?.status !== 'draft' || round.version !== version || round.series.status !== 'open')
    return { type: 'stale' }
  const tables = await tablesOf(tx, roundId)
  const at = (id: number) => tables.find((table) => comingTo(table).includes(id))
  const [mine, theirs] = [at(one), at(other)]
  if (!mine || !theirs) return { type: 'stale' }
  if (mine.id === theirs.id) return { type: 'one-table' }
  if (round.tries >= mostTries) return { type: 'tries' }
  await tx.gatheringRound.update({
    where: { id: roundId },
    data: { tries: { increment: 1 }, version: { increment: 1 } },
  })
  const moved = [
    { table: mine, people: comingTo(mine).map((id) => (id === one ? other : id)) },
    { table: theirs, people: comingTo(theirs).map((id) => (id === other ? one : id)) },
  ]
  const apart = await keptApart(
    core,
    tx,
    round.seriesId,
    moved.flatMap(({ people }) => people),
  )
  if (moved.some(({ people }) => people.some((a) => people.some((b) => a !== b && apart(a, b)))))
    return { type: 'cannot' }
  const spans = await timesOf(core, tx, moved, tables, today)
  const { job } = await gather(core, tx, round.series, '', await dueDay(tx, round.dueOn, today), today)
  const guests = new Set(job.guests.flatMap(({ personId, guest }) => (guest ? [personId] : [])))
  if (!spans || moved.some(({ people }) => !hasStaff(people, guests))) return { type: 'cannot' }
  const leads = new Set(job.guests.flatMap(({ personId, facilitates }) => (facilitates ? [personId] : [])))
  for (const [i, { table, people }] of moved.entries()) {
    const span = spans[i]
    const able = people.filter((id) => leads.has(id))
    const hostId = people.includes(table.hostId)
      ? table.hostId
      : hostAmong(able.length > 0 ? able : people, job.hosted, guests)
    await tx.gatheringTable.update({
      where: { id: table.id },
      data: {
        ...(hostId !== undefined && { hostId }),
        status: span ? 'planned' : 'unplaced',
        startsAt: span ? toDbInstant(span.start) : null,
        endsAt: span ? toDbInstant(span.end) : null,
        version: { increment: 1 },
      },
    })
  }
  const seat = (personId: number, tableId: number) =>
    tx.gatheringSeat.update({ where: { roundId_personId: { roundId, personId } }, data: { tableId } })
  await seat(one, theirs.id)
  await seat(other, mine.id)
  const after = measure(job, (await tablesOf(tx, roundId)).map(comingTo))
  await tx.gatheringRound.update({ where: { id: roundId }, data: after })
  return {
    type: 'swapped',
    same: after.sameDepartment - round.sameDepartment,
    repeats: after.repeats - round.repeats,
  }
}

const dueDay = (tx: Tx, dueOn: Date, today: Temporal.PlainDate) => firstDay(tx, fromDbDate(dueOn), today)

/** Times for both; undefined where one that had a time would have none. */
async function timesOf(
  core: Core,
  tx: Tx,
  moved: readonly { readonly table: TableOfRound; readonly people: readonly number[] }[],
  tables: readonly TableOfRound[],
  today: Temporal.PlainDate,
) {
  const [first] = moved
  if (!first) return undefined
  const { round } = first.table
  const from = await dueDay(tx, round.dueOn, today)
  const everybody = moved.flatMap(({ people }) => people)
  const times = await loadTimes(tx, everybody, from, today, core.zone)
  const changed = new Set(moved.map(({ table }) => table.id))
  const taken = tables.flatMap((table) => (changed.has(table.id) ? [] : (spanOf(table) ?? [])))
  const found = []
  for (const { table, people } of moved) {
    const turn = table.number + round.number - 1
    const span = findTime(times, people, round.series, core.zone, turn, taken)
    if (!span && spanOf(table)) return undefined
    if (span) taken.push(span)
    found.push(span)
  }
  return found
}
