// The people of a course, for announcements: whoever takes part in it, as it is when the announcement goes out.
import type { Tx } from '../../../db/transaction.ts'
import type { Group, GroupKind } from '../../../directory/audience/groups.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { fiscalYearOf } from '../../../kernel/fiscal-year.ts'
import { formatFiscalYear } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { runs, runsCourse } from '../access.ts'
import { loadCourse, loadCourses } from '../load.ts'
import type { Course } from '../state.ts'
import { courseName } from '../words.ts'

/** Those who are to come or have come; who only applied, waits or was refused is not one of them. */
const takesPart = ['nominated', 'confirmed', 'attended', 'partly', 'completed']

const groupOf = (course: Course): Group => ({
  id: course.id,
  name: {
    ja: `${courseName(course, 'ja')}（${formatFiscalYear(course.fiscalYear, 'ja')}）`,
    en: `${courseName(course, 'en')} (${formatFiscalYear(course.fiscalYear, 'en')})`,
  },
})

export const participants = ({ zone }: Pick<Core, 'zone'>): GroupKind => ({
  kind: 'trainings.course',
  title: { ja: '研修の参加者', en: 'Participants of a training' },
  options: async (tx, actor, now) => {
    const today = now.toZonedDateTimeISO(zone).toPlainDate()
    const mine = runs(actor, await loadOrganisation(tx, today, []))
    const courses = await loadCourses(tx, {
      status: { in: ['published', 'closed'] },
      fiscalYear: { gte: fiscalYearOf(today) - 1 },
      signUps: { some: { status: { in: takesPart } } },
    })
    return courses
      .filter((course) => runsCourse(mine, course))
      .toReversed()
      .slice(0, 100)
      .map(groupOf)
  },
  resolve: async (tx: Tx, id) => {
    const course = await loadCourse(tx, id)
    if (!course || course.status === 'draft') return undefined
    const rows = await tx.signUp.findMany({
      where: { courseId: id, status: { in: takesPart } },
      select: { personId: true },
      distinct: ['personId'],
    })
    return { ...groupOf(course), personIds: rows.map(({ personId }) => personId) }
  },
})
