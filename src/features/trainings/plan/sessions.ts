// Dates of a course: added, moved, made larger or smaller, cancelled.
import { z } from 'zod'
import type { Form, FormValues } from '../../../cards/card.ts'
import { one } from '../../../cards/values.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { loadCalendars } from '../../../directory/calendars.ts'
import { type Ask, action, form, openForm, replaceWith } from '../../../intake/handler.ts'
import type { ClosedReason, WorkingCalendar } from '../../../kernel/calendar.ts'
import { formatDate } from '../../../kernel/format.ts'
import { cutText } from '../../../kernel/words.ts'
import type { Core } from '../../feature.ts'
import { officer } from '../access.ts'
import { loadCourse, loadSignUps } from '../load.ts'
import { by } from '../sign-up/apply.ts'
import type { Course, Session } from '../state.ts'
import { courseName, sessionTime } from '../words.ts'
import { addSession, cancelSession, changeSession, inSession } from './change.ts'
import { whyClosed } from './compare.ts'
import { instantOf, localOf, type SessionDraft, webAddress } from './draft.ts'
import { officerCourse, openPlanned, showPlanned } from './page.ts'
import { textsIn } from './texts.ts'

const id = z.number().int().positive()
const ofSession = z.object({ session: id, version: id })

export function sessions(core: Core) {
  const find = async (tx: Tx, ask: Ask, sessionId: number): Promise<{ course: Course; session: Session }> => {
    const row = await tx.courseSession.findUnique({ where: { id: sessionId }, select: { courseId: true } })
    const course = await officerCourse(tx, ask, row?.courseId ?? 0)
    const session = course.sessions.find((each) => each.id === sessionId)
    if (!session) throw new Error(`session ${sessionId} is not of its course`)
    return { course, session }
  }

  return {
    actions: {
      'trainings.session-add': action({
        effect: 'reads',
        opensForm: true,
        permission: officer,
        data: z.object({ course: id, version: id }),
        handle: (ask, data) =>
          inTransaction(core.db, async (tx) => {
            const course = await officerCourse(tx, ask, data.course)
            return openForm(sessionForm(course, null, core.zone, ask))
          }),
      }),
      /** The card of one date: a form changes it, a button cancels it. */
      'trainings.session-edit': action({
        effect: 'reads',
        permission: officer,
        data: ofSession,
        handle: (ask, data) =>
          inTransaction(core.db, async (tx) => {
            const { course, session } = await find(tx, ask, data.session)
            const t = textsIn(ask.language)
            const live = inSession(await loadSignUps(tx, { sessionId: session.id }), session.id)
            const when = sessionTime(session, core.zone, ask.language)
            const own = { session: session.id, version: session.version }
            return replaceWith({
              summary: when,
              blocks: [
                { type: 'heading', text: courseName(course, ask.language) },
                { type: 'text', text: `${when}　${session.place}` },
                { type: 'context', text: t.seats(session.taken, session.capacity) },
                {
                  type: 'buttons',
                  buttons: [
                    {
                      label: t.editSession,
                      style: 'primary',
                      action: { id: 'trainings.session-form', data: own },
                    },
                    {
                      label: t.cancelSession,
                      action: { id: 'trainings.session-cancel', data: own },
                      confirm: {
                        title: t.cancelSessionTitle,
                        text: t.cancelSessionText(when, live.length),
                        yes: t.cancelCourseYes,
                        no: t.no,
                      },
                    },
                    { label: t.backToCourse, action: openPlanned(course.id) },
                  ],
                },
              ],
            })
          }),
      }),
      'trainings.session-form': action({
        effect: 'reads',
        opensForm: true,
        permission: officer,
        data: ofSession,
        handle: (ask, data) =>
          inTransaction(core.db, async (tx) => {
            const { course, session } = await find(tx, ask, data.session)
            return openForm(sessionForm(course, session, core.zone, ask))
          }),
      }),
      'trainings.session-cancel': action({
        effect: 'changes',
        permission: officer,
        data: ofSession,
        handle: (ask, data) =>
          inTransaction(core.db, async (tx) => {
            const { course, session } = await find(tx, ask, data.session)
            const t = textsIn(ask.language)
            if (session.version !== data.version || session.status !== 'planned')
              return showPlanned(core, tx, ask, course.id, { lines: [t.stale] })
            const told = await cancelSession(core, tx, session, by(ask))
            return showPlanned(core, tx, ask, course.id, { lines: [t.sessionCancelled(told)] })
          }),
      }),
    },
    forms: {
      'trainings.session-save': form({
        permission: officer,
        data: z.object({ course: id, session: id.optional(), version: id.optional() }),
        handle: (ask, data, values) =>
          inTransaction(core.db, async (tx) => {
            const course = await officerCourse(tx, ask, data.course)
            const t = textsIn(ask.language)
            const { city } = await loadCalendars(tx)
            const read = readSession(values, { ...ask, zone: core.zone, calendar: city })
            if ('errors' in read) return read
            if (course.status !== 'draft' && course.status !== 'published')
              return showPlanned(core, tx, ask, course.id, { lines: [t.stale] })
            if (data.session === undefined) {
              await addSession(core, tx, course.id, read.draft, by(ask))
              return showPlanned(core, tx, ask, course.id, { lines: [t.sessionAdded] })
            }
            const session = course.sessions.find((each) => each.id === data.session)
            if (!session || session.version !== data.version || session.status !== 'planned')
              return showPlanned(core, tx, ask, course.id, { lines: [t.stale] })
            const outcome = await changeSession(core, tx, session, read.draft, by(ask))
            switch (outcome.type) {
              case 'too-small':
                return { errors: { capacity: t.form.held(outcome.held) } }
              case 'same':
                return showPlanned(core, tx, ask, course.id, { lines: [t.sessionSame] })
              case 'changed': {
                const moved =
                  !instantOf(read.draft.startsAt, core.zone).equals(session.startsAt) ||
                  !instantOf(read.draft.endsAt, core.zone).equals(session.endsAt) ||
                  read.draft.place !== session.place ||
                  read.draft.url !== session.url
                const seated = inSession(await loadSignUps(tx, { sessionId: session.id }), session.id).filter(
                  ({ status }) => status === 'confirmed',
                )
                const lines = [t.sessionChanged(moved ? seated.length : 0)]
                return showPlanned(core, tx, ask, (await loadCourse(tx, course.id))?.id ?? course.id, {
                  lines,
                })
              }
              default:
                return outcome satisfies never
            }
          }),
      }),
    },
  }
}

