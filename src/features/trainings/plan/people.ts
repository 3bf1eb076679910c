// Who has signed up for a course, as its officers see it; taking somebody off, giving somebody a seat.
import { z } from 'zod'
import type { Block, Button, FieldErrors, Form, Row } from '../../../cards/card.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { loadPeople } from '../../../directory/people.ts'
import {
  type Answer,
  type Ask,
  action,
  type FormAnswer,
  form,
  openForm,
  replaceWith,
} from '../../../intake/handler.ts'
import type { Core } from '../../feature.ts'
import { isReached, officer } from '../access.ts'
import { loadSignUps } from '../load.ts'
import { tellMoves } from '../reminders/plan.ts'
import { by } from '../sign-up/apply.ts'
import { isAhead } from '../sign-up/card.ts'
import { enterSignUps, lockedSignUp, moveSignUp } from '../sign-up/move.ts'
import { freeSeats, lockSessions } from '../sign-up/seats.ts'
import { type Course, isLive, isOnDemand, type SignUp, type SignUpStatus, sessionOf } from '../state.ts'
import { courseName, sessionTime, stateWords } from '../words.ts'
import { officerCourse, openPlanned, showPlanned } from './page.ts'
import { textsIn } from './texts.ts'

const id = z.number().int().positive()
const pageSize = 10

const order: readonly SignUpStatus[] = [
  'awaiting_approval',
  'offered',
  'waitlisted',
  'nominated',
  'applied',
  'confirmed',
  'attended',
  'completed',
  'partly',
  'absent',
  'declined',
  'cancelled',
]

