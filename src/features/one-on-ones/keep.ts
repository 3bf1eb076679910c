// Keeps a series a few meetings ahead: rows, everybody's time, and what is to be told of each.
import { book, release } from '../../agenda/bookings.ts'
import { writeAudit } from '../../db/audit.ts'
import { fromDbDate, toDbDate, toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import type { WantedNotice } from '../../delivery/notice.ts'
import { addWorkingDays } from '../../kernel/calendar.ts'
import type { Core } from '../feature.ts'
import { nextTimes, type Occurrence } from './cadence.ts'
import { kinds } from './kinds.ts'
import {
  type EndReason,
  type Meeting,
  meetingSubject,
  type Series,
  seriesSubject,
  weeksSubject,
} from './state.ts'
import { loadMeetings, setState } from './store.ts'
import { busyOf, type PairTime, pairTime, place, spanAt } from './time.ts'

/** So many meetings stand in the calendars. */
export const AHEAD = 3

/** The longest pause is of sixty days: so many of a weekly rhythm, and some. */
const MOST_LEFT_OUT = 16

const localDay = (at: Temporal.Instant, zone: string) => at.toZonedDateTimeISO(zone).toPlainDate()

const ahead = (series: Pick<Series, 'id'>, now: Temporal.Instant) => ({
  seriesId: series.id,
  status: { in: ['planned', 'unplaced'] },
  startsAt: { gt: toDbInstant(now) },
})

/** Adds the meetings that are missing. Does nothing for a series that is paused or over. */
export async function keep(core: Core, tx: Tx, series: Series, now: Temporal.Instant): Promise<void> {
  if (series.state.type !== 'active') return
  const { zone } = core
  const today = localDay(now, zone)
  const missing = AHEAD - (await tx.oneOnOneMeeting.count({ where: ahead(series, now) }))
  if (missing <= 0) return
  const last = await tx.oneOnOneMeeting.aggregate({ where: { seriesId: series.id }, _max: { dueOn: true } })
  const lastDue = last._max.dueOn
  const lastDay = lastDue ? Temporal.PlainDate.from(lastDue.toISOString().slice(0, 10)) : today
  const after = Temporal.PlainDate.compare(lastDay, today) > 0 ? lastDay : today
  const pair = await pairTime(tx, series, today, zone)
  await add(core, tx, series, nextTimes(series, after, missing, pair.works), pair, now)
}

/** Times of the rhythm between today and the last meeting that have no row: a pause took them out. */
export function leftOut(
  series: Series,
  dues: ReadonlySet<string>,
  today: Temporal.PlainDate,
  works: (day: Temporal.PlainDate) => boolean,
): readonly Occurrence[] {
  const last = [...dues].toSorted().at(-1)
  if (last === undefined || last <= today.toString()) return []
  return nextTimes(series, today, MOST_LEFT_OUT, works).filter(
    ({ due }) => due.toString() < last && !dues.has(due.toString()),
  )
}

/** Puts back what a pause took out, where the days are of work after all. */
export async function fill(
  core: Core,
  tx: Tx,
  series: Series,
  dues: ReadonlySet<string>,
  now: Temporal.Instant,
): Promise<void> {
  const today = localDay(now, core.zone)
  const pair = await pairTime(tx, series, today, core.zone)
  await add(core, tx, series, leftOut(series, dues, today, pair.works), pair, now)
}

async function add(
  core: Core,
  tx: Tx,
  series: Series,
  times: readonly Occurrence[],
  pair: PairTime,
  now: Temporal.Instant,
): Promise<void> {
  const { zone } = core
  const [first, final] = [times[0], times.at(-1)]
  if (!first || !final) return
  const busy = await busyOf(tx, series, first.on, final.on.add({ days: 7 }), zone)
  const made: Meeting[] = []
  for (const { due, on } of times) {
    const found = place(pair, series, on, busy, zone)
    const span = found ?? spanAt(on, series, zone)
    const status = found ? 'planned' : 'unplaced'
    const row = await tx.oneOnOneMeeting.create({
      data: {
        seriesId: series.id,
        dueOn: toDbDate(due),
        startsAt: toDbInstant(span.start),
        endsAt: toDbInstant(span.end),
        status,
      },
    })
    const meeting: Meeting = {
      ...span,
      id: row.id,
      seriesId: series.id,
      due,
      status,
      version: 1,
      answers: [],
    }
    if (found) {
      busy.push(found)
      await bookMeeting(tx, series, meeting)
    }
    made.push(meeting)
  }
  await planMeetings(core, tx, series, made, pair, now)
}

export const bookMeeting = (tx: Tx, series: Series, meeting: Pick<Meeting, 'id' | 'start' | 'end'>) =>
  book(tx, {
    subject: meetingSubject(meeting.id),
    personIds: [series.leadId, series.memberId],
    startsAt: meeting.start,
    endsAt: meeting.end,
    exclusive: true,
  })

/** Takes out meetings that have not begun: all, or from the first day on that `works` refuses. */
export async function clearAhead(
  core: Core,
  tx: Tx,
  series: Series,
  now: Temporal.Instant,
  works?: (day: Temporal.PlainDate) => boolean,
): Promise<void> {
  const coming = await loadMeetings(tx, ahead(series, now))
  const from = works ? coming.findIndex((each) => !works(localDay(each.start, core.zone))) : 0
  await takeOut(core, tx, from < 0 ? [] : coming.slice(from), now)
}

async function takeOut(core: Core, tx: Tx, gone: readonly Meeting[], now: Temporal.Instant): Promise<void> {
  if (gone.length === 0) return
  await release(
    tx,
    gone.map(({ id }) => meetingSubject(id)),
  )
  await core.notices.reconcile(
    tx,
    gone.map(({ id }) => ({ subject: meetingSubject(id), wanted: [] })),
    now,
  )
  await tx.oneOnOneMeeting.deleteMany({ where: { id: { in: gone.map(({ id }) => id) } } })
}

/** Takes out those that fall on days on which everything rests: nobody skipped them, and the others stay. */
export async function clearClosed(
  core: Core,
  tx: Tx,
  series: Series,
  now: Temporal.Instant,
  rests: (day: Temporal.PlainDate) => boolean,
): Promise<void> {
  const coming = await loadMeetings(tx, ahead(series, now))
  await takeOut(
    core,
    tx,
    coming.filter(({ start }) => rests(localDay(start, core.zone))),
    now,
  )
}

/** So many days ahead the two hear that no time was found: late enough for calendars to be filled in. */
const UNPLACED_DAYS = 14

/** The question in the evening of the day; a meeting that ends later is asked about at its end. */
const EVENING = Temporal.PlainTime.from('16:30')

/** What is told of a meeting: a nudge on the working morning before, and in the evening whether it was held. */
export async function planMeetings(
  core: Core,
  tx: Tx,
  series: Series,
  meetings: readonly Meeting[],
  pair: PairTime,
  now: Temporal.Instant,
): Promise<void> {
  const people = [series.leadId, series.memberId]
  const subjects = meetings.map((meeting) => {
    const day = localDay(meeting.start, core.zone)
    const anchor = String(meeting.start.epochMilliseconds / 60_000)
    const evening = day.toZonedDateTime({ timeZone: core.zone, plainTime: EVENING }).toInstant()
    const asked = Temporal.Instant.compare(evening, meeting.end) > 0 ? evening : meeting.end
    const wanted = people.flatMap((recipientId, i): WantedNotice[] => {
      const calendar = pair.calendars[i]
      if (meeting.status === 'unplaced') {
        const early = meeting.start.subtract({ hours: 24 * UNPLACED_DAYS })
        const dueAt = Temporal.Instant.compare(early, now) > 0 ? early : now
        return [{ kind: kinds.unplaced, recipientId, rung: 'told', anchor, dueAt }]
      }
      if (meeting.status !== 'planned' || !calendar) return []
      const before = addWorkingDays(calendar, day, -1)
      const morning = before.toZonedDateTime({ timeZone: core.zone, plainTime: calendar.opensAt }).toInstant()
      return [
        { kind: kinds.nudge, recipientId, rung: '-1', anchor, dueAt: morning },
        { kind: kinds.held, recipientId, rung: 'held', anchor, dueAt: asked },
      ]
    })
    return { subject: meetingSubject(meeting.id), wanted }
  })
  await core.notices.reconcile(tx, subjects, now)
}

/** On the Friday of each week of a plan, in the afternoon, whoever has not ticked it is asked. */
const WEEK_ASKED = { weekday: 5, time: Temporal.PlainTime.from('15:00') }

/** A week that begins just before Friday has hardly begun by then: it is asked about on its last day. */
function weekAskedOn(first: Temporal.PlainDate): Temporal.PlainDate {
  const days = (WEEK_ASKED.weekday - first.dayOfWeek + 7) % 7
  return first.add({ days: days < 3 ? 6 : days })
}

/** What is told of the weeks of a plan; nothing once the series is over. */
export async function planWeeks(
  core: Core,
  tx: Tx,
  series: Pick<Series, 'id' | 'leadId' | 'memberId' | 'state'>,
  now: Temporal.Instant,
): Promise<void> {
  const weeks =
    series.state.type === 'ended' ? [] : await tx.ojtWeek.findMany({ where: { seriesId: series.id } })
  const wanted = weeks.flatMap(({ week, beginsOn }) => {
    const first = fromDbDate(beginsOn)
    const dueAt = weekAskedOn(first)
      .toZonedDateTime({ timeZone: core.zone, plainTime: WEEK_ASKED.time })
      .toInstant()
    return [series.leadId, series.memberId].map(
      (recipientId): WantedNotice => ({
        kind: kinds.week,
        recipientId,
        rung: `week-${week}`,
        anchor: first.toString(),
        dueAt,
        detail: { week },
      }),
    )
  })
  await core.notices.reconcile(tx, [{ subject: weeksSubject(series.id), wanted }], now)
}

/** Told once to whoever did not do it themselves. */
export async function tell(
  core: Core,
  tx: Tx,
  kind: (typeof kinds)[keyof typeof kinds],
  series: Pick<Series, 'id'>,
  what: { readonly to: readonly number[]; readonly anchor: string; readonly meeting?: number },
  now: Temporal.Instant,
): Promise<void> {
  await core.notices.reconcile(
    tx,
    [
      {
        subject: `${kind.replace('.', '-')}:${what.meeting ?? series.id}`,
        wanted: what.to.map((recipientId) => ({
          kind,
          recipientId,
          rung: 'told',
          anchor: what.anchor,
          dueAt: now,
          detail: { series: series.id, ...(what.meeting !== undefined && { meeting: what.meeting }) },
        })),
      },
    ],
    now,
  )
}

/** Ends a series: its coming meetings go, what was entrusted stays with the member. */
export async function endSeries(
  core: Core,
  tx: Tx,
  series: Series,
  end: { readonly why: EndReason; readonly actorId: number | null; readonly flow: string | null },
  now: Temporal.Instant,
): Promise<void> {
  if (series.state.type === 'ended') return
  await clearAhead(core, tx, series, now)
  const state = { type: 'ended', on: localDay(now, core.zone), why: end.why } as const
  await setState(tx, series.id, state)
  if (series.kind === 'ojt') await planWeeks(core, tx, { ...series, state }, now)
  await auditSeries(tx, series, 'ended', { why: end.why }, { ...end, now })
  const to = [series.leadId, series.memberId].filter((id) => id !== end.actorId)
  await tell(core, tx, kinds.ended, series, { to, anchor: String(series.id) }, now)
}

export interface By {
  readonly actorId: number | null
  readonly flow: string | null
  readonly now: Temporal.Instant
}

/** Who changed the arrangement; never a topic, a note, a feeling, an answer or a skip: these are the two's alone. */
export const auditSeries = (
  tx: Tx,
  series: Pick<Series, 'id' | 'memberId'>,
  action: string,
  change: Readonly<Record<string, string | number | boolean | null>>,
  by: By,
): Promise<void> =>
  writeAudit(tx, {
    at: by.now,
    actorId: by.actorId,
    via: by.actorId === null ? 'system' : 'chat',
    action: `one-on-one.${action}`,
    subject: seriesSubject(series.id),
    subjectPersonId: series.memberId,
    change,
    flow: by.flow,
  })
