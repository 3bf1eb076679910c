// A series and its members over time: called for, joined, paused, left, closed; what a day and the directory change.

import type { GatheringSeries } from '../../db/generated/client.ts'
import { fromDbDate, toDbDate, toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { tellOnce } from '../../delivery/told.ts'
import { findAudience } from '../../directory/audience/query.ts'
import { audienceSchema, type Reach } from '../../directory/audience.ts'
import { loadCalendars } from '../../directory/calendars.ts'
import { closureOn } from '../../directory/closures.ts'
import type { DomainEvent } from '../../directory/events.ts'
import { guestsAmong } from '../../directory/guests.ts'
import { loadAbsences, loadOrganisation } from '../../directory/load.ts'
import type { Organisation } from '../../directory/organisation.ts'
import { workingDayOnOrAfter, workingDaysFrom } from '../../kernel/calendar.ts'
import type { Core } from '../feature.ts'
import { giveUpSeats, putOffAfter } from './change.ts'
import { inviteNotices, kinds, memberSubject, seriesSubject } from './plan.ts'
import { hasRoundsLeft } from './rounds.ts'
import { isAhead, lockTable, spanOf } from './store.ts'

/** So many working days before a round is due whoever runs it is asked to seat it. */
const PREPARE_DAYS = 10
/** A table is asked about for so long before its round is counted for good. */
const ANSWER_DAYS = 14
/** A time is waited for so long after the round was due. */
const UNPLACED_DAYS = 60

export const reachOfSeries = (
  { sectionId }: Pick<GatheringSeries, 'sectionId'>,
  org: Organisation,
): Reach => [{ sections: sectionId === null ? 'all' : org.within(sectionId) }]

/** Everybody whom the series is for, those on leave too. `among`: only of these. */
export async function audienceOf(
  tx: Tx,
  series: Pick<GatheringSeries, 'sectionId' | 'audience'>,
  org: Organisation,
  among?: readonly number[],
): Promise<ReadonlySet<number>> {
  if (series.audience === null) return new Set()
  const audience = { ...audienceSchema.parse(series.audience), withAbsent: true }
  const people = among && audience.people ? audience.people.filter((id) => among.includes(id)) : among
  const { personIds } = await findAudience(tx, {
    audience: people ? { ...audience, people: [...people] } : audience,
    reach: reachOfSeries(series, org),
    on: org.on,
    org,
  })
  return new Set(personIds)
}

/** Everybody of the audience who is not asked yet is asked. Returns how many. */
export async function invite(
  core: Core,
  tx: Tx,
  series: GatheringSeries,
  org: Organisation,
  now: Temporal.Instant,
): Promise<number> {
  const known = await tx.gatheringMember.findMany({
    where: { seriesId: series.id },
    select: { personId: true },
  })
  const all = await audienceOf(tx, series, org)
  const fresh = [...all.difference(new Set(known.map(({ personId }) => personId)))]
  if (fresh.length === 0) return 0
  await tx.gatheringMember.createMany({
    data: fresh.map((personId) => ({ seriesId: series.id, personId })),
    skipDuplicates: true,
  })
  await replanInvites(core, tx, series, fresh, now)
  return fresh.length
}

/** The calls of these people made equal to their answers. */
export async function replanInvites(
  core: Core,
  tx: Tx,
  series: Pick<GatheringSeries, 'id' | 'status'>,
  personIds: readonly number[],
  now: Temporal.Instant,
): Promise<void> {
  const members = await tx.gatheringMember.findMany({
    where: { seriesId: series.id, personId: { in: [...personIds] } },
  })
  await core.notices.reconcile(
    tx,
    members.map((member) => ({
      subject: memberSubject(series.id, member.personId),
      wanted: inviteNotices(member, series, now),
    })),
    now,
  )
}

/** Out of it: what they entrusted is erased, their seats are given up. */
export async function leave(
  core: Core,
  tx: Tx,
  series: Pick<GatheringSeries, 'id' | 'status'>,
  personId: number,
  now: Temporal.Instant,
): Promise<void> {
  await tx.gatheringMember.updateMany({
    where: { seriesId: series.id, personId },
    data: { status: 'left', pausedUntil: null, facilitates: false, sealed: null },
  })
  await replanInvites(core, tx, series, [personId], now)
  await giveUpSeats(core, tx, personId, now, { seriesId: series.id })
}

/** No more rounds; what was entrusted is erased. Tables that are arranged take place. */
export async function closeSeries(
  core: Core,
  tx: Tx,
  series: Pick<GatheringSeries, 'id'>,
  today: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> {
  await tx.gatheringRound.deleteMany({ where: { seriesId: series.id, status: 'draft' } })
  const members = await tx.gatheringMember.findMany({
    where: { seriesId: series.id },
    select: { personId: true },
  })
  await tx.gatheringMember.updateMany({ where: { seriesId: series.id }, data: { sealed: null } })
  await tx.gatheringSeries.update({
    where: { id: series.id },
    data: { status: 'closed', closedOn: toDbDate(today), version: { increment: 1 } },
  })
  await core.notices.reconcile(
    tx,
    [
      { subject: seriesSubject(series.id), wanted: [] },
      ...members.map(({ personId }) => ({ subject: memberSubject(series.id, personId), wanted: [] })),
    ],
    now,
  )
}

/** Whoever runs it is asked to seat the round that comes. */
export async function replanSeries(
  core: Core,
  tx: Tx,
  series: GatheringSeries,
  now: Temporal.Instant,
): Promise<void> {
  const { city } = await loadCalendars(tx)
  const due = fromDbDate(series.nextOn)
  const wanted =
    series.status === 'open' && series.coordinatorId !== null && (await hasRoundsLeft(tx, series))
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const on = workingDaysFrom(city, due, -PREPARE_DAYS)
  // Whoever has only just called for people is not asked to seat them at the same moment.
  const day = Temporal.PlainDate.compare(on, today) > 0 ? on : workingDaysFrom(city, today, 1)
  const at = day.toZonedDateTime({ timeZone: core.zone, plainTime: city.opensAt }).toInstant()
  await core.notices.reconcile(
    tx,
    [
      {
        subject: seriesSubject(series.id),
        wanted:
          wanted && series.coordinatorId !== null
            ? [
                {
                  kind: kinds.prepare,
                  recipientId: series.coordinatorId,
                  rung: 'due',
                  anchor: due.toString(),
                  dueAt: Temporal.Instant.compare(at, now) > 0 ? at : now,
                  detail: { series: series.id },
                },
              ]
            : [],
      },
    ],
    now,
  )
}

/** Whether a round is to be seated now: it is due within the next two weeks and there is no draft of it. */
export async function isDue(tx: Tx, series: GatheringSeries, today: Temporal.PlainDate): Promise<boolean> {
  if (series.status !== 'open') return false
  const { city } = await loadCalendars(tx)
  const from = workingDaysFrom(city, fromDbDate(series.nextOn), -PREPARE_DAYS)
  return Temporal.PlainDate.compare(from, today) <= 0 && (await hasRoundsLeft(tx, series))
}

async function openDay(core: Core, tx: Tx, on: Temporal.PlainDate, now: Temporal.Instant): Promise<void> {
  await tx.gatheringMember.updateMany({
    where: { status: 'paused', pausedUntil: { lt: toDbDate(on) } },
    data: { status: 'joined', pausedUntil: null },
  })
  // Nobody has chosen a time for it: it does not hold its round up for ever.
  await tx.gatheringTable.updateMany({
    where: { status: 'unplaced', round: { dueOn: { lt: toDbDate(on.subtract({ days: UNPLACED_DAYS })) } } },
    data: { status: 'cancelled', version: { increment: 1 } },
  })
  const over = toDbInstant(now.subtract({ hours: 24 * ANSWER_DAYS }))
  const ended = await tx.gatheringRound.findMany({
    where: {
      status: 'published',
      tables: {
        none: { OR: [{ status: 'unplaced' }, { endsAt: { gte: over }, status: { not: 'cancelled' } }] },
      },
    },
    select: { id: true },
  })
  await tx.gatheringRound.updateMany({
    where: { id: { in: ended.map(({ id }) => id) } },
    data: { status: 'done', version: { increment: 1 } },
  })
  const open = await tx.gatheringSeries.findMany({ where: { status: 'open' }, orderBy: { id: 'asc' } })
  if (open.length === 0) return
  const org = await loadOrganisation(tx, on, [])
  for (const series of open) {
    const running = await tx.gatheringRound.count({
      where: { seriesId: series.id, status: { in: ['draft', 'published'] } },
    })
    if (running === 0 && !(await hasRoundsLeft(tx, series))) await closeSeries(core, tx, series, on, now)
    else await invite(core, tx, series, org, now)
  }
}

/** Who left, and who no longer belongs to whom a series is for, is out of it; a facilitator who was named stays. */
async function review(
  core: Core,
  tx: Tx,
  personIds: readonly number[],
  now: Temporal.Instant,
): Promise<void> {
  const ids = [...personIds]
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const left = new Set(
    (
      await tx.person.findMany({
        where: { id: { in: ids }, leftOn: { lte: toDbDate(today) } },
        select: { id: true },
      })
    ).map(({ id }) => id),
  )
  if (left.size > 0) {
    const run = await tx.gatheringSeries.findMany({ where: { coordinatorId: { in: [...left] } } })
    for (const series of run) {
      await tx.gatheringSeries.update({ where: { id: series.id }, data: { coordinatorId: null } })
      await replanSeries(core, tx, { ...series, coordinatorId: null }, now)
    }
  }
  const members = await tx.gatheringMember.findMany({
    where: { personId: { in: ids }, status: { not: 'left' }, series: { status: { not: 'closed' } } },
    include: { series: true },
    orderBy: [{ seriesId: 'asc' }, { personId: 'asc' }],
  })
  if (members.length === 0) return
  const org = await loadOrganisation(tx, today, [])
  const guests = await guestsAmong(tx, ids, today)
  for (const of of Map.groupBy(members, ({ seriesId }) => seriesId).values()) {
    const [first] = of
    if (!first) continue
    const fitting = await audienceOf(
      tx,
      first.series,
      org,
      of.map(({ personId }) => personId),
    )
    for (const { personId, facilitates, series } of of) {
      if (!left.has(personId) && (fitting.has(personId) || facilitates || guests.has(personId))) continue
      await leave(core, tx, series, personId, now)
    }
  }
  // Whoever has left is at no table to come, of closed series neither.
  for (const personId of left) await giveUpSeats(core, tx, personId, now)
}

async function absences(
  core: Core,
  tx: Tx,
  personIds: readonly number[],
  now: Temporal.Instant,
): Promise<void> {
  for (const personId of personIds) {
    const seats = await tx.gatheringSeat.findMany({
      where: { personId, status: 'coming', table: { startsAt: { gt: toDbInstant(now) } } },
      include: { table: true },
    })
    const away = new Set<string>()
    for (const { table } of seats) {
      const day = table.startsAt?.toISOString()
      if (!day) continue
      const on = Temporal.Instant.from(day).toZonedDateTimeISO(core.zone).toPlainDate()
      if ((await loadAbsences(tx, on, [personId])).has(personId)) away.add(on.toString())
    }
    if (away.size > 0) await giveUpSeats(core, tx, personId, now, { days: (day) => away.has(day.toString()) })
  }
}

/** Tables on days of rest are put off, and a round that is due on one is due when work goes on. */
async function closures(
  core: Core,
  tx: Tx,
  { is, from, to }: Extract<DomainEvent, { type: 'closure-changed' }>,
  now: Temporal.Instant,
): Promise<void> {
  const at = (day: Temporal.PlainDate) => toDbInstant(day.toZonedDateTime(core.zone).toInstant())
  const tables = await tx.gatheringTable.findMany({
    where: { status: 'planned', startsAt: { gte: at(from), lt: at(to) }, round: { status: 'published' } },
    select: { id: true },
    orderBy: { id: 'asc' },
  })
  for (const { id } of tables) {
    const table = await lockTable(tx, id)
    const span = table && spanOf(table)
    if (!table || !span || !isAhead(table, now)) continue
    const closed = closureOn(is, span.start.toZonedDateTimeISO(core.zone).toPlainDate())
    if (closed) await putOffAfter(core, tx, table, closed.to, now)
  }
  const series = await tx.gatheringSeries.findMany({
    where: { status: 'open', nextOn: { gte: toDbDate(from), lt: toDbDate(to) } },
    orderBy: { id: 'asc' },
  })
  const { city } = await loadCalendars(tx)
  for (const one of series) {
    if (!closureOn(is, fromDbDate(one.nextOn))) continue
    const nextOn = toDbDate(workingDayOnOrAfter(city, fromDbDate(one.nextOn)))
    await tx.gatheringSeries.update({ where: { id: one.id }, data: { nextOn, version: { increment: 1 } } })
    await replanSeries(core, tx, { ...one, nextOn }, now)
  }
}

/** What the directory's changes and a new day do. Running any of it twice changes nothing. */
export const following =
  (core: Core) =>
  (event: DomainEvent, tx: Tx, now: Temporal.Instant): Promise<void> => {
    switch (event.type) {
      case 'day-opened':
        return openDay(core, tx, event.on, now)
      case 'people-changed':
      case 'transfer-effective':
        return review(core, tx, event.personIds, now)
      case 'absence-changed':
        return absences(core, tx, event.personIds, now)
      case 'closure-changed':
        return closures(core, tx, event, now)
      case 'calendars-changed':
        return Promise.resolve()
      default:
        return event satisfies never
    }
  }

/** Told once that one is asked to lead tables. */
export const tellNamed = (
  core: Core,
  tx: Tx,
  seriesId: number,
  personIds: readonly number[],
  now: Temporal.Instant,
): Promise<void> =>
  tellOnce(
    core,
    tx,
    personIds.map((recipientId) => ({
      kind: kinds.named,
      recipientId,
      subject: `gatherings.named:${recipientId}:${seriesId}`,
      detail: { series: seriesId },
    })),
    now,
  )
