// What the directory's changes and a new day do to 1on1s. Running any of it twice changes nothing.
import { fromDbDate, fromDbDateOrNull, toDbDate, toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { type Closure, closureOn } from '../../directory/closures.ts'
import type { DomainEvent } from '../../directory/events.ts'
import { leadsOf } from '../../directory/lines.ts'
import { inForce, loadOrganisation } from '../../directory/load.ts'
import { readSetting } from '../../directory/settings.ts'
import type { Core } from '../feature.ts'
import { AHEAD, auditSeries, clearAhead, clearClosed, endSeries, fill, keep, leftOut, tell } from './keep.ts'
import { kinds } from './kinds.ts'
import { optIn } from './settings.ts'
import type { Series } from './state.ts'
import { createSeries, loadSeries, setState } from './store.ts'
import { pairTime } from './time.ts'

/** Pairs that come into being by themselves on one day: a city of thousands starts over some days. */
const MOST_A_DAY = 100

/** Some day of it is one of work now. */
const reopens = ({ from, to }: Closure, is: readonly Closure[]): boolean => {
  for (let day = from; Temporal.PlainDate.compare(day, to) < 0; day = day.add({ days: 1 }))
    if (!closureOn(is, day)) return true
  return false
}

const system = (now: Temporal.Instant) => ({ actorId: null, flow: null, now })

export function following(core: Core) {
  const todayOf = (now: Temporal.Instant) => now.toZonedDateTimeISO(core.zone).toPlainDate()

  return async (event: DomainEvent, tx: Tx, now: Temporal.Instant): Promise<void> => {
    switch (event.type) {
      case 'day-opened':
        await resume(tx, now)
        await keepAll(tx, now)
        await begin(tx, now)
        return
      case 'people-changed':
      case 'transfer-effective':
        return review(tx, event.personIds, now)
      case 'absence-changed':
      case 'calendars-changed':
        return absences(tx, event.personIds, now)
      case 'closure-changed':
        return closures(tx, event, now)
      default:
        event satisfies never
    }
  }

  /** A pause is over with its last day. */
  async function resume(tx: Tx, now: Temporal.Instant): Promise<void> {
    const over = { status: 'paused', pausedUntil: { lt: toDbDate(todayOf(now)) } }
    for (const series of await loadSeries(tx, over)) {
      await setState(tx, series.id, { type: 'active' })
      await auditSeries(tx, series, 'resumed', {}, system(now))
    }
  }

  async function keepAll(tx: Tx, now: Temporal.Instant): Promise<void> {
    const rows = await tx.$queryRaw<{ id: number }[]>`
      SELECT s.id FROM one_on_one s WHERE s.status = 'active' AND ${AHEAD}::int > (
        SELECT count(*) FROM one_on_one_meeting m WHERE m.series_id = s.id
          AND m.status IN ('planned', 'unplaced') AND m.starts_at > ${toDbInstant(now)}::timestamptz)`
    for (const series of await loadSeries(tx, { id: { in: rows.map(({ id }) => id) } }))
      await keep(core, tx, series, now)
  }

  /** Where the city has opted in, whoever has a supervisor and no 1on1 gets one with them. */
  async function begin(tx: Tx, now: Temporal.Instant): Promise<void> {
    const wanted = await readSetting(tx, optIn)
    if (!wanted.city && wanted.sections.length === 0) return
    const today = todayOf(now)
    const org = await loadOrganisation(tx, today)
    const sections = wanted.city
      ? org.sections().map(({ id }) => id)
      : wanted.sections.flatMap((id) => [...org.within(id)])
    const people = await tx.person.findMany({
      where: {
        AND: [
          { OR: [{ leftOn: null }, { leftOn: { gt: toDbDate(today) } }] },
          { posts: { some: { AND: [inForce(today), { main: true, sectionId: { in: sections } }] } } },
        ],
      },
      select: { id: true },
      orderBy: { id: 'asc' },
    })
    const known = await tx.oneOnOne.findMany({
      where: { kind: 'line', OR: [{ status: { not: 'ended' } }, { endReason: 'asked' }] },
      select: { leadId: true, memberId: true, status: true },
    })
    const served = new Set(known.flatMap(({ status, memberId }) => (status === 'ended' ? [] : [memberId])))
    // Whoever ended one is not given it again.
    const declined = new Set(known.map(({ leadId, memberId }) => `${leadId}:${memberId}`))
    const pairs = people.flatMap(({ id: memberId }) => {
      const [leadId] = leadsOf(org, memberId)
      if (leadId === undefined || served.has(memberId) || declined.has(`${leadId}:${memberId}`)) return []
      return [{ leadId, memberId }]
    })
    for (const { leadId, memberId } of pairs.slice(0, MOST_A_DAY)) {
      // Spread over weekdays and weeks, so that a supervisor of many does not meet them all on one day.
      const series = await createSeries(
        tx,
        { kind: 'line', leadId, memberId },
        {
          cadence: wanted.cadence,
          weekday: 1 + (memberId % 5),
          nth: 1 + (Math.floor(memberId / 5) % 4),
          startsOn: today.add({ days: 7 }),
          time: Temporal.PlainTime.from('10:00'),
          minutes: wanted.minutes,
          place: '',
        },
      )
      await auditSeries(tx, series, 'begun', { cadence: wanted.cadence }, system(now))
      await keep(core, tx, series, now)
      await tell(core, tx, kinds.begun, series, { to: [leadId, memberId], anchor: '1' }, now)
    }
  }

  /** A pair ends when one of them leaves, and when the supervisor is another one. */
  async function review(tx: Tx, personIds: readonly number[], now: Temporal.Instant): Promise<void> {
    const ids = [...personIds]
    const found = await loadSeries(tx, {
      status: { not: 'ended' },
      OR: [{ leadId: { in: ids } }, { memberId: { in: ids } }],
    })
    if (found.length === 0) return
    const today = todayOf(now)
    const everybody = found.flatMap(({ leadId, memberId }) => [leadId, memberId])
    const org = await loadOrganisation(tx, today, everybody)
    const rows = await tx.person.findMany({
      where: { id: { in: everybody } },
      select: { id: true, leftOn: true },
    })
    const left = new Set(
      rows.flatMap(({ id, leftOn }) => {
        const on = fromDbDateOrNull(leftOn)
        return on && Temporal.PlainDate.compare(on, today) <= 0 ? [id] : []
      }),
    )
    for (const series of found) {
      const why = whyOver(series)
      if (why) await endSeries(core, tx, series, { why, actorId: null, flow: null }, now)
    }

    function whyOver({ kind, leadId, memberId }: Series): 'left' | 'transfer' | undefined {
      if (left.has(leadId) || left.has(memberId)) return 'left'
      if (kind === 'line') return leadsOf(org, memberId).includes(leadId) ? undefined : 'transfer'
      // A trainer stands by a newcomer of their own section, or of one above or below it.
      const [trainer, newcomer] = [org.mainPost(leadId)?.sectionId, org.mainPost(memberId)?.sectionId]
      const near =
        trainer !== undefined &&
        newcomer !== undefined &&
        (org.within(trainer).has(newcomer) || org.within(newcomer).has(trainer))
      return near ? undefined : 'transfer'
    }
  }

  /** What falls on a day of rest is left out, without being a skip of anybody's; the next ones are found after it. */
  async function closures(
    tx: Tx,
    { was, is, from, to }: Extract<DomainEvent, { type: 'closure-changed' }>,
    now: Temporal.Instant,
  ): Promise<void> {
    if (was.some((closed) => reopens(closed, is))) await putBack(tx, now)
    const at = (day: Temporal.PlainDate) => toDbInstant(day.toZonedDateTime(core.zone).toInstant())
    const within = { status: { in: ['planned', 'unplaced'] }, startsAt: { gte: at(from), lt: at(to) } }
    const found = await loadSeries(tx, { status: 'active', meetings: { some: within } })
    for (const series of found) {
      await clearClosed(core, tx, series, now, (day) => closureOn(is, day) !== undefined)
      await keep(core, tx, series, now)
    }
  }

  /** A pause was taken back, or ends sooner: what it took out takes place again, unless the two have skipped it. */
  async function putBack(tx: Tx, now: Temporal.Instant): Promise<void> {
    const today = todayOf(now)
    const rows = await tx.oneOnOneMeeting.findMany({
      where: { series: { status: 'active' }, dueOn: { gt: toDbDate(today) } },
      select: { seriesId: true, dueOn: true },
    })
    const dues = new Map<number, Set<string>>()
    for (const { seriesId, dueOn } of rows) {
      const known = dues.get(seriesId) ?? new Set()
      dues.set(seriesId, known.add(fromDbDate(dueOn).toString()))
    }
    for (const series of await loadSeries(tx, { id: { in: [...dues.keys()] }, status: 'active' })) {
      const known = dues.get(series.id) ?? new Set()
      // Most miss none: asked of the rhythm alone, before anybody's days are read.
      if (leftOut(series, known, today, () => true).length > 0) await fill(core, tx, series, known, now)
    }
  }

  /** Nobody meets during a leave; monthly ones find another day of the month. */
  async function absences(tx: Tx, personIds: readonly number[], now: Temporal.Instant): Promise<void> {
    const ids = [...personIds]
    const found = await loadSeries(tx, {
      status: 'active',
      OR: [{ leadId: { in: ids } }, { memberId: { in: ids } }],
    })
    for (const series of found) {
      const { works } = await pairTime(tx, series, todayOf(now), core.zone)
      await clearAhead(core, tx, series, now, works)
      await keep(core, tx, series, now)
    }
  }
}
