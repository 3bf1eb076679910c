// Calendars of sections as they are kept, and whom they hold for.
import { fromDbDate, toDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { CITY } from '../../directory/calendars.ts'
import { inForce, loadOrganisation } from '../../directory/load.ts'
import type { SectionRow } from '../../directory/organisation.ts'
import type { Office } from './office-rules.ts'

/** What a form names instead of a section: the calendar of everybody without another one. */
export const wholeCity = 'city'

export interface OfficeRow {
  readonly section: SectionRow | null
  readonly calendarId: number
  readonly office: Office
}

type Kept = {
  id: number
  weekdays: number[]
  observesHolidays: boolean
  opensAt: string
  closesAt: string
  days: { date: Date; open: boolean }[]
}

const officeOf = ({ weekdays, observesHolidays, opensAt, closesAt, days }: Kept): Office => ({
  weekdays: weekdays.toSorted((a, b) => a - b),
  observesHolidays,
  opensAt,
  closesAt,
  days: days
    .map(({ date, open }) => ({ date: fromDbDate(date).toString(), open }))
    .toSorted((a, b) => (a.date < b.date ? -1 : 1)),
})

/** Sections with days of their own, in the order of their codes; the city's own calendar first, where there is one. */
export async function loadOffices(tx: Tx, today: Temporal.PlainDate): Promise<readonly OfficeRow[]> {
  const sections = await tx.section.findMany({
    where: { AND: [inForce(today), { calendarId: { not: null } }] },
    include: { calendar: { include: { days: true } } },
    orderBy: { code: 'asc' },
  })
  const city = await tx.calendar.findUnique({ where: { code: CITY }, include: { days: true } })
  return [
    ...(city ? [{ section: null, calendarId: city.id, office: officeOf(city) }] : []),
    ...sections.flatMap(({ calendar, ...section }) =>
      calendar ? [{ section, calendarId: calendar.id, office: officeOf(calendar) }] : [],
    ),
  ]
}

/** The usual city hall, where nothing else was entered. */
export const usualOffice: Office = {
  weekdays: [1, 2, 3, 4, 5],
  observesHolidays: true,
  opensAt: '08:30',
  closesAt: '17:15',
  days: [],
}

/** What holds for a section today: its own, that of the nearest one above, else the city's. */
export function officeFor(
  rows: readonly OfficeRow[],
  chain: readonly { readonly id: number }[],
): { readonly office: Office; readonly own: OfficeRow | undefined } {
  const find = (id: number | null) => rows.find(({ section }) => (section?.id ?? null) === id)
  const [self] = chain
  const nearest = chain.map(({ id }) => find(id)).find((row) => row !== undefined)
  return {
    office: (nearest ?? find(null))?.office ?? usualOffice,
    own: self ? find(self.id) : find(null),
  }
}

/** Writes the days and hours. A calendar that other sections share is left to them: this one gets its own. */
export async function saveOffice(
  tx: Tx,
  section: SectionRow | null,
  { days, ...office }: Office,
  today: Temporal.PlainDate,
): Promise<number> {
  const code = section ? `section:${section.code}` : CITY
  const data = { ...office, weekdays: [...office.weekdays] }
  const { id } = await tx.calendar.upsert({
    where: { code },
    create: { code, name: section ? section.name : '市役所', ...data },
    update: data,
    select: { id: true },
  })
  await tx.calendarDay.deleteMany({ where: { calendarId: id } })
  await tx.calendarDay.createMany({
    data: days.map(({ date, open }) => ({
      calendarId: id,
      date: toDbDate(Temporal.PlainDate.from(date)),
      open,
    })),
  })
  if (section) await point(tx, section, id, today)
  return id
}

/** The section goes by the one above it again. */
export const dropOffice = (tx: Tx, section: SectionRow, today: Temporal.PlainDate): Promise<void> =>
  point(tx, section, null, today)

/** The section as it is today and as it will be under the same code. */
async function point(
  tx: Tx,
  section: SectionRow,
  calendarId: number | null,
  today: Temporal.PlainDate,
): Promise<void> {
  await tx.section.updateMany({
    where: { code: section.code, OR: [{ validTo: null }, { validTo: { gt: toDbDate(today) } }] },
    data: { calendarId },
  })
}

/** Everybody whose main post is in the section or below it; of the city: everybody. */
export async function peopleOf(
  tx: Tx,
  section: SectionRow | null,
  today: Temporal.PlainDate,
): Promise<number[]> {
  const sections = section ? [...(await loadOrganisation(tx, today, [])).within(section.id)] : undefined
  const posts = await tx.post.findMany({
    where: { AND: [inForce(today), { main: true, ...(sections && { sectionId: { in: sections } }) }] },
    select: { personId: true },
    orderBy: { personId: 'asc' },
  })
  return [...new Set(posts.map(({ personId }) => personId))]
}

/** Changes with what is entered: a form that carries another one is stale. */
export const markOfOffice = (row: OfficeRow | undefined): string =>
  row
    ? `${row.calendarId}/${row.office.weekdays.join('')}/${row.office.observesHolidays}/${row.office.opensAt}-${row.office.closesAt}/${row.office.days.length}`
    : ''
