// Time that people of a table have in common, from their calendars, leave and what any programme has booked.
import { slotsInCommon } from '../../agenda/common-time.ts'
import { peoplesTime } from '../../agenda/peoples-time.ts'
import { before, overlaps, type Span } from '../../agenda/span.ts'
import type { GatheringSeries } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import { loadCalendars } from '../../directory/calendars.ts'
import type { Organisation } from '../../directory/organisation.ts'
import { workingDaysFrom } from '../../kernel/calendar.ts'
import { hoursOf, type PartOfDay } from './rules.ts'

/** Days, closed ones included, in which a time for a round is looked for. */
export const SEARCH_DAYS = 21
/** Nobody is invited for tomorrow. */
const NOTICE_DAYS = 3

/** What is asked of a time. */
export type Asked = Pick<GatheringSeries, 'minutes' | 'hours' | 'parallel'>

export interface Times {
  readonly from: Temporal.PlainDate
  slots(people: readonly number[], day: Temporal.PlainDate, asked: Asked): Span[]
  isFree(person: number, span: Span): boolean
  /** Counts a span as taken from now on. */
  take(people: readonly number[], span: Span): void
}

/** The first day for a table: when the round is due, but never at short notice. */
export async function firstDay(
  tx: Tx,
  due: Temporal.PlainDate,
  today: Temporal.PlainDate,
): Promise<Temporal.PlainDate> {
  const soon = workingDaysFrom((await loadCalendars(tx)).city, today, NOTICE_DAYS)
  return Temporal.PlainDate.compare(due, soon) > 0 ? due : soon
}

/**
 * Everything known of these people's time, from a day on. `except`: subjects of bookings that do not count; `known`: the
 * organisation with their posts, where the caller has it.
 */
export async function loadTimes(
  tx: Tx,
  personIds: readonly number[],
  from: Temporal.PlainDate,
  today: Temporal.PlainDate,
  zone: string,
  except: ReadonlySet<string> = new Set(),
  known?: Organisation,
): Promise<Times> {
  const days = { from, to: from.add({ days: SEARCH_DAYS }) }
  const people = await peoplesTime(tx, personIds, days, today, zone, { except, known })
  const timed = (wanted: readonly number[]) => wanted.flatMap((id) => people.get(id) ?? [])
  return {
    from,
    slots: (wanted, day, { minutes, hours }) =>
      slotsInCommon(timed(wanted), day, hoursOf(hours as PartOfDay), minutes, zone),
    isFree: (id, span) => {
      const [start, end] = [span.start.toZonedDateTimeISO(zone), span.end.toZonedDateTimeISO(zone)]
      const hours = { from: start.toPlainTime(), to: end.toPlainTime() }
      const minutes = Math.round(start.until(end).total('minutes'))
      return slotsInCommon(timed([id]), start.toPlainDate(), [hours], minutes, zone).length > 0
    },
    take: (wanted, span) => {
      for (const id of wanted) people.get(id)?.busy.push(span)
    },
  }
}

/** Whether the place holds one more table then. */
export const hasRoom = (span: Span, { parallel }: Pick<Asked, 'parallel'>, taken: readonly Span[]): boolean =>
  parallel === null || taken.filter((each) => overlaps(each, span)).length < parallel

/** The hour of the day that a table would like best, so that not all sit at the same time. */
const liked = [10, 14, 11, 15, 13, 16]

/**
 * A time that all of them have, in the days of the search; tables begin their search on different days and hours.
 * `taken`: when other tables of the round sit, where the place holds only some at once. Undefined where there is none.
 */
export function findTime(
  times: Times,
  people: readonly number[],
  asked: Asked,
  zone: string,
  turn = 0,
  taken: readonly Span[] = [],
): Span | undefined {
  const days = Array.from({ length: SEARCH_DAYS }, (_, i) => times.from.add({ days: i }))
  const start = turn % 5
  const wanted = (liked[turn % liked.length] ?? 10) * 60
  const off = ({ start: at }: Span) => {
    const { hour, minute } = at.toZonedDateTimeISO(zone)
    return Math.abs(hour * 60 + minute - wanted)
  }
  for (const day of [...days.slice(start), ...days.slice(0, start)]) {
    const [slot] = times
      .slots(people, day, asked)
      .filter((slot) => hasRoom(slot, asked, taken))
      .sort((a, b) => off(a) - off(b) || Temporal.Instant.compare(a.start, b.start))
    if (slot) return slot
  }
  return undefined
}

export interface Proposal extends Span {
  /** How many of the table are free then. */
  readonly free: number
}

/**
 * Times for a host to choose from, one a day: those that all have, else those that the host and most others have. The
 * nearest to `present`, in order; nothing that is not after `now`, and not the present time again.
 */
export function proposals(
  times: Times,
  { people, host, present }: Choosing,
  asked: Asked,
  now: Temporal.Instant,
  zone: string,
  taken: readonly Span[] = [],
  most = 6,
): Proposal[] {
  const days = Array.from({ length: SEARCH_DAYS }, (_, i) => times.from.add({ days: i }))
  const coming = (span: Span) => people.filter((id) => times.isFree(id, span)).length
  const fromTen = ({ start }: Span) => Math.abs(start.toZonedDateTimeISO(zone).hour - 10)
  const best = (who: readonly number[]) =>
    days.flatMap((day): Proposal[] => {
      const [slot] = times
        .slots(who, day, asked)
        .filter(
          (each) => before(now, each.start) && !each.start.equals(present) && hasRoom(each, asked, taken),
        )
        .map((span) => ({ ...span, free: coming(span) }))
        .sort((a, b) => b.free - a.free || fromTen(a) - fromTen(b))
      return slot ? [slot] : []
    })
  const far = ({ start }: Span) => Math.abs(start.epochMilliseconds - present.epochMilliseconds)
  const inOrder = (found: readonly Proposal[]) =>
    found.slice(0, most).sort((a, b) => Temporal.Instant.compare(a.start, b.start))
  const all = best(people)
  if (all.length > 0) return inOrder(all.sort((a, b) => far(a) - far(b)))
  return inOrder(
    best([host])
      .filter(({ free }) => free >= 2)
      .sort((a, b) => b.free - a.free || far(a) - far(b)),
  )
}

export interface Choosing {
  readonly people: readonly number[]
  readonly host: number
  /** When it sits now, or was to sit. */
  readonly present: Temporal.Instant
}
