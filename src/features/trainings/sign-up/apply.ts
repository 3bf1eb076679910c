// Signing up in one click, and what a person changes of it afterwards.
import { z } from 'zod'
import type { Tx } from '../../../db/transaction.ts'
import { inTransaction } from '../../../db/transaction.ts'
import { calendarOf } from '../../../directory/calendars.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import { type Answer, type Ask, action } from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import { workingDaysFrom } from '../../../kernel/calendar.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { loadCourse } from '../load.ts'
import { replanSignUps } from '../reminders/plan.ts'
import {
  type Course,
  isFirstCome,
  isLive,
  isOnDemand,
  type Session,
  type SignUp,
  type SignUpState,
  sessionOf,
  windowOf,
} from '../state.ts'
import { sessionTime } from '../words.ts'
import { approverOf, loadSituation } from './approver.ts'
import { drawCourse, isAhead } from './card.ts'
import { clashLines } from './clash.ts'
import { enterSignUps, lockedSignUp, moveSignUp } from './move.ts'
import { loadScene, notFound, waitlistPlace } from './scene.ts'
import { freeSeats, isAwaited, lockSessions } from './seats.ts'
import type { By } from './store.ts'
import { writeQuiet } from './store.ts'
import { textsIn } from './texts.ts'

const id = z.number().int().positive()
const ofSignUp = z.object({ signUp: id, version: id })

export const by = (ask: Ask): By => ({ actorId: ask.actor.id, via: 'chat', flow: ask.flow, now: ask.now })

export interface Wanted {
  readonly course: number
  readonly session?: number | undefined
  /** Ranked sessions, best first, where seats are given out after the window. */
  readonly wishes?: readonly number[]
}

/**
 * Applies for somebody: everything from the window to the seat is looked at under the session's lock, so that of many
 * who press at once exactly as many get a seat as there are. Answers with the course as it is then.
 */
export async function applyFor(core: Core, ask: Ask, wanted: Wanted): Promise<Answer> {
  const t = textsIn(ask.language)
  return inTransaction(core.db, async (tx) => {
    // Locked before anything is read: what is read is then what holds.
    await lockSessions(tx, await sessionsMeant(tx, wanted))
    const scene = await loadScene(tx, ask, wanted.course)
    const { course, signUp, meant } = scene
    const show = (...lines: string[]) => drawCourse(core, tx, ask, course.id, { lines, known: scene })
    // The second half of a double click, or a button of yesterday, finds what is there.
    if (signUp && (isLive(signUp) || signUp.status === 'attended' || signUp.status === 'completed'))
      return show()
    if (course.status !== 'published') return show(t.courseCancelled)
    if (!meant) return show(t.notForYou)
    const state = windowOf(course, ask.today)
    if (state === 'ahead') return show(t.windowAhead(formatDate(course.opensOn, ask.language)))
    if (state === 'over') return show(t.windowOver(formatDate(course.closesOn, ask.language)))
    const session = chosenSession(course, wanted.session, ask.now)
    if (session === 'gone') return show(t.sessionGone)
    if (session === 'none' && !isOnDemand(course) && isFirstCome(course)) return show()
    const at = typeof session === 'object' ? session : null
    const first = await firstState(tx, course, at, ask)
    const [made] = await enterSignUps(
      core,
      tx,
      [
        {
          courseId: course.id,
          personId: ask.actor.id,
          mandatory: false,
          reason: null,
          state: first,
          ...(!isFirstCome(course) && { wishes: wishesOf(course, wanted.wishes, at, ask.now) }),
        },
      ],
      'apply',
      by(ask),
    )
    if (!made) return show()
    // Where seats are given out later, any of the sessions named may become theirs.
    const named = isFirstCome(course)
      ? [at]
      : course.sessions.filter(({ id: each }) => made.wishes.includes(each))
    const clash: string[] = []
    for (const each of named) if (each) clash.push(...(await clashLines(core, tx, ask, each, made.id)))
    return show(await appliedLine(core, tx, ask, made, at), ...new Set(clash))
  })
}

/** Whose seats this application is about: the session named, else the only one of a course that is first come. */
async function sessionsMeant(tx: Tx, wanted: Wanted): Promise<number[]> {
  if (wanted.session !== undefined) return [wanted.session]
  const planned = await tx.courseSession.findMany({
    where: { courseId: wanted.course, status: 'planned', course: { selection: 'first_come' } },
    select: { id: true },
  })
  // Where there are several to choose from, nothing is taken before one is named; those that have begun cost nothing.
  return planned.map(({ id: each }) => each)
}