export function people(core: Core) {
  const show = async (
    tx: Tx,
    ask: Ask,
    course: Course,
    page: number,
    lines: readonly string[] = [],
  ): Promise<Answer> => {
    const { language } = ask
    const t = textsIn(language)
    // Whoever only said "not this time" has not signed up.
    const all = (
      await loadSignUps(tx, { courseId: course.id, NOT: { status: 'cancelled', appliedAt: null } })
    )
      .map((signUp, n) => ({ signUp, n }))
      .toSorted((a, b) => order.indexOf(a.signUp.status) - order.indexOf(b.signUp.status) || a.n - b.n)
      .map(({ signUp }) => signUp)
    const pages = Math.max(1, Math.ceil(all.length / pageSize))
    const at = Math.min(Math.max(1, page), pages)
    const shown = all.slice((at - 1) * pageSize, at * pageSize)
    const known = await loadPeople(
      tx,
      shown.map(({ personId }) => personId),
      ask.today,
    )
    const waiting = Map.groupBy(
      all.filter((each) => each.status === 'waitlisted'),
      (each) => sessionOf(each),
    )
    const rows = shown.map((signUp): Row => {
      const session = course.sessions.find((each) => each.id === sessionOf(signUp))
      const place = (waiting.get(sessionOf(signUp)) ?? []).findIndex((each) => each.id === signUp.id) + 1
      const state = stateWords(signUp, { zone: core.zone, language, session, waitlistPlace: place })
      const when = session && signUp.status !== 'confirmed' ? sessionTime(session, core.zone, language) : ''
      return {
        text: known.get(signUp.personId)?.name ?? '',
        detail: [state, when].filter(Boolean).join(' / '),
        ...buttonFor(signUp, language),
      }
    })
    const turn = (label: string, to: number): Button => ({
      label,
      action: { id: 'trainings.people', data: { course: course.id, version: course.version, page: to } },
    })
    const blocks: Block[] = [
      { type: 'heading', text: t.peopleTitle(courseName(course, language)) },
      ...lines.map((text) => ({ type: 'text', text }) as const),
      rows.length > 0 ? { type: 'list', rows } : { type: 'text', text: t.peopleNone },
    ]
    if (pages > 1) blocks.push({ type: 'context', text: t.page(at, pages) })
    blocks.push({
      type: 'buttons',
      buttons: [
        ...(at > 1 ? [turn(t.previous, at - 1)] : []),
        ...(at < pages ? [turn(t.next, at + 1)] : []),
        { label: t.backToCourse, action: openPlanned(course.id) },
      ],
    })
    return replaceWith(
      { summary: t.summary, blocks },
      { id: 'trainings.people', data: { course: course.id, version: course.version, page: at } },
    )
  }

  const remove = (ask: Ask, data: { signUp: number; version: number }) =>
    inTransaction(core.db, async (tx) => {
      const signUp = await lockedSignUp(tx, data.signUp)
      const course = await officerCourse(tx, ask, signUp?.courseId ?? 0)
      const t = textsIn(ask.language)
      if (!signUp || signUp.version !== data.version || !isLive(signUp))
        return show(tx, ask, course, 1, [t.stale])
      await moveSignUp(core, tx, signUp, { type: 'end', because: 'hr' }, by(ask))
      return show(tx, ask, course, 1, [t.removed])
    })

  /** HR gives a seat: no approval, no window, but never more seats than there are. */
  const enrol = async (
    tx: Tx,
    ask: Ask,
    course: Course,
    personId: number,
    sessionId: number | null,
  ): Promise<string> => {
    const t = textsIn(ask.language)
    if (sessionId !== null) await lockSessions(tx, [sessionId])
    const seat = sessionId === null ? null : ((await freeSeats(tx, sessionId))[0] ?? null)
    if (sessionId !== null && seat === null) return t.enrolFull
    const person = (await loadPeople(tx, [personId], ask.today)).get(personId)
    const name = person?.name ?? ''
    const live = (await loadSignUps(tx, { courseId: course.id, personId })).find(isLive)
    if (live && (live.status === 'nominated' || live.status === 'waitlisted')) {
      await moveSignUp(core, tx, live, { type: 'choose', sessionId, seat }, by(ask))
      return t.enrolled(name)
    }
    const [made] = await enterSignUps(
      core,
      tx,
      [
        {
          courseId: course.id,
          personId,
          mandatory: course.mandatory,
          reason: 'hr',
          state: { status: 'confirmed', sessionId, seat },
        },
      ],
      'enrol',
      by(ask),
    )
    if (!made) return t.enrolAlready
    const told = { signUp: made, command: { type: 'choose', sessionId, seat } as const }
    await tellMoves(core, tx, [told], [made], by(ask))
    return t.enrolled(name)
  }

  return {
    actions: {
      'trainings.people': action({
        effect: 'reads',
        permission: officer,
        data: z.object({ course: id, version: id, page: z.number().int().optional() }),
        handle: (ask, { course, page = 1 }) =>
          inTransaction(core.db, async (tx) => show(tx, ask, await officerCourse(tx, ask, course), page)),
      }),
      'trainings.remove': action({
        effect: 'changes',
        permission: officer,
        data: z.object({ signUp: id, version: id }),
        handle: remove,
      }),
      'trainings.enrol-open': action({
        effect: 'reads',
        opensForm: true,
        permission: officer,
        data: z.object({ course: id, version: id }),
        handle: (ask, data) =>
          inTransaction(core.db, async (tx) =>
            openForm(enrolForm(await officerCourse(tx, ask, data.course), core.zone, ask)),
          ),
      }),
    },
    forms: {
      'trainings.enrol': form({
        permission: officer,
        searches: true,
        data: z.object({ course: id }),
        handle: (ask, data, values) =>
          inTransaction(core.db, async (tx): Promise<FormAnswer | { errors: FieldErrors }> => {
            const course = await officerCourse(tx, ask, data.course)
            const t = textsIn(ask.language)
            const personId = Number(values.person)
            const known =
              Number.isInteger(personId) && (await loadPeople(tx, [personId], ask.today)).has(personId)
            if (!known) return { errors: { person: t.form.bad.required } }
            const org = await loadOrganisation(tx, ask.today, [personId])
            if (!isReached(course, personId, org)) return { errors: { person: t.form.bad.otherPart } }
            const session = course.sessions.find(
              (each) => String(each.id) === values.session && isAhead(each, ask.now),
            )
            if (!session && !isOnDemand(course)) return { errors: { session: t.form.bad.required } }
            if (course.status !== 'published')
              return showPlanned(core, tx, ask, course.id, { lines: [t.stale] })
            const line = await enrol(tx, ask, course, personId, session?.id ?? null)
            return showPlanned(core, tx, ask, course.id, { lines: [line] })
          }),
      }),
    },
  }
}

function buttonFor(signUp: SignUp, language: Ask['language']): { button?: Button } {
  const t = textsIn(language)
  const data = { signUp: signUp.id, version: signUp.version }
  if (signUp.status === 'awaiting_approval')
    return { button: { label: t.approve, action: { id: 'trainings.approve', data } } }
  if (!isLive(signUp)) return {}
  return {
    button: {
      label: t.remove,
      action: { id: 'trainings.remove', data },
      confirm: { title: t.removeTitle, text: t.removeText, yes: t.removeYes, no: t.no },
    },
  }
}

function enrolForm(course: Course, zone: string, { language, now }: Ask): Form {
  const t = textsIn(language).form
  const ahead = course.sessions.filter((session) => isAhead(session, now)).slice(0, 90)
  return {
    id: 'trainings.enrol',
    title: t.enrolTitle,
    submit: t.add,
    cancel: t.cancel,
    data: { course: course.id },
    intro: t.enrolIntro,
    fields: [
      { type: 'person', name: 'person', label: t.person },
      ...(ahead.length > 0
        ? [
            {
              type: 'select',
              name: 'session',
              label: t.session,
              value: String(ahead[0]?.id ?? ''),
              options: ahead.map((session) => ({
                value: String(session.id),
                label: sessionTime(session, zone, language),
              })),
            } as const,
          ]
        : []),
    ],
  }
}
