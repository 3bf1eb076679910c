// A supervisor's approvals: one click each, or a reason why not.
import { z } from 'zod'
import type { Block, Card, Form, Row } from '../../../cards/card.ts'
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
import { cutText, normalise } from '../../../kernel/words.ts'
import type { Core } from '../../feature.ts'
import { mayRun } from '../access.ts'
import { loadCourse, loadCourses, loadSignUps } from '../load.ts'
import { type Course, isFirstCome, type SignUp, sessionOf } from '../state.ts'
import { courseName, sessionTime } from '../words.ts'
import { by } from './apply.ts'
import { lockedSignUp, moveSignUp } from './move.ts'
import { freeSeats, isAwaited } from './seats.ts'
import { textsIn } from './texts.ts'
import { approvalEnds } from './waitlist.ts'

const id = z.number().int().positive()
const data = z.object({ signUp: id, version: id })
const openApprovals = { id: 'trainings.approvals', data: {} }

/** Rows of one card; the next ones come up as these are settled. */
const mostRows = 10

/** Applications that wait for this person, the oldest first. */
export const awaiting = (tx: Tx, approverId: number): Promise<SignUp[]> =>
  loadSignUps(tx, { approverId, status: 'awaiting_approval', course: { status: 'published' } })

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

/** The rows of applications, each with its button; also for the notice that asks. */
export function approvalRows(
  { signUps, courses, people }: Waiting,
  zone: string,
  language: Ask['language'],
): Row[] {
  const t = textsIn(language)
  return signUps.flatMap((signUp): Row[] => {
    const course = courses.get(signUp.courseId)
    const person = people.get(signUp.personId)
    if (!course || !person) return []
    const session = course.sessions.find((each) => each.id === sessionOf(signUp))
    const when = session ? sessionTime(session, zone, language) : ''
    return [
      {
        text: t.approvalRow(addressed(person, language), courseName(course, language)),
        ...(when && { detail: when }),
        button: {
          label: t.approve,
          action: { id: 'trainings.approve', data: { signUp: signUp.id, version: signUp.version } },
        },
      },
    ]
  })
}

/** Beside the buttons that approve, one select in which whoever cannot go is chosen. */
export function declineBlock({ signUps, courses, people }: Waiting, language: Ask['language']): Block[] {
  const t = textsIn(language)
  const options = signUps.flatMap((signUp) => {
    const course = courses.get(signUp.courseId)
    const person = people.get(signUp.personId)
    if (!course || !person) return []
    const label = t.approvalRow(addressed(person, language), courseName(course, language))
    return [{ label, value: `${signUp.id}:${signUp.version}` }]
  })
  return options.length === 0
    ? []
    : [{ type: 'select', label: t.decline, action: { id: 'trainings.decline', data: {} }, options }]
}

async function approvalsCard(core: Core, tx: Tx, ask: Ask, lines: readonly string[] = []): Promise<Card> {
  const t = textsIn(ask.language)
  const all = await awaiting(tx, ask.actor.id)
  const facts = await withFacts(tx, all.slice(0, mostRows), ask.today)
  return {
    summary: t.approvalsSummary,
    blocks: [
      { type: 'heading', text: t.approvalsTitle },
      ...lines.map((text) => ({ type: 'text', text }) as const),
      { type: 'text', text: all.length === 0 ? t.approvalsNone : t.approvalsIntro(all.length) },
      ...(all.length === 0
        ? []
        : [
            { type: 'list', rows: approvalRows(facts, core.zone, ask.language) } as const,
            ...declineBlock(facts, ask.language),
          ]),
    ],
  }
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
    const awaits = signUp.status === 'awaiting_approval'
    const asked = awaits && signUp.approverId === ask.actor.id
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
      return awaits ? t.notYours : t.approvalGone
    }
    if (!awaits || signUp.version !== wanted.version) return t.approvalGone
    if (!runs && Temporal.PlainDate.compare(ask.today, ends) > 0)
      return t.approvalOver(formatDate(ends, ask.language))
    const person = (await loadPeople(tx, [signUp.personId], ask.today)).get(signUp.personId)
    return { signUp, course, who: person ? addressed(person, ask.language) : t.someone }
  }

  const approve = (ask: Ask, wanted: { signUp: number; version: number }): Promise<Answer> =>
    inTransaction(core.db, async (tx) => {
      const t = textsIn(ask.language)
      const found = await find(tx, ask, wanted)
      if (typeof found === 'string') return show(tx, ask, [found])
      const { signUp, course, who } = found
      const sessionId = sessionOf(signUp)
      const seat =
        sessionId === null || (await isAwaited(tx, sessionId))
          ? null
          : ((await freeSeats(tx, sessionId))[0] ?? null)
      const gives = isFirstCome(course) ? 'now' : 'later'
      const moved = await moveSignUp(core, tx, signUp, { type: 'approve', gives, seat }, by(ask))
      const name = courseName(course, ask.language)
      return show(tx, ask, [
        moved.status === 'waitlisted' ? t.approvedWaits(who, name) : t.approved(who, name),
      ])
    })

  const openDecline = (ask: Ask, wanted: { signUp: number; version: number }) =>
    inTransaction(core.db, async (tx) => {
      const found = await find(tx, ask, wanted)
      if (typeof found === 'string') return show(tx, ask, [found])
      return openForm(declineForm(wanted, found.who, courseName(found.course, ask.language), ask.language))
    })

  return {
    actions: {
      'trainings.approvals': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({}),
        handle: (ask) => inTransaction(core.db, (tx) => show(tx, ask, [], 'new')),
      }),
      'trainings.approve': action({ effect: 'changes', permission: everyStaffMember, data, handle: approve }),
      'trainings.decline': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data: z.object({}),
        handle: (ask, _, selected = '') => {
          const [signUp = 0, version = 0] = selected.split(':').map(Number)
          const chosen = data.safeParse({ signUp, version })
          if (!chosen.success)
            return inTransaction(core.db, (tx) => show(tx, ask, [textsIn(ask.language).approvalGone]))
          return openDecline(ask, chosen.data)
        },
      }),
    },
    forms: {
      'trainings.decline': form({
        permission: everyStaffMember,
        data,
        handle: async (ask, wanted, values) => {
          const t = textsIn(ask.language)
          const reason = cutText(normalise(typeof values.reason === 'string' ? values.reason : ''), 200)
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

function declineForm(
  wanted: { signUp: number; version: number },
  who: string,
  course: string,
  language: Ask['language'],
): Form {
  const t = textsIn(language)
  return {
    id: 'trainings.decline',
    title: t.declineTitle,
    submit: t.declineSubmit,
    cancel: t.cancel,
    data: { ...wanted },
    intro: t.declineIntro(who, course),
    fields: [
      {
        type: 'text',
        name: 'reason',
        label: t.declineReason,
        hint: t.declineHint,
        multiline: true,
        maxLength: 200,
      },
    ],
  }
}
