// 「研修計画」: the courses of a year as their officers see them.
import type { Block, Button, Card, Row } from '../../../cards/card.ts'
import type { Tx } from '../../../db/transaction.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import type { Ask } from '../../../intake/handler.ts'
import { hrOfWholeCity } from '../../../intake/permissions.ts'
import { fiscalYearOf } from '../../../kernel/fiscal-year.ts'
import { formatDate, formatFiscalYear } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { runs, runsCourse } from '../access.ts'
import { loadCourses } from '../load.ts'
import { textsIn as signUpTexts } from '../sign-up/texts.ts'
import type { Course } from '../state.ts'
import { courseName } from '../words.ts'
import { type Counts, countsOf, liveCount, openPlanned } from './page.ts'
import { textsIn } from './texts.ts'

const pageSize = 10

/** A year that a plan can be of; the present one where it is none. */
export const yearOr = (year: number | undefined, today: Temporal.PlainDate): number =>
  year !== undefined && year >= 2000 && year < 2200 ? year : fiscalYearOf(today)

/** The courses of a year that somebody runs: drafts first, then by the end of their window; cancelled ones last. */
export async function plannedCourses(
  tx: Tx,
  ask: Pick<Ask, 'actor' | 'today'>,
  fiscalYear: number,
): Promise<Course[]> {
  const mine = runs(ask.actor, await loadOrganisation(tx, ask.today, []))
  const courses = await loadCourses(tx, { fiscalYear })
  const rank = (course: Course) => (course.status === 'cancelled' ? 2 : course.status === 'draft' ? 0 : 1)
  return courses
    .filter((course) => runsCourse(mine, course))
    .toSorted((a, b) => rank(a) - rank(b) || Temporal.PlainDate.compare(a.closesOn, b.closesOn))
}

/** Drafts that lack nothing: they may be published with one click. */
export const isReady = (course: Course): boolean =>
  course.status === 'draft' &&
  (course.target !== null || course.nomination !== null) &&
  (course.sessions.length > 0 || course.deadline !== null || course.kind === 'elearning') &&
  (course.kind !== 'lecture' || course.lecturerConfirmedAt !== null)

function rowOf(course: Course, counts: Counts, language: Ask['language']): Row {
  const t = textsIn(language)
  const planned = course.sessions.filter(({ status }) => status === 'planned')
  const capacity = planned.reduce((sum, session) => sum + session.capacity, 0)
  const taken = planned.reduce((sum, session) => sum + session.taken, 0)
  const parts = [
    t.statuses[course.status],
    signUpTexts(language).kinds[course.kind],
    `〜${formatDate(course.closesOn, language)}`,
    capacity > 0 ? t.seats(taken, capacity) : '',
    liveCount(counts) > 0 && capacity === 0 ? String(liveCount(counts)) : '',
  ]
  return {
    text: courseName(course, language),
    detail: parts.filter(Boolean).join(' / '),
    button: { label: t.open, action: openPlanned(course.id) },
  }
}

export async function planCard(
  _core: Core,
  tx: Tx,
  ask: Ask,
  {
    year = fiscalYearOf(ask.today),
    page = 1,
    lines = [],
  }: {
    readonly year?: number | undefined
    readonly page?: number | undefined
    readonly lines?: readonly string[]
  },
): Promise<Card> {
  const { language } = ask
  const t = textsIn(language)
  const courses = await plannedCourses(tx, ask, year)
  const pages = Math.max(1, Math.ceil(courses.length / pageSize))
  const at = Math.min(Math.max(1, page), pages)
  const shown = courses.slice((at - 1) * pageSize, at * pageSize)
  const counts = await countsOf(
    tx,
    shown.map(({ id }) => id),
  )
  // From the first year that has a plan to the year after the present one, and no further.
  const { _min, _max } = await tx.course.aggregate({ _min: { fiscalYear: true }, _max: { fiscalYear: true } })
  const present = fiscalYearOf(ask.today)
  const first = Math.min(_min.fiscalYear ?? present, present - 1)
  const last = Math.max(_max.fiscalYear ?? present, present + 1)
  const ready = courses.filter(isReady).length
  const title = t.title(formatFiscalYear(year, language))
  const to = (label: string, next: { year: number; page: number }): Button => ({
    label,
    action: { id: 'trainings.plan', data: next },
  })
  const blocks: Block[] = [
    { type: 'heading', text: title },
    ...lines.map((text) => ({ type: 'text', text }) as const),
    { type: 'context', text: t.intro },
  ]
  if (shown.length === 0) blocks.push({ type: 'text', text: t.none })
  else
    blocks.push({
      type: 'list',
      rows: shown.map((course) => rowOf(course, counts.get(course.id) ?? {}, language)),
    })
  if (pages > 1) blocks.push({ type: 'context', text: t.page(at, pages) })
  if (ready > 0)
    blocks.push({
      type: 'buttons',
      buttons: [
        {
          label: t.publishAll(ready),
          action: { id: 'trainings.publish-all', data: { year } },
          confirm: { title: t.publishAllTitle, text: t.publishAllText(ready), yes: t.yes, no: t.no },
        },
      ],
    })
  blocks.push({
    type: 'buttons',
    buttons: [
      { label: t.add, action: { id: 'trainings.course-add', data: { year } } },
      { label: t.template, action: { id: 'trainings.plan-template', data: {} } },
      ...((await hrOfWholeCity.allows(ask.actor, ask.now)) === true
        ? [{ label: t.reminders, action: { id: 'trainings.reminders', data: {} } }]
        : []),
      ...(at > 1 ? [to(t.previous, { year, page: at - 1 })] : []),
      ...(at < pages ? [to(t.next, { year, page: at + 1 })] : []),
      ...(year > first ? [to(t.previousYear, { year: year - 1, page: 1 })] : []),
      ...(year < last ? [to(t.nextYear, { year: year + 1, page: 1 })] : []),
    ],
  })
  return { summary: t.summary, blocks }
}
