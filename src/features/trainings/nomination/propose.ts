// From the directory to proposals: who meets a course's rule today, who does not any more.
import { fromDbDateOrNull, toDbDate, toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { findAudience } from '../../../directory/audience/query.ts'
import { audienceSchema } from '../../../directory/audience.ts'
import { inForce, loadOrganisation } from '../../../directory/load.ts'
import { fiscalYearOf, fiscalYearStart } from '../../../kernel/fiscal-year.ts'
import { reachOfCourse } from '../access.ts'
import { loadCourse } from '../load.ts'
import type { Course } from '../state.ts'
import { type Nominee, nominationRule, reasonFor } from './rule.ts'

/** Whom the rule of a course names today, with the reason; those on leave too: the duty waits for them. */
export async function nomineesOf(
  tx: Tx,
  course: Course,
  today: Temporal.PlainDate,
): Promise<ReadonlyMap<number, string>> {
  if (course.nomination === null) return new Map()
  const rule = nominationRule.parse(course.nomination)
  const audience = course.target === null ? {} : audienceSchema.parse(course.target)
  const org = await loadOrganisation(tx, today, [])
  const reach = reachOfCourse(course, org)
  const { personIds, absentIds } = await findAudience(tx, { audience, reach, on: today, org })
  const ids = [...new Set([...personIds, ...absentIds])]
  // HR sees them in the order in which they are proposed.
  const people = await tx.person.findMany({
    where: { id: { in: ids } },
    select: { id: true, hiredOn: true },
    orderBy: { id: 'asc' },
  })
  const ranksOn = async (day: Temporal.PlainDate) => {
    const posts = await tx.post.findMany({
      where: { personId: { in: ids }, main: true, ...inForce(day) },
      select: { personId: true, grade: { select: { rank: true } } },
    })
    return new Map(posts.map(({ personId, grade }) => [personId, grade?.rank ?? null]))
  }
  const now = await ranksOn(today)
  const before = await ranksOn(fiscalYearStart(course.fiscalYear).subtract({ days: 1 }))
  const done = await tx.signUp.findMany({
    where: {
      personId: { in: ids },
      status: { in: ['attended', 'completed'] },
      course: { series: course.series },
    },
    select: { personId: true },
    distinct: ['personId'],
  })
  const completed = new Set(done.map(({ personId }) => personId))
  const found = new Map<number, string>()
  for (const { id, hiredOn } of people) {
    const hired = fromDbDateOrNull(hiredOn)
    const nominee: Nominee = {
      personId: id,
      hiredYear: hired && fiscalYearOf(hired),
      rank: now.get(id) ?? null,
      rankBefore: before.get(id) ?? null,
      completed: completed.has(id),
    }
    const reason = reasonFor(rule, nominee, course.fiscalYear)
    if (reason) found.set(id, reason)
  }
  return found
}

/**
 * Makes the proposals of a course what the directory says today: new ones are added for HR to look at, those whom the
 * rule no longer names are taken back unless HR has settled them. What HR dismissed stays dismissed; whoever has a
 * live or finished sign-up is not proposed. Idempotent. Returns how many wait.
 */
export async function proposeFor(
  tx: Tx,
  courseId: number,
  today: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<number> {
  const course = await loadCourse(tx, courseId)
  if (!course || course.status === 'cancelled' || course.status === 'closed') return 0
  const wanted = await nomineesOf(tx, course, today)
  const has = await tx.signUp.findMany({
    where: { courseId, status: { notIn: ['declined', 'cancelled', 'absent', 'partly'] } },
    select: { personId: true },
  })
  const busy = new Set(has.map(({ personId }) => personId))
  const proposals = [...wanted].filter(([personId]) => !busy.has(personId))
  const ids = proposals.map(([personId]) => personId)
  await tx.nomination.updateMany({
    where: { courseId, status: 'proposed', personId: { notIn: ids } },
    data: { status: 'withdrawn', settledAt: toDbInstant(now) },
  })
  await tx.$executeRaw`
    INSERT INTO nomination AS n (course_id, person_id, reason, status, proposed_on)
    SELECT ${courseId}::int, v.person_id, v.reason, 'proposed', ${today.toString()}::date
    FROM unnest(${ids}::int[], ${proposals.map(([, reason]) => reason)}::text[]) AS v(person_id, reason)
    ON CONFLICT (course_id, person_id) DO UPDATE
      SET status = 'proposed', reason = EXCLUDED.reason, settled_at = NULL, settled_by_id = NULL,
          proposed_on = EXCLUDED.proposed_on
      WHERE n.status = 'withdrawn' OR (n.status = 'proposed' AND n.reason <> EXCLUDED.reason)`
  return tx.nomination.count({ where: { courseId, status: 'proposed' } })
}

/** All courses with a rule whose year is not over. */
export async function proposeAll(tx: Tx, today: Temporal.PlainDate, now: Temporal.Instant): Promise<void> {
  const courses = await tx.course.findMany({
    where: {
      status: { in: ['draft', 'published'] },
      fiscalYear: { gte: fiscalYearOf(today) },
      OR: [{ closesOn: { gte: toDbDate(today) } }, { mandatory: true }],
    },
    select: { id: true, nomination: true },
    orderBy: { id: 'asc' },
  })
  for (const { id, nomination } of courses) if (nomination !== null) await proposeFor(tx, id, today, now)
}