/** The session named; where none is named, the only one that is still to come. */
function chosenSession(
  course: Course,
  sessionId: number | undefined,
  now: Temporal.Instant,
): Session | 'gone' | 'none' {
  const ahead = course.sessions.filter((session) => isAhead(session, now))
  if (sessionId !== undefined) return ahead.find((session) => session.id === sessionId) ?? 'gone'
  const [only, ...others] = ahead
  if (only && others.length === 0) return only
  return course.sessions.length > 0 && ahead.length === 0 ? 'gone' : 'none'
}

/** Wishes among the sessions to come, each once; where there is one session only it is the wish. */
const wishesOf = (
  course: Course,
  wishes: readonly number[] | undefined,
  only: Session | null,
  now: Temporal.Instant,
): number[] => {
  const ahead = new Set(
    course.sessions.filter((session) => isAhead(session, now)).map(({ id: each }) => each),
  )
  const ranked = wishes ?? (only ? [only.id] : [])
  return [...new Set(ranked)].filter((each) => ahead.has(each))
}

/** What an application begins as. A seat is taken only where nobody waits for one. */
async function firstState(tx: Tx, course: Course, at: Session | null, ask: Ask): Promise<SignUpState> {
  const approverId = course.approvalNeeded
    ? approverOf(ask.actor.id, await loadSituation(tx, [ask.actor.id], ask.today))
    : null
  if (!isFirstCome(course))
    return course.approvalNeeded
      ? { status: 'awaiting_approval', sessionId: null, seat: null, approverId }
      : { status: 'applied' }
  const seat = at && !(await isAwaited(tx, at.id)) ? ((await freeSeats(tx, at.id))[0] ?? null) : null
  const sessionId = at?.id ?? null
  if (course.approvalNeeded) return { status: 'awaiting_approval', sessionId, seat, approverId }
  if (sessionId !== null && seat === null) return { status: 'waitlisted', sessionId }
  return { status: 'confirmed', sessionId, seat }
}

async function appliedLine(core: Core, tx: Tx, ask: Ask, made: SignUp, at: Session | null): Promise<string> {
  const t = textsIn(ask.language)
  switch (made.status) {
    case 'confirmed':
      return at ? t.confirmed(sessionTime(at, core.zone, ask.language)) : t.confirmedAnyTime
    case 'waitlisted':
      return t.waitlisted(await waitlistPlace(tx, made))
    case 'awaiting_approval': {
      const { approverId } = made
      const approver =
        approverId === null ? undefined : (await loadPeople(tx, [approverId], ask.today)).get(approverId)
      const asked = approver ? t.appliedAsk(addressed(approver, ask.language)) : t.appliedAskHr
      if (made.sessionId === null) return asked
      return `${asked}${ask.language === 'ja' ? '' : ' '}${made.seat === null ? t.appliedFull : t.appliedHeld}`
    }
    default:
      return t.appliedSelection
  }
}

/** One's own sign-up, locked; anybody else's is not there. */
async function own(tx: Tx, ask: Ask, signUpId: number, also: readonly number[] = []): Promise<SignUp> {
  const signUp = await lockedSignUp(tx, signUpId, also)
  if (!signUp || signUp.personId !== ask.actor.id) throw notFound()
  return signUp
}

