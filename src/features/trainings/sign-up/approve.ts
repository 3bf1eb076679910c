// A supervisor's approvals: one click each, or a reason why not.
import { z } from 'zod'
import type { Block, Card } from '../../../cards/card.ts'
import { writeAudit } from '../../../db/audit.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { loadCalendars } from '../../../directory/calendars.ts'
import { addressed, loadPeople, type Person } from '../../../directory/people.ts'
import {
  type Answer,
  type Ask,
  action,
  form,
  type HomeItem,
  openForm,
  replaceWith,
  say,
} from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { mayRun } from '../access.ts'
import { type Asked, askedBlocks, askedCard, chosenIn, declineForm, mostAsked, reasonIn } from '../asked.ts'
import { loadCourse, loadCourses, loadSignUps } from '../load.ts'
import { countsRecommendations } from '../selection/rule.ts'
import { type Course, isFirstCome, type SignUp, sessionOf, signUpSubject } from '../state.ts'
import { courseName, sessionTime } from '../words.ts'
import { by } from './apply.ts'
import { lockedSignUp, moveSignUp } from './move.ts'
import { freeSeats, isAwaited } from './seats.ts'
import { textsIn } from './texts.ts'
import { approvalEnds } from './waitlist.ts'

const id = z.number().int().positive()
const data = z.object({ signUp: id, version: id })
const openApprovals = { id: 'trainings.approvals', data: {} }

/** Applications that wait for this person, the oldest first. */
export const awaiting = (tx: Tx, approverId: number): Promise<SignUp[]> =>
  loadSignUps(tx, { approverId, status: 'awaiting_approval', course: { status: 'published' } })

/** Whether it is this person who is asked. */
const awaits = (signUp: SignUp, personId: number): boolean =>
  signUp.status === 'awaiting_approval' && signUp.approverId === personId

interface Waiting {
  readonly signUps: readonly SignUp[]
  readonly courses: ReadonlyMap<number, Course>
  readonly people: ReadonlyMap<number, Person>
}

export async function withFacts(
  tx: Tx,
  signUps: readonly SignUp[],
  today: Temporal.PlainDate,
): Promise<Waiting> {
  const courses = await loadCourses(tx, { id: { in: [...new Set(signUps.map(({ courseId }) => courseId))] } })
  const people = await loadPeople(
    tx,
    signUps.map(({ personId }) => personId),
    today,
  )
  return { signUps, courses: new Map(courses.map((course) => [course.id, course])), people }
}

/** Applications with their buttons; also for the notice that asks. */
export function approvalBlocks(
  { signUps, courses, people }: Waiting,
  zone: string,
  language: Ask['language'],
): Block[] {
  const t = textsIn(language)
  const asked = signUps.flatMap((signUp): Asked[] => {
    const course = courses.get(signUp.courseId)
    const person = people.get(signUp.personId)
    if (!course || !person) return []
    const { id, version } = signUp
    const session = course.sessions.find((each) => each.id === sessionOf(signUp))
    const yes = (label: string, recommend: boolean) => ({
      label,
      action: { id: 'trainings.approve', data: { signUp: id, version, ...(recommend && { recommend }) } },
    })
    return [
      {
        id,
        version,
        text: t.approvalRow(addressed(person, language), courseName(course, language)),
        detail: session && sessionTime(session, zone, language),
        yes: countsRecommendations(course)
          ? [yes(t.recommend, true), yes(t.approve, false)]
          : [yes(t.approve, false)],
      },
    ]
  })
  return askedBlocks(asked, { label: t.decline, action: 'trainings.decline' })
}

async function approvalsCard(core: Core, tx: Tx, ask: Ask, lines: readonly string[] = []): Promise<Card> {
  const t = textsIn(ask.language)
  const all = await awaiting(tx, ask.actor.id)
  const facts = await withFacts(tx, all.slice(0, mostAsked), ask.today)
  const intro = all.length === 0 ? t.approvalsNone : t.approvalsIntro(all.length)
  return askedCard(
    { title: t.approvalsTitle, summary: t.approvalsSummary, intro },
    lines,
    approvalBlocks(facts, core.zone, ask.language),
  )
}

