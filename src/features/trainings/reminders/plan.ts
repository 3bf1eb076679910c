// Plans what is told: of each sign-up by its state, of each move once, of each course to its audience.
import type { Tx } from '../../../db/transaction.ts'
import type { WantedNotice } from '../../../delivery/notice.ts'
import { findAudience } from '../../../directory/audience/query.ts'
import { audienceSchema } from '../../../directory/audience.ts'
import { calendarsOf, loadCalendars } from '../../../directory/calendars.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { readSetting } from '../../../directory/settings.ts'
import { workingDaysFrom } from '../../../kernel/calendar.ts'
import type { Core } from '../../feature.ts'
import { reachOfCourse } from '../access.ts'
import { loadCourses } from '../load.ts'
import { meantOf } from '../meant.ts'
import { approverOf, loadSituation } from '../sign-up/approver.ts'
import type { By } from '../sign-up/store.ts'
import { type Course, courseSubject, type Move, type SignUp, signUpSubject, windowOf } from '../state.ts'
import { trainingReminders } from './settings.ts'
import { morningTime, trainingKinds, wantedOf, wantsSomething } from './wanted.ts'

type PlanCore = Pick<Core, 'zone' | 'notices'>

const todayOf = (now: Temporal.Instant, zone: string) => now.toZonedDateTimeISO(zone).toPlainDate()

/** Makes the planned notices of these sign-ups what their present states want. Idempotent. */
export async function replanSignUps(
  core: PlanCore,
  tx: Tx,
  all: readonly SignUp[],
  now: Temporal.Instant,
): Promise<void> {
  const silent = all.filter((signUp) => !wantsSomething(signUp))
  if (silent.length > 0)
    await core.notices.reconcile(
      tx,
      silent.map(({ id }) => ({ subject: signUpSubject(id), wanted: [] })),
      now,
    )
  const signUps = all.filter(wantsSomething)
  if (signUps.length === 0) return
  const today = todayOf(now, core.zone)
  const courses = await loadCourses(tx, { id: { in: [...new Set(signUps.map(({ courseId }) => courseId))] } })
  const byId = new Map(courses.map((course) => [course.id, course]))
  const situation = await loadSituation(tx, [...new Set(signUps.map(({ personId }) => personId))], today)
  const supervisorOf = new Map(signUps.map(({ personId }) => [personId, approverOf(personId, situation)]))
  const readers = [
    ...signUps.map(({ personId }) => personId),
    ...[...supervisorOf.values()].flatMap((id) => id ?? []),
    ...signUps.flatMap((each) => (each.status === 'awaiting_approval' ? (each.approverId ?? []) : [])),
  ]
  const org = await loadOrganisation(tx, today, [...new Set(readers)])
  const calendarOf = await calendarsOf(tx, readers, org)
  const { escalateAfter } = await readSetting(tx, trainingReminders)
  await core.notices.reconcile(
    tx,
    signUps.map((signUp) => {
      const course = byId.get(signUp.courseId)
      const matter = { signUp, supervisorId: supervisorOf.get(signUp.personId) ?? null, calendarOf }
      return {
        subject: signUpSubject(signUp.id),
        wanted: course ? wantedOf({ ...matter, course }, { zone: core.zone, now, escalateAfter }) : [],
      }
    }),
    now,
  )
}

/** Somebody else has decided something of a person's sign-up: the person is told once. */
const isTold = ({ command }: Move): boolean => {
  switch (command.type) {
    case 'approve':
    case 'decline':
    case 'place':
    case 'wait':
    case 'lapse':
    case 'choose':
      return true
    case 'end':
      return command.because !== 'left'
    // An offer is told by its state; what was is recorded, not told.
    case 'offer':
    case 'accept':
    case 'withdraw':
    case 'attend':
    case 'miss':
    case 'complete':
      return false
    default:
      return command satisfies never
  }
}

/** Tells each person once what somebody else has decided, and takes back what has not gone out and no longer holds. */
export async function tellMoves(
  core: PlanCore,
  tx: Tx,
  moves: readonly Move[],
  after: readonly SignUp[],
  by: By,
): Promise<void> {
  const now = new Map(after.map((signUp) => [signUp.id, signUp]))
  await core.notices.reconcile(
    tx,
    moves.map((move) => {
      const signUp = now.get(move.signUp.id)
      const told = signUp && isTold(move) && by.actorId !== signUp.personId
      const notice: WantedNotice[] = told
        ? [
            {
              kind: trainingKinds.result,
              recipientId: signUp.personId,
              rung: move.command.type,
              anchor: `v${signUp.version}`,
              dueAt: by.now,
              detail: { signUp: signUp.id },
            },
          ]
        : []
      return { subject: `told:${signUpSubject(move.signUp.id)}`, wanted: notice }
    }),
    by.now,
  )
}

/** Working days before the window closes on which whoever has not answered hears of it once more. */
const closingDays = -2

/** The days on which a course speaks to its audience, by the city's calendar. */
export async function audienceDays(tx: Tx, course: Course) {
  const { city } = await loadCalendars(tx)
  return { opens: course.opensOn, closing: workingDaysFrom(city, course.closesOn, closingDays) }
}

