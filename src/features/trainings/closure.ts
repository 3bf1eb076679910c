// Days of rest in trainings: who applies or answers has as many working days, and HR is asked about sessions that fall on
// them: whether they take place at another time, or not, is nobody else's to decide.
import { writeAudit, writeAudits } from '../../db/audit.ts'
import { fromDbDate, toDbDate, toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { loadCalendars } from '../../directory/calendars.ts'
import { closureOn, deadlineAfter, loadClosures } from '../../directory/closures.ts'
import type { DomainEvent } from '../../directory/events.ts'
import { loadOrganisation } from '../../directory/load.ts'
import type { Ask } from '../../intake/handler.ts'
import { formatSpan } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import type { Alarm, Core, Feature } from '../feature.ts'
import { officer, runs, runsCourse } from './access.ts'
import { replanAfter } from './attendance/record.ts'
import { loadCourses, loadSignUps } from './load.ts'
import { replanSignUps } from './reminders/plan.ts'
import { type Course, courseSubject, signUpSubject } from './state.ts'

type ClosureChanged = Extract<DomainEvent, { type: 'closure-changed' }>

const ja = {
  alarm: (n: number) =>
    `休止の期間にあたる研修が${n}回あります。日時の変更か中止をお決めください（行われた場合は出欠を記録してください）`,
  open: '開く',
  resting: (n: number) =>
    `研修${n}回は、日時の変更か中止を研修の担当の方がお決めください（「気がかり」に出ます）。それまで受講の案内は止まります。`,
}
const en: typeof ja = {
  alarm: (n) =>
    `${n} training ${n === 1 ? 'session falls' : 'sessions fall'} on days on which everything rests: move or cancel ${n === 1 ? 'it' : 'them'} (or record attendance where ${n === 1 ? 'it was' : 'they were'} held)`,
  open: 'Open',
  resting: (n) =>
    `${n} training ${n === 1 ? 'session has' : 'sessions have'} to be moved or cancelled by the training officer (see "to look at"). Until then nobody is called to ${n === 1 ? 'it' : 'them'}.`,
}
const textsIn = (language: Language) => (language === 'ja' ? ja : en)

const dayOf = (at: Temporal.Instant, zone: string) => at.toZonedDateTimeISO(zone).toPlainDate()
const earlier = (a: Temporal.PlainDate, b: Temporal.PlainDate) =>
  Temporal.PlainDate.compare(a, b) <= 0 ? a : b

/** A day of rest lies under a session: nobody is called to it until HR has decided. */
export async function restsOn(tx: Tx, startsAt: Temporal.Instant, zone: string): Promise<boolean> {
  return closureOn(await loadClosures(tx), dayOf(startsAt, zone)) !== undefined
}

export const closures = (core: Core): Omit<Feature, 'name'> => ({
  on: async (event, tx, now) => {
    if (event.type === 'closure-changed') await follow(core, event, tx, now)
  },
  alarms: (tx, ask) => alarmsOf(core, tx, ask),
  resting: async (tx, { from, to }, { language, now }) => {
    const at = (day: Temporal.PlainDate) => toDbInstant(day.toZonedDateTime(core.zone).toInstant())
    const count = await tx.courseSession.count({
      where: {
        status: 'planned',
        AND: [{ startsAt: { gte: at(from), lt: at(to) } }, { startsAt: { gt: toDbInstant(now) } }],
        course: { status: 'published' },
      },
    })
    return count > 0 ? [textsIn(language).resting(count)] : []
  },
})

async function follow(core: Core, event: ClosureChanged, tx: Tx, now: Temporal.Instant): Promise<void> {
  const was = (await loadCalendars(tx, event.was)).city
  const is = (await loadCalendars(tx, event.is)).city
  const later = (day: Temporal.PlainDate) => deadlineAfter(was, is, event.from, day)
  const courses = await loadCourses(tx, {
    status: 'published',
    OR: [
      { closesOn: { gte: toDbDate(event.from) }, opensOn: { lt: toDbDate(event.to) } },
      { deadline: { gte: toDbDate(event.from) }, opensOn: { lt: toDbDate(event.to) } },
    ],
  })
  const touched: number[] = []
  for (const course of courses) {
    const closesOn = beforeFirst(course, later(course.closesOn), core.zone)
    const deadline = course.deadline && later(course.deadline)
    const same =
      closesOn.equals(course.closesOn) && (!deadline || !course.deadline || deadline.equals(course.deadline))
    if (same) continue
    await tx.course.update({
      where: { id: course.id },
      data: {
        closesOn: toDbDate(closesOn),
        ...(deadline && { deadline: toDbDate(deadline) }),
        version: { increment: 1 },
      },
    })
    await writeAudit(tx, {
      at: now,
      actorId: event.actorId,
      via: 'chat',
      action: 'trainings.course-moved',
      subject: courseSubject(course.id),
      change: {
        closesOn: { from: course.closesOn.toString(), to: closesOn.toString() },
        ...(deadline && { deadline: deadline.toString() }),
      },
      flow: event.flow,
    })
    touched.push(course.id)
  }
  await moveOffers(core, tx, event, later)
  await moveReports(core, tx, event, later, now)
  const waiting = await loadSignUps(tx, {
    OR: [
      {
        courseId: { in: touched },
        status: { in: ['nominated', 'awaiting_approval', 'applied', 'confirmed'] },
      },
      { status: 'offered' },
    ],
  })
  await replanSignUps(core, tx, waiting, now)
}

/** One does not sign up for what has begun: a window never moves past the eve of the first session. */
function beforeFirst(course: Course, closesOn: Temporal.PlainDate, zone: string): Temporal.PlainDate {
  const [first] = course.sessions
    .filter(({ status }) => status === 'planned')
    .map(({ startsAt }) => dayOf(startsAt, zone).subtract({ days: 1 }))
    .toSorted(Temporal.PlainDate.compare)
  const latest = first && Temporal.PlainDate.compare(first, course.closesOn) > 0 ? first : course.closesOn
  if (Temporal.PlainDate.compare(closesOn, course.closesOn) < 0)
    return Temporal.PlainDate.compare(closesOn, course.opensOn) < 0 ? course.opensOn : closesOn
  return first ? earlier(closesOn, latest) : closesOn
}

/** Whoever owes a report has as many working days to write it. */
async function moveReports(
  core: Core,
  tx: Tx,
  { from, to, actorId, flow }: ClosureChanged,
  later: (day: Temporal.PlainDate) => Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> {
  const owed = await tx.report.findMany({
    where: {
      submittedOn: null,
      dueOn: { gte: toDbDate(from) },
      signUp: { doneOn: { lt: toDbDate(to) } },
    },
    select: { signUpId: true, dueOn: true, signUp: { select: { personId: true } } },
    orderBy: { signUpId: 'asc' },
  })
  const moved = owed.flatMap(({ signUpId, dueOn, signUp: { personId } }) => {
    const was = fromDbDate(dueOn)
    const is = later(was)
    return is.equals(was) ? [] : [{ signUpId, personId, was, is }]
  })
  for (const [day, all] of Map.groupBy(moved, ({ is }) => is.toString()))
    await tx.report.updateMany({
      where: { signUpId: { in: all.map(({ signUpId }) => signUpId) } },
      data: { dueOn: toDbDate(Temporal.PlainDate.from(day)) },
    })
  await writeAudits(
    tx,
    moved.map(({ signUpId, personId, was, is }) => ({
      at: now,
      actorId,
      via: 'chat' as const,
      action: 'trainings.report-moved',
      subject: signUpSubject(signUpId),
      subjectPersonId: personId,
      change: { from: was.toString(), to: is.toString() },
      flow,
    })),
  )
  await replanAfter(
    core,
    tx,
    await loadSignUps(tx, { id: { in: moved.map(({ signUpId }) => signUpId) } }),
    now,
  )
}

/** A seat that is offered is held as many working days, and not past the night before its session. */
async function moveOffers(
  core: Core,
  tx: Tx,
  { from }: ClosureChanged,
  later: (day: Temporal.PlainDate) => Temporal.PlainDate,
): Promise<void> {
  const { zone } = core
  const rows = await tx.signUp.findMany({
    where: { status: 'offered', offerUntil: { gt: toDbInstant(from.toZonedDateTime(zone).toInstant()) } },
    select: { id: true, offerUntil: true, session: { select: { startsAt: true } } },
  })
  for (const { id, offerUntil, session } of rows) {
    if (!offerUntil || !session) continue
    // Held until a midnight: the day before it is the last one.
    const last = dayOf(Temporal.Instant.fromEpochMilliseconds(offerUntil.getTime()), zone).subtract({
      days: 1,
    })
    const start = dayOf(Temporal.Instant.fromEpochMilliseconds(session.startsAt.getTime()), zone)
    const until = earlier(later(last).add({ days: 1 }), start)
      .toZonedDateTime(zone)
      .toInstant()
    if (until.epochMilliseconds === offerUntil.getTime()) continue
    await tx.signUp.update({
      where: { id },
      data: { offerUntil: toDbInstant(until), version: { increment: 1 } },
    })
  }
}

/** So many days after a pause a session on it still waits to be moved, cancelled or recorded. */
const undecidedDays = 60

/** Sessions on days of rest that nobody has decided about, of the courses that the asking officer runs, course by course. */
async function alarmsOf(core: Core, tx: Tx, ask: Ask): Promise<readonly Alarm[]> {
  if ((await officer.allows(ask.actor, ask.now)) !== true) return []
  const since = ask.today.subtract({ days: undecidedDays })
  const near = (await loadClosures(tx)).filter(({ to }) => Temporal.PlainDate.compare(to, since) > 0)
  if (near.length === 0) return []
  const at = (day: Temporal.PlainDate) => toDbInstant(day.toZonedDateTime(core.zone).toInstant())
  const sessions = await tx.courseSession.findMany({
    where: {
      status: 'planned',
      OR: near.map(({ from, to }) => ({ startsAt: { gte: at(from), lt: at(to) } })),
      course: { status: 'published' },
    },
    select: { id: true, courseId: true, startsAt: true },
  })
  const held = await recorded(
    tx,
    sessions.map(({ id }) => id),
  )
  const open = sessions.filter(({ id }) => !held.has(id))
  if (open.length === 0) return []
  const parts = runs(ask.actor, await loadOrganisation(tx, ask.today, []))
  const ids = new Set(open.map(({ id }) => id))
  const courses = await loadCourses(tx, { id: { in: [...new Set(open.map((one) => one.courseId))] } })
  const t = textsIn(ask.language)
  return courses
    .filter((course) => runsCourse(parts, course))
    .map((course): Alarm => {
      const found = course.sessions.filter(({ id }) => ids.has(id))
      const [first] = found
      const when = first ? formatSpan(first.startsAt, first.endsAt, core.zone, ask.language) : ''
      return {
        at: first?.startsAt ?? null,
        text: t.alarm(found.length),
        detail: `${ask.language === 'ja' ? course.name : course.nameEn || course.name} ${when}`.trim(),
        remedy: { label: t.open, action: { id: 'trainings.plan-course', data: { course: course.id } } },
      }
    })
}

/** Those of these sessions that took place all the same: somebody's attendance is recorded. */
async function recorded(tx: Tx, sessionIds: readonly number[]): Promise<ReadonlySet<number>> {
  const rows = await tx.signUp.groupBy({
    by: ['sessionId'],
    where: {
      sessionId: { in: [...sessionIds] },
      status: { in: ['attended', 'completed', 'partly', 'absent'] },
    },
  })
  return new Set(rows.flatMap(({ sessionId }) => sessionId ?? []))
}
