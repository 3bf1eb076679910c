import { fromDbDate } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import { cityCalendar, type WorkingCalendar } from '../kernel/calendar.ts'
import type { Organisation } from './organisation.ts'

/** The code of the calendar that holds for everybody without another one. */
export const CITY = 'city'

/** All calendars of the organisation by id, and the city's own. */
export interface Calendars {
  readonly city: WorkingCalendar
  byId(id: number): WorkingCalendar | undefined
}

export async function loadCalendars(tx: Tx): Promise<Calendars> {
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
  const byId = new Map(read.map(([id, , calendar]) => [id, calendar]))
  return { city: read.find(([, code]) => code === CITY)?.[2] ?? cityCalendar, byId: (id) => byId.get(id) }
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
