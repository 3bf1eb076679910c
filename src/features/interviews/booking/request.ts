// From what a dialog asked for to hours that can be written down: shared by offers and arrangements.
import { assembly, occupiedSpans } from '../../../agenda/busy-times.ts'
import type { Span } from '../../../agenda/span.ts'
import type { Field, FieldErrors } from '../../../cards/card.ts'
import { fromDbInstant, toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { attendees, loadSessions } from '../../../directory/assembly.ts'
import { calendarsOf } from '../../../directory/calendars.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { type WorkingCalendar, workingDayOnOrAfter } from '../../../kernel/calendar.ts'
import { formatDate, formatTime } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Interview } from '../state.ts'
import { type HoursWanted, hoursError } from './form-values.ts'
import { type ClosedDay, proposeSlots } from './slots.ts'
import { isTooFar, textsIn, whyClosed } from './texts.ts'

/** The working calendar that holds for somebody on a day. */
export async function calendarOf(tx: Tx, personId: number, on: Temporal.PlainDate): Promise<WorkingCalendar> {
  const org = await loadOrganisation(tx, on, [personId])
  return (await calendarsOf(tx, [personId], org))(personId)
}

/** Closed days in words, the first five of them. */
export function closedWords(closed: readonly ClosedDay[], language: Language) {
  const t = textsIn(language)
  const shown = closed.slice(0, 5).map(({ date, reason }) => ({
    date: formatDate(date, language),
    why: whyClosed(reason, language),
  }))
  const left = closed.length - shown.length
  return left > 0 ? [...shown, { date: t.andMore(left), why: '' }] : shown
}

export type Proposed =
  | { readonly slots: readonly Span[]; readonly closed: readonly ClosedDay[] }
  | { readonly errors: FieldErrors }

/** Hours of `ownerId` that can be written down, or what to mend at which field. Reads what is taken already. */
export async function propose(
  tx: Tx,
  ownerId: number,
  wanted: HoursWanted,
  zone: string,
  now: Temporal.Instant,
  language: Language,
  most: number,
): Promise<Proposed> {
  const t = textsIn(language)
  const calendar = await calendarOf(tx, ownerId, now.toZonedDateTimeISO(zone).toPlainDate())
  const start = wanted.from.toZonedDateTime(zone).toInstant()
  const end = wanted.to.add({ days: 1 }).toZonedDateTime(zone).toInstant()
  const own = await tx.slot.findMany({
    where: {
      ownerId,
      status: { in: ['offered', 'taken', 'arranging'] },
      startsAt: { lt: toDbInstant(end) },
      endsAt: { gt: toDbInstant(start) },
    },
  })
  const occupied = await occupiedSpans(tx, [ownerId], start, end)
  const withoutAssembly: Span[] = [
    ...occupied.filter(({ subject }) => subject !== assembly),
    ...own.map((slot) => ({ start: fromDbInstant(slot.startsAt), end: fromDbInstant(slot.endsAt) })),
  ]
  const taken = wanted.assembly
    ? withoutAssembly
    : [...withoutAssembly, ...occupied.filter(({ subject }) => subject === assembly)]
  try {
    const outcome = proposeSlots(wanted, calendar, zone, taken, now, most)
    switch (outcome.type) {
      case 'slots':
        return outcome
      case 'closed': {
        const days = closedWords(outcome.closed, language)
        return { errors: { from: t.onlyClosed(days) } }
      }
      case 'no-day':
        return { errors: { weekdays: t.noSuchDay } }
      case 'hours':
        return { errors: { hoursFrom: hoursError(calendar, language) } }
      case 'full': {
        const free =
          taken.length > withoutAssembly.length &&
          proposeSlots(wanted, calendar, zone, withoutAssembly, now, most).type !== 'full'
        return { errors: free ? { to: t.assemblySits } : { hoursTo: t.allTaken } }
      }
      case 'too-many':
        return { errors: { to: t.tooMany(outcome.count, most) } }
      default:
        return outcome satisfies never
    }
  } catch (error) {
    if (isTooFar(error)) return { errors: { to: t.tooFar } }
    throw error
  }
}

/** Somebody attends the assembly, of which there is some to come: hours it sits at are left out unless they want them. */
export async function attendsAssembly(tx: Tx, personId: number, today: Temporal.PlainDate): Promise<boolean> {
  const ahead = await loadSessions(tx, today)
  return ahead.length > 0 && (await attendees(tx, today, [personId])).has(personId)
}

/** The fields of period, weekdays, hours, length and place, filled in as most will want them. */
export function requestFields(
  waiting: readonly Interview[],
  calendar: WorkingCalendar,
  today: Temporal.PlainDate,
  language: Language,
  attends = false,
): Field[] {
  const t = textsIn(language)
  const later = (a: Temporal.PlainDate, b: Temporal.PlainDate) =>
    Temporal.PlainDate.compare(a, b) >= 0 ? a : b
  const opens = waiting.flatMap((each) => each.step?.opensOn ?? []).sort(Temporal.PlainDate.compare)[0]
  const deadline = waiting
    .map((each) => each.deadline)
    .sort(Temporal.PlainDate.compare)
    .at(-1)
  const from = workingDayOnOrAfter(calendar, later(today.add({ days: 1 }), opens ?? today))
  const twoWeeks = from.add({ days: 13 })
  const to =
    deadline &&
    Temporal.PlainDate.compare(deadline, twoWeeks) < 0 &&
    Temporal.PlainDate.compare(deadline, from) >= 0
      ? deadline
      : twoWeeks
  const time = (wish: string) => {
    const wished = Temporal.PlainTime.from(wish)
    const { opensAt, closesAt } = calendar
    const within =
      Temporal.PlainTime.compare(wished, opensAt) >= 0 &&
      (closesAt.equals(Temporal.PlainTime.from('00:00')) || Temporal.PlainTime.compare(wished, closesAt) <= 0)
    return within ? wished : undefined
  }
  return [
    { type: 'date', name: 'from', label: t.from, value: from.toString() },
    { type: 'date', name: 'to', label: t.to, value: to.toString() },
    {
      type: 'checkboxes',
      name: 'weekdays',
      label: t.weekdays,
      options: t.weekday.map((label, index) => ({ label, value: String(index + 1) })),
      values: [...calendar.weekdays].sort().map(String),
    },
    {
      type: 'time',
      name: 'hoursFrom',
      label: t.hoursFrom,
      value: formatTime(time('09:00') ?? calendar.opensAt),
    },
    {
      type: 'time',
      name: 'hoursTo',
      label: t.hoursTo,
      value: formatTime(time('17:00') ?? calendar.closesAt),
    },
    {
      type: 'number',
      name: 'minutes',
      label: t.minutes,
      value: waiting[0]?.step?.minutes ?? 30,
      min: 5,
      max: 480,
    },
    { type: 'text', name: 'place', label: t.place, hint: t.placeHint, optional: true, maxLength: 200 },
    {
      type: 'checkboxes',
      name: 'lunch',
      label: t.lunchLabel,
      options: [
        { label: t.lunch, value: 'lunch' },
        ...(attends ? [{ label: t.assemblyToo, value: 'assembly' }] : []),
      ],
      optional: true,
    },
  ]
}
