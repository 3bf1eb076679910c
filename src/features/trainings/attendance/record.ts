// The one way in which it is recorded who was there: the sign-up moves, what follows from it (survey, report) is planned,
// and whoever it was recorded of by somebody else is told.
import { fromDbDate, toDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { calendarsOf } from '../../../directory/calendars.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import type { Core } from '../../feature.ts'
import { loadCourses, loadSignUps } from '../load.ts'
import { enterSignUps, moveSignUps } from '../sign-up/move.ts'
import type { By } from '../sign-up/store.ts'
import { type Course, isDone, isLive, type Move, type Session, type SignUp, sessionOf } from '../state.ts'
import { afterSubject, afterWanted, recordedSubject, recordedWanted } from './after-rules.ts'

type RecordCore = Pick<Core, 'zone' | 'notices'>

/** The day on which a session is attended: its last one. */
export const dayOf = (session: Pick<Session, 'endsAt'>, zone: string): Temporal.PlainDate =>
  session.endsAt.toZonedDateTimeISO(zone).toPlainDate()

/** Moves sign-ups to what was; those that are so already are left alone. The caller holds the locks. */
export async function recordMoves(
  core: RecordCore,
  tx: Tx,
  moves: readonly Move[],
  by: By,
): Promise<SignUp[]> {
  if (moves.length === 0) return []
  const moved = await moveSignUps(core, tx, moves, by)
  await followUp(core, tx, moved, by)
  return moved
}

export type WalkIn = { readonly type: 'recorded'; readonly signUp: SignUp } | { readonly type: 'already' }

/**
 * Somebody who was there without being on the list, added by whoever runs the course: their sign-up, wherever it stands,
 * becomes attended in this session; without one they get one. The caller holds the session's lock.
 */
export async function recordWalkIn(
  core: RecordCore,
  tx: Tx,
  course: Course,
  session: Session | null,
  personId: number,
  on: Temporal.PlainDate,
  by: By,
): Promise<WalkIn> {
  const sessionId = session?.id ?? null
  const theirs = (await loadSignUps(tx, { courseId: course.id, personId })).toSorted((a, b) => b.id - a.id)
  if (theirs.some(isDone)) return { type: 'already' }
  // Of a duty that was missed both stand there: the absence of this session, and the nomination to come.
  const here = theirs.find(
    (each) => sessionOf(each) === sessionId && (each.status === 'absent' || each.status === 'partly'),
  )
  const signUp = here ?? theirs.find(isLive)
  if (signUp) {
    const command =
      sessionId === null ? { type: 'complete' as const, on } : { type: 'attend' as const, on, sessionId }
    const [moved] = await recordMoves(core, tx, [{ signUp, command }], by)
    return moved ? { type: 'recorded', signUp: moved } : { type: 'already' }
  }
  const made = await enterSignUps(
    core,
    tx,
    [
      {
        courseId: course.id,
        personId,
        mandatory: course.mandatory,
        reason: 'hr',
        state: { status: sessionId === null ? 'completed' : 'attended', sessionId, doneOn: on },
        applied: false,
      },
    ],
    'walk-in',
    by,
  )
  await followUp(core, tx, made, by)
  return made[0] ? { type: 'recorded', signUp: made[0] } : { type: 'already' }
}

/** Reports that are due now, and what is to be told of them, of the survey and of what was recorded. Idempotent. */
export async function followUp(core: RecordCore, tx: Tx, signUps: readonly SignUp[], by: By): Promise<void> {
  if (signUps.length === 0) return
  const courses = await coursesOf(tx, signUps)
  await writeReports(tx, signUps, courses)
  await replanAfter(core, tx, signUps, by.now)
  const calendarOf = await calendars(core, tx, signUps, by.now)
  await core.notices.reconcile(
    tx,
    signUps.map((signUp) => ({
      subject: recordedSubject(signUp.id),
      wanted:
        by.actorId === signUp.personId
          ? []
          : [recordedWanted(signUp, calendarOf(signUp.personId), { zone: core.zone, now: by.now })],
    })),
    by.now,
  )
}

const coursesOf = async (tx: Tx, signUps: readonly SignUp[]): Promise<ReadonlyMap<number, Course>> => {
  const courses = await loadCourses(tx, { id: { in: [...new Set(signUps.map(({ courseId }) => courseId))] } })
  return new Map(courses.map((course) => [course.id, course]))
}

async function calendars(core: RecordCore, tx: Tx, signUps: readonly SignUp[], now: Temporal.Instant) {
  const people = [...new Set(signUps.map(({ personId }) => personId))]
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  return calendarsOf(tx, people, await loadOrganisation(tx, today, people))
}

/** A report is owed by whoever was there where the course wants one; what was handed in stays. */
async function writeReports(
  tx: Tx,
  signUps: readonly SignUp[],
  courseOf: ReadonlyMap<number, Course>,
): Promise<void> {
  const owed = signUps.flatMap((signUp) => {
    const days = courseOf.get(signUp.courseId)?.reportDays
    return days && (signUp.status === 'attended' || signUp.status === 'completed')
      ? [{ signUpId: signUp.id, dueOn: toDbDate(signUp.doneOn.add({ days })) }]
      : []
  })
  if (owed.length > 0) await tx.report.createMany({ data: owed, skipDuplicates: true })
  const none = signUps.filter((signUp) => !isDone(signUp)).map(({ id }) => id)
  if (none.length > 0) await tx.report.deleteMany({ where: { signUpId: { in: none }, submittedOn: null } })
}

/** Plans the survey and the report of these sign-ups as they stand. */
export async function replanAfter(
  core: RecordCore,
  tx: Tx,
  signUps: readonly SignUp[],
  now: Temporal.Instant,
): Promise<void> {
  const courseOf = await coursesOf(tx, signUps)
  const reports = await tx.report.findMany({
    where: { signUpId: { in: signUps.map(({ id }) => id) }, submittedOn: null },
  })
  const dueOf = new Map(reports.map(({ signUpId, dueOn }) => [signUpId, fromDbDate(dueOn)]))
  const calendarOf = await calendars(core, tx, signUps, now)
  await core.notices.reconcile(
    tx,
    signUps.map((signUp) => ({
      subject: afterSubject(signUp.id),
      wanted: afterWanted(
        {
          signUp,
          surveyWanted: courseOf.get(signUp.courseId)?.surveyWanted ?? false,
          dueOn: dueOf.get(signUp.id) ?? null,
          calendar: calendarOf(signUp.personId),
        },
        { zone: core.zone, now },
      ),
    })),
    now,
  )
}