function sessionForm(course: Course, session: Session | null, zone: string, { language }: Ask): Form {
  const t = textsIn(language).form
  const [day, start] = session ? localOf(session.startsAt, zone).split('T') : ['', '13:30']
  const [endDay, end] = session ? localOf(session.endsAt, zone).split('T') : ['', '17:00']
  return {
    id: 'trainings.session-save',
    title: session ? t.sessionEdit : t.sessionAdd,
    submit: t.save,
    cancel: t.cancel,
    data: { course: course.id, ...(session && { session: session.id, version: session.version }) },
    fields: [
      { type: 'date', name: 'day', label: t.day, ...(day && { value: day }) },
      { type: 'time', name: 'start', label: t.start, value: start ?? '13:30' },
      { type: 'time', name: 'end', label: t.end, value: end ?? '17:00' },
      {
        type: 'date',
        name: 'endDay',
        label: t.endDay,
        optional: true,
        ...(endDay && endDay !== day && { value: endDay }),
      },
      {
        type: 'text',
        name: 'place',
        label: t.place,
        optional: true,
        maxLength: 100,
        ...(session?.place && { value: session.place }),
      },
      {
        type: 'text',
        name: 'url',
        label: t.url,
        optional: true,
        maxLength: 500,
        ...(session?.url && { value: session.url }),
      },
      {
        type: 'number',
        name: 'capacity',
        label: t.capacity,
        min: 1,
        max: 5_000,
        value: session?.capacity ?? 30,
      },
      {
        type: 'checkboxes',
        name: 'closedOk',
        label: t.closedOk,
        optional: true,
        options: [{ value: 'yes', label: t.closedOkOption }],
      },
    ],
  }
}

interface Reading {
  readonly language: Ask['language']
  readonly now: Temporal.Instant
  readonly zone: string
  readonly calendar: WorkingCalendar
}

/** A date on a closing day has to be meant: it is taken only with its own tick. */
export function readSession(
  values: FormValues,
  { language, now, zone, calendar }: Reading,
): { readonly errors: Record<string, string> } | { readonly draft: SessionDraft } {
  const t = textsIn(language).form
  const errors: Record<string, string> = {}
  const [day, start, end, endDay] = (['day', 'start', 'end', 'endDay'] as const).map((name) =>
    one(values, name),
  )
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day ?? '')) errors.day = t.bad.date
  if (endDay && !/^\d{4}-\d{2}-\d{2}$/.test(endDay)) errors.endDay = t.bad.date
  for (const [name, value] of [
    ['start', start],
    ['end', end],
  ] as const)
    if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(value ?? '')) errors[name] = t.bad.required
  const url = webAddress(one(values, 'url'))
  if (url === undefined) errors.url = t.bad.url
  const capacity = Number(one(values, 'capacity'))
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > 5_000) errors.capacity = t.badCapacity
  if (Object.keys(errors).length > 0) return { errors }
  const draft = {
    startsAt: `${day}T${start}`,
    endsAt: `${endDay || day}T${end}`,
    place: cutText(one(values, 'place'), 100),
    url: url ?? '',
    capacity,
  }
  if (draft.endsAt <= draft.startsAt) return { errors: { [endDay ? 'endDay' : 'end']: t.badTime } }
  if (Temporal.Instant.compare(instantOf(draft.startsAt, zone), now) <= 0) return { errors: { day: t.past } }
  const date = Temporal.PlainDate.from(day ?? '')
  const closed = whyClosed(calendar, date)
  const meant = one(values, 'closedOk') === 'yes'
  if (closed && !meant)
    return { errors: { day: t.closedDay(formatDate(date, language), closedWords(closed, language)) } }
  return { draft }
}

function closedWords(reason: ClosedReason, language: Ask['language']): string {
  switch (reason.kind) {
    case 'holiday':
      return reason.name[language]
    case 'year-end':
      return language === 'ja' ? '年末年始' : 'year-end'
    case 'exception':
      return reason.note || (language === 'ja' ? '休業日' : 'closed')
    case 'weekend':
      return language === 'ja' ? '休日' : 'weekend'
    default:
      return reason satisfies never
  }
}
