// A conductor asks a whole section what suits.
import { z } from 'zod'
import type { Field, FieldErrors, Form, FormValues } from '../../../cards/card.ts'
import { dayOf } from '../../../cards/values.ts'
import { writeAudit } from '../../../db/audit.ts'
import { OverlapError } from '../../../db/errors.ts'
import { toDbDate, toDbInstant } from '../../../db/time.ts'
import { inTransaction } from '../../../db/transaction.ts'
import {
  type Answer,
  type Ask,
  action,
  type FormAnswer,
  form,
  openForm,
  say,
} from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import { addWorkingDays, type WorkingCalendar } from '../../../kernel/calendar.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { readRequest } from '../booking/form-values.ts'
import { attendsAssembly, calendarOf, propose, requestFields } from '../booking/request.ts'
import { waitingOf } from '../booking/store.ts'
import { textsIn } from '../booking/texts.ts'
import { replan } from '../reminders/replan.ts'
import type { Interview } from '../state.ts'
import { arrangementSubject, wantedOf } from './plan.ts'
import { showProgress } from './progress.ts'
import { runningArrangement } from './store.ts'
import { arrangementTexts } from './texts.ts'
import { lineCard, startedCard } from './views.ts'

/** Hours that one question asks about: more are hard to answer. */
const maxSlots = 100

const stepData = z.object({ step: z.number().int().positive().optional() })

export function starting(core: Core) {
  const { zone } = core

  /** Of the step that was named, else of the one whose deadline comes first. */
  function forStep(waiting: readonly Interview[], step: number | undefined): Interview[] {
    const wanted = step ?? waiting.find((each) => each.step)?.step?.id
    return waiting.filter((each) => each.step && each.step.id === wanted)
  }

  async function open(ask: Ask, data: z.infer<typeof stepData>): Promise<FormAnswer> {
    return inTransaction(core.db, async (tx) => {
      const t = arrangementTexts(ask.language)
      const members = forStep(await waitingOf(tx, ask.actor.id, ask.today), data.step)
      const step = members[0]?.step
      if (!step) return say(lineCard(t.nothing))
      const running = await runningArrangement(tx, ask.actor.id, step.id)
      if (running !== undefined) return showProgress(core, tx, ask, running, { line: t.running })
      const calendar = await calendarOf(tx, ask.actor.id, ask.today)
      return openForm(
        arrangeForm(members, step.id, calendar, await attendsAssembly(tx, ask.actor.id, ask.today), ask),
      )
    })
  }

  async function start(
    ask: Ask,
    data: z.infer<typeof stepData>,
    values: FormValues,
  ): Promise<Answer | { readonly errors: FieldErrors }> {
    const t = arrangementTexts(ask.language)
    const read = readRequest(values, ask.language, ask.today)
    const answerBy = dayOf(values, 'answerBy')
    const errors: Record<string, string> = read.ok ? {} : { ...read.errors }
    if (!answerBy) errors.answerBy = textsIn(ask.language).dateNeeded
    else if (Temporal.PlainDate.compare(answerBy, ask.today) < 0) errors.answerBy = t.answerByPast
    else if (read.ok && Temporal.PlainDate.compare(answerBy, read.value.from) >= 0)
      errors.answerBy = t.answerByLate
    if (!read.ok || !answerBy || Object.keys(errors).length > 0) return { errors }
    try {
      return await inTransaction(core.db, async (tx) => {
        const members = forStep(await waitingOf(tx, ask.actor.id, ask.today), data.step)
        const step = members[0]?.step
        if (!step) return say(lineCard(t.nothing))
        const running = await runningArrangement(tx, ask.actor.id, step.id)
        if (running !== undefined) return showProgress(core, tx, ask, running, { line: t.running })
        const proposed = await propose(tx, ask.actor.id, read.value, zone, ask.now, ask.language, maxSlots)
        if ('errors' in proposed) return proposed
        const { id } = await tx.arrangement.create({
          data: { stepId: step.id, ownerId: ask.actor.id, answerBy: toDbDate(answerBy) },
          select: { id: true },
        })
        await tx.slot.createMany({
          data: proposed.slots.map((slot) => ({
            ownerId: ask.actor.id,
            stepId: step.id,
            startsAt: toDbInstant(slot.start),
            endsAt: toDbInstant(slot.end),
            place: read.value.place,
            status: 'arranging',
            arrangementId: id,
          })),
        })
        const made = {
          id,
          ownerId: ask.actor.id,
          status: 'collecting',
          answerBy,
          answered: new Set<number>(),
        } as const
        await core.notices.reconcile(
          tx,
          [{ subject: arrangementSubject(id), wanted: wantedOf(made, members, zone, ask.now) }],
          ask.now,
        )
        await replan(
          core,
          tx,
          members.map((each) => each.id),
          ask.now,
        )
        await writeAudit(tx, {
          at: ask.now,
          actorId: ask.actor.id,
          via: 'chat',
          action: 'arrangement.started',
          subject: arrangementSubject(id),
          change: { step: step.id, people: members.length, answerBy: answerBy.toString() },
          flow: ask.flow,
        })
        const by = formatDate(answerBy, ask.language)
        const line = t.started(proposed.slots.length, members.length, by)
        return say(startedCard(line, id, ask.language), {
          id: 'interviews.arrangement',
          data: { arrangement: id },
        })
      })
    } catch (error) {
      if (error instanceof OverlapError) return { errors: { hoursFrom: textsIn(ask.language).raced } }
      throw error
    }
  }

  return {
    actions: {
      'interviews.arrange': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: stepData,
        opensForm: true,
        handle: open,
      }),
    },
    forms: {
      'interviews.arrange': form({ permission: everyStaffMember, data: stepData, handle: start }),
    },
  }
}

function arrangeForm(
  members: readonly Interview[],
  step: number,
  calendar: WorkingCalendar,
  attends: boolean,
  ask: Ask,
): Form {
  const t = arrangementTexts(ask.language)
  const answerBy = addWorkingDays(calendar, ask.today, 3)
  const answer: Field = {
    type: 'date',
    name: 'answerBy',
    label: t.answerBy,
    hint: t.answerByHint,
    value: answerBy.toString(),
  }
  return {
    id: 'interviews.arrange',
    title: t.formTitle,
    submit: t.formSubmit,
    cancel: textsIn(ask.language).offerCancel,
    data: { step },
    intro: t.formIntro,
    fields: [answer, ...requestFields(members, calendar, answerBy, ask.language, attends)],
  }
}