/** Whom a course is for today, whoever has answered (applied, declined to, was nominated) left out. */
export async function unanswered(
  tx: Tx,
  course: Course,
  today: Temporal.PlainDate,
): Promise<readonly number[]> {
  if (course.target === null) return []
  const audience = audienceSchema.parse(course.target)
  const org = await loadOrganisation(tx, today, [])
  const reach = reachOfCourse(course, org)
  const { personIds } = await findAudience(tx, { audience, reach, on: today, org })
  const without = await answeredOf(tx, course.id)
  return personIds.filter((id) => !without.has(id))
}

/** Who has a sign-up of any kind in a course: applied, said no, was nominated. */
async function answeredOf(tx: Tx, courseId: number): Promise<ReadonlySet<number>> {
  const answered = await tx.signUp.findMany({
    where: { courseId },
    select: { personId: true },
    distinct: ['personId'],
  })
  return new Set(answered.map(({ personId }) => personId))
}

/**
 * The notices of a course to whoever it is for: once when its window opens, once shortly before it closes. Planned on
 * those very days, when it is known who is there and who has not answered.
 */
export async function replanAudience(
  core: PlanCore,
  tx: Tx,
  course: Course,
  now: Temporal.Instant,
): Promise<void> {
  const today = todayOf(now, core.zone)
  const subject = courseSubject(course.id)
  if (course.status !== 'published' || windowOf(course, today) !== 'open') {
    await core.notices.reconcile(tx, [{ subject, wanted: [] }], now)
    return
  }
  const { closing } = await audienceDays(tx, course)
  const isClosing =
    Temporal.PlainDate.compare(today, closing) >= 0 && Temporal.PlainDate.compare(today, course.opensOn) > 0
  const people = await unanswered(tx, course, today)
  const came = isClosing ? new Set<number>() : await toldOf(tx, people, (id) => cameSubject(id, course))
  await core.notices.reconcile(
    tx,
    [
      {
        subject,
        wanted: people
          .filter((id) => !came.has(id))
          .map((id) => audienceNotice(course, isClosing ? 'closing' : 'open', id, morningOf(now, core.zone))),
      },
    ],
    now,
  )
}

/** When the day's notices go out; at once where that is past. */
function morningOf(now: Temporal.Instant, zone: string): Temporal.Instant {
  const nine = todayOf(now, zone).toZonedDateTime({ timeZone: zone, plainTime: morningTime }).toInstant()
  return Temporal.Instant.compare(nine, now) > 0 ? nine : now
}

const audienceNotice = (
  course: Course,
  name: 'open' | 'closing',
  recipientId: number,
  dueAt: Temporal.Instant,
): WantedNotice => ({
  kind: trainingKinds[name],
  recipientId,
  rung: name,
  anchor: (name === 'closing' ? course.closesOn : course.opensOn).toString(),
  dueAt,
})

/** What somebody is told who came after the window opened: a subject of their own, so that nobody else's is touched. */
const cameSubject = (personId: number, course: Pick<Course, 'id'>): string =>
  `came:${personId}:${courseSubject(course.id)}`

/** Of these people, those who were or will be told of this subject. */
async function toldOf(
  tx: Tx,
  people: readonly number[],
  subjectFor: (personId: number) => string,
): Promise<ReadonlySet<number>> {
  if (people.length === 0) return new Set()
  const told = await tx.notice.findMany({
    where: {
      subject: { in: [...new Set(people.map(subjectFor))] },
      kind: { in: [trainingKinds.open, trainingKinds.closing] },
      status: { notIn: ['cancelled', 'obsolete'] },
    },
    select: { recipientId: true },
  })
  return new Set(told.map(({ recipientId }) => recipientId))
}

/**
 * Whom these open courses are for and who has heard nothing of them: whoever joined, moved, came back or was named by a
 * new target since the window opened. Each is told once; nobody else is told anything. `personIds`: only of these.
 */
export async function tellNewcomers(
  core: PlanCore,
  tx: Tx,
  courses: readonly Course[],
  now: Temporal.Instant,
  personIds?: readonly number[],
): Promise<void> {
  const today = todayOf(now, core.zone)
  const meant = await meantOf(tx, courses, today, personIds)
  const dueAt = morningOf(now, core.zone)
  const subjects: { subject: string; wanted: WantedNotice[] }[] = []
  for (const course of courses) {
    const withAbsent = audienceSchema.safeParse(course.target).data?.withAbsent ?? false
    const here = (meant.get(course.id) ?? []).filter(({ absent }) => withAbsent || !absent)
    if (here.length === 0) continue
    const answered = await answeredOf(tx, course.id)
    const open = here.flatMap(({ personId }) => (answered.has(personId) ? [] : [personId]))
    const told = await toldOf(tx, open, () => courseSubject(course.id))
    const unheard = open.filter((id) => !told.has(id))
    const came = await toldOf(tx, unheard, (id) => cameSubject(id, course))
    for (const id of unheard)
      if (!came.has(id))
        subjects.push({
          subject: cameSubject(id, course),
          wanted: [audienceNotice(course, 'open', id, dueAt)],
        })
  }
  await core.notices.reconcile(tx, subjects, now)
}
