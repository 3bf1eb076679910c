// Every way in which a plan changes, with all that follows for those who have signed up: people told once, their time
// moved, seats offered to whoever waits.
import { writeAudit } from '../../../db/audit.ts'
import type { Prisma } from '../../../db/generated/client.ts'
import { toDbDate, toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { WantedNotice } from '../../../delivery/notice.ts'
import type { Core } from '../../feature.ts'
import type { CoursePart } from '../access.ts'
import { loadCourse, loadSignUps } from '../load.ts'
import { replanAudience, replanSignUps } from '../reminders/plan.ts'
import { trainingKinds } from '../reminders/wanted.ts'
import { moveSignUps, moveUp, settle } from '../sign-up/move.ts'
import { lockSessions, setCapacity } from '../sign-up/seats.ts'
import { type By, lockSignUps } from '../sign-up/store.ts'
import {
  type Course,
  courseSubject,
  isLive,
  type Session,
  type SignUp,
  sessionOf,
  sessionSubject,
  signUpSubject,
} from '../state.ts'
import { type CourseDraft, instantOf, type SessionDraft } from './draft.ts'

type PlanCore = Pick<Core, 'zone' | 'notices'>

const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue

/** What a draft says of the course itself, as its columns. */
const columnsOf = (draft: Omit<CourseDraft, 'sessions'>) => ({
  code: draft.code,
  name: draft.name,
  nameEn: draft.nameEn,
  kind: draft.kind,
  aims: draft.aims,
  teachers: draft.teachers,
  materialsUrl: draft.materialsUrl,
  mandatory: draft.mandatory,
  approvalNeeded: draft.approvalNeeded,
  selection: draft.selection,
  opensOn: toDbDate(Temporal.PlainDate.from(draft.opensOn)),
  closesOn: toDbDate(Temporal.PlainDate.from(draft.closesOn)),
  deadline: draft.deadline === null ? null : toDbDate(Temporal.PlainDate.from(draft.deadline)),
  minutes: draft.minutes,
  surveyWanted: draft.surveyWanted,
  reportDays: draft.reportDays,
})

/** The course as a draft, so that what a form or a list does not say stays as it is. */
export const draftOf = (course: Course): Omit<CourseDraft, 'sessions'> => ({
  code: course.code,
  name: course.name,
  nameEn: course.nameEn,
  kind: course.kind,
  aims: course.aims,
  teachers: course.teachers,
  materialsUrl: course.materialsUrl,
  mandatory: course.mandatory,
  approvalNeeded: course.approvalNeeded,
  selection: course.selection,
  opensOn: course.opensOn.toString(),
  closesOn: course.closesOn.toString(),
  deadline: course.deadline?.toString() ?? null,
  minutes: course.minutes,
  surveyWanted: course.surveyWanted,
  reportDays: course.reportDays,
  target: (course.target ?? null) as CourseDraft['target'],
  nomination: (course.nomination ?? null) as CourseDraft['nomination'],
})

const audit = (tx: Tx, by: By, action: string, subject: string, change: object) =>
  writeAudit(tx, {
    at: by.now,
    actorId: by.actorId,
    via: by.via,
    flow: by.flow ?? null,
    action: `trainings.${action}`,
    subject,
    change: json(change),
  })

/** A new course, as a draft that nobody but its officers sees. Throws UniqueError where its number is taken. */
export async function addCourse(
  tx: Tx,
  draft: CourseDraft,
  at: CoursePart & { readonly fiscalYear: number },
  by: By,
): Promise<number> {
  const { id } = await tx.course.create({
    data: {
      ...columnsOf(draft),
      ...at,
      series: draft.code,
      ...(draft.target && { target: json(draft.target) }),
      ...(draft.nomination && { nomination: json(draft.nomination) }),
    },
    select: { id: true },
  })
  await audit(tx, by, 'course-added', courseSubject(id), { code: draft.code, name: draft.name, ...at })
  return id
}

/** Which parts of the course a change touches, with old and new values. */
export function differences(
  before: Omit<CourseDraft, 'sessions'>,
  after: Omit<CourseDraft, 'sessions'>,
): Record<string, { from: unknown; to: unknown }> {
  const keys = Object.keys(before) as (keyof typeof before)[]
  return Object.fromEntries(
    keys
      .filter((key) => JSON.stringify(before[key] ?? null) !== JSON.stringify(after[key] ?? null))
      .map((key) => [key, { from: before[key] ?? null, to: after[key] ?? null }]),
  )
}

/** Changes a course; nothing where nothing differs. Those who have signed up are reminded by the new days from now on. */
export async function changeCourse(
  core: PlanCore,
  tx: Tx,
  course: Course,
  draft: Omit<CourseDraft, 'sessions'>,
  by: By,
): Promise<void> {
  const changed = differences(draftOf(course), draft)
  if (Object.keys(changed).length === 0) return
  const { target, nomination } = draft
  await tx.course.update({
    where: { id: course.id },
    data: {
      ...columnsOf(draft),
      version: { increment: 1 },
      ...(changed.target && target && { target: json(target) }),
      ...(changed.nomination && nomination && { nomination: json(nomination) }),
    },
  })
  // An empty JSON column and the JSON null are two things: the column is what "nobody" means.
  if (changed.target && !target) await tx.$executeRaw`UPDATE course SET target = NULL WHERE id = ${course.id}`
  if (changed.nomination && !nomination)
    await tx.$executeRaw`UPDATE course SET nomination = NULL WHERE id = ${course.id}`
  await audit(tx, by, 'course-changed', courseSubject(course.id), changed)
  await replanCourse(core, tx, course.id, by.now)
  if (changed.materialsUrl && draft.materialsUrl !== '') {
    const signUps = await loadSignUps(tx, {
      courseId: course.id,
      status: 'confirmed',
      sessionId: { not: null },
    })
    await tellOnce(core, tx, signUps, trainingKinds.materials, `v${course.version + 1}`, by.now)
  }
}

/** The notices of a course and of all its live sign-ups, as they should be now. */
export async function replanCourse(
  core: PlanCore,
  tx: Tx,
  courseId: number,
  now: Temporal.Instant,
): Promise<void> {
  const course = await loadCourse(tx, courseId)
  if (!course) return
  await replanSignUps(core, tx, (await loadSignUps(tx, { courseId })).filter(isLive), now)
  await replanAudience(core, tx, course, now)
}

/** Tells each of these people once; what was to be told of an earlier change and has not gone out is taken back. */
async function tellOnce(
  core: PlanCore,
  tx: Tx,
  signUps: readonly SignUp[],
  kind: string,
  anchor: string,
  now: Temporal.Instant,
): Promise<void> {
  await core.notices.reconcile(
    tx,
    signUps.map(({ id, personId }) => {
      const wanted: WantedNotice = { kind, recipientId: personId, rung: 'told', anchor, dueAt: now }
      return { subject: `${kind.split('.')[1]}:${signUpSubject(id)}`, wanted: [wanted] }
    }),
    now,
  )
}

export async function addSession(
  core: PlanCore,
  tx: Tx,
  courseId: number,
  draft: SessionDraft,
  by: By,
): Promise<number> {
  const last = await tx.courseSession.aggregate({ where: { courseId }, _max: { ordinal: true } })
  const { id } = await tx.courseSession.create({
    data: {
      courseId,
      ordinal: (last._max.ordinal ?? 0) + 1,
      startsAt: toDbInstant(instantOf(draft.startsAt, core.zone)),
      endsAt: toDbInstant(instantOf(draft.endsAt, core.zone)),
      place: draft.place,
      url: draft.url,
    },
    select: { id: true },
  })
  await setCapacity(tx, id, draft.capacity)
  await audit(tx, by, 'session-added', sessionSubject(id), { course: courseId, ...draft })
  return id
}

export type SessionChange =
  | { readonly type: 'changed' }
  | { readonly type: 'same' }
  /** So many seats are held: the capacity cannot be less. */
  | { readonly type: 'too-small'; readonly held: number }

/**
 * Changes a session. Who has a seat is told once, their time is moved; a larger room is offered to whoever waits. A
 * capacity below the seats that are held is refused and nothing is changed.
 */
export async function changeSession(
  core: PlanCore,
  tx: Tx,
  session: Session,
  draft: SessionDraft,
  by: By,
): Promise<SessionChange> {
  await lockSessions(tx, [session.id])
  const startsAt = instantOf(draft.startsAt, core.zone)
  const endsAt = instantOf(draft.endsAt, core.zone)
  const moved = !startsAt.equals(session.startsAt) || !endsAt.equals(session.endsAt)
  const placed = draft.place !== session.place || draft.url !== session.url
  if (!moved && !placed && draft.capacity === session.capacity) return { type: 'same' }
  const capacity = await setCapacity(tx, session.id, draft.capacity)
  if (capacity.type === 'too-small') return capacity
  await tx.courseSession.update({
    where: { id: session.id },
    data: {
      startsAt: toDbInstant(startsAt),
      endsAt: toDbInstant(endsAt),
      place: draft.place,
      url: draft.url,
      version: { increment: 1 },
    },
  })
  await audit(tx, by, 'session-changed', sessionSubject(session.id), {
    course: session.courseId,
    from: {
      startsAt: session.startsAt.toString(),
      endsAt: session.endsAt.toString(),
      place: session.place,
      capacity: session.capacity,
    },
    to: {
      startsAt: startsAt.toString(),
      endsAt: endsAt.toString(),
      place: draft.place,
      capacity: draft.capacity,
    },
  })
  if (moved || placed) {
    const signUps = (await loadSignUps(tx, { sessionId: session.id })).filter(isLive)
    await settle(core, tx, signUps, by)
    const seated = signUps.filter(({ status }) => status === 'confirmed')
    await tellOnce(core, tx, seated, trainingKinds.changed, `s${session.id}v${session.version + 1}`, by.now)
  }
  if (draft.capacity > session.capacity) await moveUp(core, tx, session.id, by.now)
  return { type: 'changed' }
}

/** Everybody in it is told; whoever must take part chooses another date. */
export async function cancelSession(core: PlanCore, tx: Tx, session: Session, by: By): Promise<number> {
  await lockSessions(tx, [session.id])
  // Cancelled first, so that no seat that becomes free is offered to anybody.
  await tx.courseSession.update({
    where: { id: session.id },
    data: { status: 'cancelled', version: { increment: 1 } },
  })
  await audit(tx, by, 'session-cancelled', sessionSubject(session.id), { course: session.courseId })
  return endAll(core, tx, { sessionId: session.id }, 'session_cancelled', by)
}

export async function cancelCourse(core: PlanCore, tx: Tx, course: Course, by: By): Promise<number> {
  await lockSessions(
    tx,
    course.sessions.map(({ id }) => id),
  )
  await tx.course.update({
    where: { id: course.id },
    data: { status: 'cancelled', version: { increment: 1 } },
  })
  await tx.courseSession.updateMany({
    where: { courseId: course.id, status: 'planned' },
    data: { status: 'cancelled' },
  })
  await audit(tx, by, 'course-cancelled', courseSubject(course.id), { code: course.code })
  const ended = await endAll(core, tx, { courseId: course.id }, 'course_cancelled', by)
  await tx.nomination.updateMany({
    where: { courseId: course.id, status: 'proposed' },
    data: { status: 'withdrawn', settledAt: toDbInstant(by.now) },
  })
  await replanCourse(core, tx, course.id, by.now)
  return ended
}

async function endAll(
  core: PlanCore,
  tx: Tx,
  where: { readonly sessionId: number } | { readonly courseId: number },
  because: 'session_cancelled' | 'course_cancelled',
  by: By,
): Promise<number> {
  const found = (await loadSignUps(tx, where)).filter(isLive)
  await lockSignUps(
    tx,
    found.map(({ id }) => id),
  )
  const live = (await loadSignUps(tx, where)).filter(isLive)
  if (live.length > 0)
    await moveSignUps(
      core,
      tx,
      live.map((signUp) => ({ signUp, command: { type: 'end', because } as const })),
      by,
    )
  return live.length
}

/** From now on it is seen by those it is for; they are told on the day on which its window opens. */
export async function publishCourse(core: PlanCore, tx: Tx, course: Course, by: By): Promise<void> {
  await tx.course.update({
    where: { id: course.id },
    data: { status: 'published', version: { increment: 1 } },
  })
  await audit(tx, by, 'course-published', courseSubject(course.id), { code: course.code })
  await replanCourse(core, tx, course.id, by.now)
}

/** Live sign-ups of a session. */
export const inSession = (signUps: readonly SignUp[], sessionId: number): SignUp[] =>
  signUps.filter((signUp) => isLive(signUp) && sessionOf(signUp) === sessionId)
