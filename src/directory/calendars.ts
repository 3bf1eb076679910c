import { fromDbDate } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import { cityCalendar, type WorkingCalendar } from '../kernel/calendar.ts'
import { atRest, type Closure, loadClosures } from './closures.ts'
import type { Organisation } from './organisation.ts'

/** The code of the calendar that holds for everybody without another one. */
export const CITY = 'city'

/** A tree of sections is a few floors high; one that leads round in a circle is left after this many. */
const highestTree = 50

/** All calendars of the organisation by id, and the city's own. */
export interface Calendars {
  readonly city: WorkingCalendar
  byId(id: number): WorkingCalendar | undefined
}

/** @param closures other days of rest than those that are stored: how it would be with them */
export async function loadCalendars(tx: Tx, closures?: readonly Closure[]): Promise<Calendars> {
  const resting = closures ?? (await loadClosures(tx))
  const rows = await tx.calendar.findMany({ include: { days: true } })
  const read = rows.map((row): [number, string, WorkingCalendar] => [
    row.id,
    row.code,
    {
      weekdays: new Set(row.weekdays),
      observesHolidays: row.observesHolidays,
      opensAt: Temporal.PlainTime.from(row.opensAt),
      closesAt: Temporal.PlainTime.from(row.closesAt),
      exceptions: new Map(
        row.days.map((day) => [fromDbDate(day.date).toString(), { open: day.open, note: day.note }]),
      ),
    },
  ])
  const byId = new Map(read.map(([id, , calendar]) => [id, atRest(calendar, resting)]))
  const own = read.find(([, code]) => code === CITY)
  return { city: (own && byId.get(own[0])) ?? atRest(cityCalendar, resting), byId: (id) => byId.get(id) }
}

/** Each person's own calendar, else that of the nearest section upwards of the main post, else the city's. */
export async function calendarsOf(
  tx: Tx,
  personIds: readonly number[],
  org: Organisation,
  known?: Calendars,
): Promise<(personId: number) => WorkingCalendar> {
  const calendars = known ?? (await loadCalendars(tx))
  const own = await tx.person.findMany({
    where: { id: { in: [...new Set(personIds)] }, calendarId: { not: null } },
    select: { id: true, calendarId: true },
  })
  const bySection = new Map(
    (
      await tx.section.findMany({
        where: { calendarId: { not: null } },
        select: { id: true, calendarId: true },
      })
    ).map((section) => [section.id, section.calendarId]),
  )
  const byPerson = new Map(own.map((person) => [person.id, person.calendarId]))
  return (personId) => {
    const personal = byPerson.get(personId)
    if (personal) return calendars.byId(personal) ?? calendars.city
    const post = org.mainPost(personId)
    for (const section of post ? org.chain(post.sectionId) : []) {
      const id = bySection.get(section.id)
      if (id) return calendars.byId(id) ?? calendars.city
    }
    return calendars.city
  }
}

/** One person's calendar on a day, as `calendarsOf` finds it, without reading the whole organisation. */
export async function calendarOf(tx: Tx, personId: number, on: Temporal.PlainDate): Promise<WorkingCalendar> {
  const day = on.toString()
  const [found] = await tx.$queryRaw<{ id: number | null }[]>`
    WITH RECURSIVE up AS (
      SELECT s.parent_id, s.calendar_id, 0 AS height
      FROM post p JOIN section s ON s.id = p.section_id
      WHERE p.person_id = ${personId} AND p.main
        AND p.valid_from <= ${day}::date AND (p.valid_to IS NULL OR p.valid_to > ${day}::date)
        AND s.valid_from <= ${day}::date AND (s.valid_to IS NULL OR s.valid_to > ${day}::date)
      UNION ALL
      SELECT s.parent_id, s.calendar_id, up.height + 1
      FROM up JOIN section s ON s.id = up.parent_id
      WHERE s.valid_from <= ${day}::date AND (s.valid_to IS NULL OR s.valid_to > ${day}::date)
        AND up.height < ${highestTree}::int)
    SELECT coalesce((SELECT calendar_id FROM person WHERE id = ${personId}),
                    (SELECT calendar_id FROM up WHERE calendar_id IS NOT NULL ORDER BY height LIMIT 1)) AS id`
  const calendars = await loadCalendars(tx)
  return (found?.id && calendars.byId(found.id)) || calendars.city
}