export function applying(core: Core) {
  /** Does something to one's own sign-up; a stale button shows how it stands. */
  const change = (
    ask: Ask,
    data: { signUp: number; version: number },
    work: (tx: Tx, signUp: SignUp) => Promise<readonly string[]>,
    also: readonly number[] = [],
  ): Promise<Answer> =>
    inTransaction(core.db, async (tx) => {
      const signUp = await own(tx, ask, data.signUp, also)
      const lines = signUp.version === data.version ? await work(tx, signUp) : [textsIn(ask.language).movedOn]
      return drawCourse(core, tx, ask, signUp.courseId, { lines })
    })

  const choose = (ask: Ask, data: { signUp: number; version: number; session?: number | undefined }) =>
    change(
      ask,
      data,
      async (tx, signUp) => {
        const t = textsIn(ask.language)
        const course = await loadCourse(tx, signUp.courseId)
        if (course?.status !== 'published') return [t.courseCancelled]
        if (data.session === undefined) {
          if (!isOnDemand(course)) return [t.sessionGone]
          await moveSignUp(core, tx, signUp, { type: 'choose', sessionId: null, seat: null }, by(ask))
          return [t.confirmedAnyTime]
        }
        const session = course.sessions.find((each) => each.id === data.session)
        if (!session || !isAhead(session, ask.now) || !isFirstCome(course)) return [t.sessionGone]
        if (sessionOf(signUp) === session.id) return []
        const seat = (await isAwaited(tx, session.id)) ? null : ((await freeSeats(tx, session.id))[0] ?? null)
        // Nobody loses a seat over trying for another one.
        if (seat === null && signUp.status === 'confirmed') return [t.full]
        const moved = await moveSignUp(
          core,
          tx,
          signUp,
          { type: 'choose', sessionId: session.id, seat },
          by(ask),
        )
        if (moved.status === 'waitlisted') return [t.waitlisted(await waitlistPlace(tx, moved))]
        const clash = await clashLines(core, tx, ask, session, moved.id)
        return [t.confirmed(sessionTime(session, core.zone, ask.language)), ...clash]
      },
      data.session === undefined ? [] : [data.session],
    )

  const accept = (ask: Ask, data: { signUp: number; version: number }) =>
    change(ask, data, async (tx, signUp) => {
      const moved = await moveSignUp(core, tx, signUp, { type: 'accept' }, by(ask))
      const course = await loadCourse(tx, signUp.courseId)
      const session = course?.sessions.find((each) => each.id === sessionOf(moved))
      if (!session) return []
      const when = sessionTime(session, core.zone, ask.language)
      return [textsIn(ask.language).accepted(when), ...(await clashLines(core, tx, ask, session, moved.id))]
    })

  const withdraw = (ask: Ask, data: { signUp: number; version: number }) =>
    change(ask, data, async (tx, signUp) => {
      const t = textsIn(ask.language)
      const course = await loadCourse(tx, signUp.courseId)
      const session = course?.sessions.find((each) => each.id === sessionOf(signUp))
      // What has begun is recorded, not cancelled.
      if (session && !isAhead(session, ask.now)) return [t.refused['not-now']]
      const moved = await moveSignUp(core, tx, signUp, { type: 'withdraw' }, by(ask))
      return [moved.status === 'nominated' ? t.givenBack : t.withdrawn]
    })

  /** "Not this time": an answer, so that nobody reminds of the window; signing up later stays possible. */
  const pass = (ask: Ask, { course }: { course: number }) =>
    inTransaction(core.db, async (tx) => {
      const scene = await loadScene(tx, ask, course)
      const open = scene.course.status === 'published' && windowOf(scene.course, ask.today) === 'open'
      if (!open || scene.signUp) return drawCourse(core, tx, ask, course)
      await enterSignUps(
        core,
        tx,
        [
          {
            courseId: course,
            personId: ask.actor.id,
            mandatory: false,
            reason: null,
            state: { status: 'cancelled', because: 'self' },
            applied: false,
          },
        ],
        'pass',
        by(ask),
      )
      return drawCourse(core, tx, ask, course, { lines: [textsIn(ask.language).passed] })
    })

  /** Quiet until the next working morning. */
  const later = (ask: Ask, { signUp: signUpId }: { signUp: number }) =>
    inTransaction(core.db, async (tx) => {
      const signUp = await own(tx, ask, signUpId)
      const calendar = await calendarOf(tx, ask.actor.id, ask.today)
      const until = workingDaysFrom(calendar, ask.today, 1)
      await writeQuiet(tx, signUp.id, until)
      const quiet = await own(tx, ask, signUpId)
      await replanSignUps(core, tx, [quiet], ask.now)
      const lines = [textsIn(ask.language).later(formatDate(until, ask.language))]
      return drawCourse(core, tx, ask, signUp.courseId, { lines })
    })

  return {
    actions: {
      'trainings.course': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ course: id }),
        handle: (ask, { course }) =>
          inTransaction(core.db, (tx) => drawCourse(core, tx, ask, course, { place: 'new' })),
      }),
      'trainings.apply': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ course: id, session: id.optional() }),
        handle: (ask, data) => applyFor(core, ask, data),
      }),
      'trainings.choose': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: ofSignUp.extend({ session: id.optional() }),
        handle: choose,
      }),
      'trainings.accept': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: ofSignUp,
        handle: accept,
      }),
      'trainings.withdraw': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: ofSignUp,
        handle: withdraw,
      }),
      'trainings.pass': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ course: id }),
        handle: pass,
      }),
      'trainings.later': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ signUp: id }),
        handle: later,
      }),
    },
  }
}