export function approving(core: Core) {
  const show = async (
    tx: Tx,
    ask: Ask,
    lines: readonly string[] = [],
    place: 'new' | 'replace' = 'replace',
  ) => {
    const card = await approvalsCard(core, tx, ask, lines)
    return (place === 'new' ? say : replaceWith)(card, openApprovals)
  }

  interface Found {
    readonly signUp: SignUp
    readonly course: Course
    readonly who: string
  }

  /** The application, if it is this person's to decide; else what to say instead. */
  const find = async (
    tx: Tx,
    ask: Ask,
    wanted: { signUp: number; version: number },
  ): Promise<Found | string> => {
    const t = textsIn(ask.language)
    const signUp = await lockedSignUp(tx, wanted.signUp)
    const course = signUp && (await loadCourse(tx, signUp.courseId))
    if (!signUp || !course) return t.approvalGone
    const waits = signUp.status === 'awaiting_approval'
    const asked = awaits(signUp, ask.actor.id)
    const runs = await mayRun(tx, ask.actor, course, ask.today)
    const { city } = await loadCalendars(tx)
    const ends = approvalEnds(city, course)
    if (!asked && !runs) {
      // Why it was cancelled is told to whoever decided for this person before, and to nobody else.
      const row = await tx.signUp.count({
        where: {
          id: signUp.id,
          status: 'cancelled',
          cancelReason: 'not_decided',
          decidedById: null,
          approverId: null,
        },
      })
      const wasAsked = await tx.notice.count({
        where: { subject: `sign-up:${signUp.id}`, kind: 'trainings.approve', recipientId: ask.actor.id },
      })
      if (wasAsked === 0) return t.approvalGone
      if (row > 0) return t.approvalOver(formatDate(ends, ask.language))
      return waits ? t.notYours : t.approvalGone
    }
    if (!waits || signUp.version !== wanted.version) return t.approvalGone
    if (!runs && Temporal.PlainDate.compare(ask.today, ends) > 0)
      return t.approvalOver(formatDate(ends, ask.language))
    const person = (await loadPeople(tx, [signUp.personId], ask.today)).get(signUp.personId)
    return { signUp, course, who: person ? addressed(person, ask.language) : t.someone }
  }

  /** A recommendation is the supervisor's: of whoever decides for want of one it is not taken. */
  const recommend = async (tx: Tx, ask: Ask, signUp: SignUp) => {
    await tx.signUp.update({ where: { id: signUp.id }, data: { recommendedById: ask.actor.id } })
    await writeAudit(tx, {
      at: ask.now,
      actorId: ask.actor.id,
      via: 'chat',
      flow: ask.flow,
      action: 'trainings.recommend',
      subject: signUpSubject(signUp.id),
      subjectPersonId: signUp.personId,
      change: { course: signUp.courseId },
    })
  }

  const approve = (
    ask: Ask,
    wanted: { signUp: number; version: number; recommend?: boolean | undefined },
  ): Promise<Answer> =>
    inTransaction(core.db, async (tx) => {
      const t = textsIn(ask.language)
      const found = await find(tx, ask, wanted)
      if (typeof found === 'string') return show(tx, ask, [found])
      const { signUp, course, who } = found
      const recommends =
        wanted.recommend === true && countsRecommendations(course) && awaits(signUp, ask.actor.id)
      if (recommends) await recommend(tx, ask, signUp)
      const sessionId = sessionOf(signUp)
      const seat =
        sessionId === null || (await isAwaited(tx, sessionId))
          ? null
          : ((await freeSeats(tx, sessionId))[0] ?? null)
      const gives = isFirstCome(course) ? 'now' : 'later'
      const moved = await moveSignUp(core, tx, signUp, { type: 'approve', gives, seat }, by(ask))
      const name = courseName(course, ask.language)
      const said = moved.status === 'waitlisted' ? t.approvedWaits : recommends ? t.recommended : t.approved
      return show(tx, ask, [said(who, name)])
    })

  const openDecline = (ask: Ask, wanted: { signUp: number; version: number }) =>
    inTransaction(core.db, async (tx) => {
      const found = await find(tx, ask, wanted)
      if (typeof found === 'string') return show(tx, ask, [found])
      const t = textsIn(ask.language)
      return openForm(
        declineForm(
          { id: 'trainings.decline', data: wanted },
          {
            title: t.declineTitle,
            submit: t.declineSubmit,
            cancel: t.cancel,
            intro: t.declineIntro(found.who, courseName(found.course, ask.language)),
            reason: t.declineReason,
            hint: t.declineHint,
          },
        ),
      )
    })

  return {
    actions: {
      'trainings.approvals': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({}),
        handle: (ask) => inTransaction(core.db, (tx) => show(tx, ask, [], 'new')),
      }),
      'trainings.approve': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: data.extend({ recommend: z.boolean().optional() }),
        handle: approve,
      }),
      'trainings.decline': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data: z.object({}),
        handle: (ask, _, selected) => {
          const chosen = chosenIn(selected)
          if (!chosen)
            return inTransaction(core.db, (tx) => show(tx, ask, [textsIn(ask.language).approvalGone]))
          return openDecline(ask, { signUp: chosen.id, version: chosen.version })
        },
      }),
    },
    forms: {
      'trainings.decline': form({
        permission: everyStaffMember,
        data,
        handle: async (ask, wanted, values) => {
          const t = textsIn(ask.language)
          const reason = reasonIn(values)
          if (reason === '') return { errors: { reason: t.declineMissing } }
          return inTransaction(core.db, async (tx) => {
            const found = await find(tx, ask, wanted)
            if (typeof found === 'string') return show(tx, ask, [found])
            await moveSignUp(core, tx, found.signUp, { type: 'decline', reason }, by(ask))
            return show(tx, ask, [t.declined(found.who, courseName(found.course, ask.language))])
          })
        },
      }),
    },
    home: async (ask: Ask): Promise<readonly HomeItem[]> => {
      const [first, ...others] = await awaiting(core.db.prisma, ask.actor.id)
      if (!first) return []
      const t = textsIn(ask.language)
      return [
        {
          at: first.appliedAt,
          text: t.homeApprovals(1 + others.length),
          button: { label: t.see, action: openApprovals },
        },
      ]
    },
  }
}
