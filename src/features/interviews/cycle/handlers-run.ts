// HR starts a cycle, and changes or ends a running one.
import { z } from 'zod'
import type { Form } from '../../../cards/card.ts'
import { toDbDateOrNull } from '../../../db/time.ts'
import type { inTransaction } from '../../../db/transaction.ts'
import { loadCalendars } from '../../../directory/calendars.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import {
  type ActionHandler,
  type Ask,
  action,
  type FormAnswer,
  type FormHandler,
  form,
  openForm,
  replaceWith,
} from '../../../intake/handler.ts'
import { hrOfWholeCity } from '../../../intake/permissions.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { planDisclosures } from '../disclosed/plan.ts'
import { cancelCycle, cancelStep, closeCycle, moveDeadline, reopenCycle } from './change.ts'
import { byOf, changing, cycleAgain, drawCycle, drawStep, stepOf } from './draw.ts'
import { FormReader } from './form-values.ts'
import { type CyclePlan, loadCycle, saveCycle } from './repository.ts'
import { deadlineProblem, problemsOf } from './rules.ts'
import { auditCycle, startCycle } from './start.ts'
import { dayProblemText, texts } from './views-common.ts'
import { discloseForm, moveForm } from './views-step.ts'

const id = z.int().positive()
const seen = z.object({ cycle: id, seen: z.string().max(20) })
const seenStep = seen.extend({ step: id })
/** More sections than a menu shows are not offered; the whole step can still be moved. */
const sectionsAtMost = 100

type Change = (
  tx: Parameters<Parameters<typeof inTransaction>[1]>[0],
  cycle: CyclePlan,
  ask: Ask,
) => Promise<string>

/** A button that changes the whole cycle in one of its states, and answers with its card. */
const cycleAction = (core: Core, status: CyclePlan['status'], change: Change): ActionHandler =>
  action({
    effect: 'changes',
    permission: hrOfWholeCity,
    data: seen,
    handle: async (ask, data) => {
      const { card, again } = await changing(core, ask, data, status, (tx, cycle) => change(tx, cycle, ask))
      return replaceWith(card, again)
    },
  })

/** A form about a step of a running plan that is still as it was shown; else the plan as it is now. */
async function stepForm(
  core: Core,
  ask: Ask,
  data: z.infer<typeof seenStep>,
  formOf: (cycle: CyclePlan, step: CyclePlan['steps'][number]) => Promise<Form>,
): Promise<FormAnswer> {
  const cycle = await loadCycle(core.db.prisma, data.cycle)
  const step = cycle && stepOf(cycle, data.step)
  if (cycle?.status === 'open' && cycle.seen === data.seen && step) return openForm(await formOf(cycle, step))
  const note = texts(ask.language).cycle.changedSince
  return replaceWith(await drawCycle(core.db.prisma, ask, data.cycle, note), cycleAgain(data.cycle))
}

export const runActions = (core: Core): Record<string, ActionHandler> => ({
  'interviews.cycle-start': cycleAction(core, 'draft', async (tx, cycle, ask) => {
    const t = texts(ask.language)
    const calendar = (await loadCalendars(tx)).city
    if (problemsOf(cycle, calendar, ask.today).some((problem) => problem.blocks)) return t.cycle.before
    return t.cycle.started(await startCycle(core, tx, cycle, byOf(ask)))
  }),
  'interviews.cycle-drop': cycleAction(core, 'draft', async (tx, cycle, ask) => {
    await saveCycle(tx, cycle.id, { status: 'cancelled' })
    await auditCycle(tx, byOf(ask), cycle.id, 'cycle.dropped', {})
    return texts(ask.language).cycle.cancelled
  }),
  'interviews.cycle-close': cycleAction(core, 'open', async (tx, cycle, ask) => {
    await closeCycle(core, tx, cycle, byOf(ask))
    return texts(ask.language).cycle.closed
  }),
  'interviews.cycle-cancel': cycleAction(core, 'open', async (tx, cycle, ask) => {
    await cancelCycle(core, tx, cycle, byOf(ask))
    return texts(ask.language).cycle.cancelled
  }),
  'interviews.cycle-reopen': cycleAction(core, 'closed', async (tx, cycle, ask) => {
    await reopenCycle(core, tx, cycle, byOf(ask))
    return texts(ask.language).cycle.reopened
  }),
  'interviews.step-cancel': action({
    effect: 'changes',
    permission: hrOfWholeCity,
    data: seenStep,
    handle: async (ask, data) => {
      const { card, again } = await changing(core, ask, data, 'open', async (tx, cycle) => {
        const step = stepOf(cycle, data.step)
        if (!step) return texts(ask.language).cycle.changedSince
        await cancelStep(core, tx, cycle, step, byOf(ask))
        return texts(ask.language).step.cancelled
      })
      return replaceWith(card, again)
    },
  }),
  'interviews.step-move': action({
    effect: 'reads',
    opensForm: true,
    permission: hrOfWholeCity,
    data: seenStep,
    handle: (ask, data) =>
      stepForm(core, ask, data, async (cycle, step) => {
        const sections = (await loadOrganisation(core.db.prisma, ask.today, [])).sections()
        const offered = sections.length <= sectionsAtMost ? sections : []
        return moveForm(cycle, step, offered, ask.language)
      }),
  }),
  'interviews.step-disclose': action({
    effect: 'reads',
    opensForm: true,
    permission: hrOfWholeCity,
    data: seenStep,
    handle: (ask, data) =>
      stepForm(core, ask, data, async (cycle, step) => discloseForm(cycle, step, ask.language)),
  }),
})

export const runForms = (core: Core): Record<string, FormHandler> => ({
  'interviews.step-disclosed': form({
    permission: hrOfWholeCity,
    data: seenStep,
    handle: async (ask, data, values) => {
      const t = texts(ask.language)
      const read = new FormReader(values, ask.language)
      const day = read.date('day', { optional: true })
      if (day && Temporal.PlainDate.compare(day, ask.today) < 0) read.refuse('day', t.disclose.past)
      if (read.errors) return { errors: read.errors }
      const { card } = await changing(core, ask, data, 'open', async (tx, cycle) => {
        const step = stepOf(cycle, data.step)
        if (!step) return t.cycle.changedSince
        await tx.step.update({ where: { id: step.id }, data: { disclosedOn: toDbDateOrNull(day) } })
        await auditCycle(tx, byOf(ask), cycle.id, 'step.disclosure-moved', {
          step: step.id,
          from: step.disclosedOn?.toString() ?? null,
          to: day?.toString() ?? null,
        })
        const people = await planDisclosures(core, tx, ask.now, step.id)
        const note = day ? t.disclose.done(formatDate(day, ask.language), people) : t.disclose.none
        return { card: await drawStep(tx, ask, cycle.id, step.id, note) }
      })
      return replaceWith(card, { id: 'interviews.step', data: { step: data.step } })
    },
  }),
  'interviews.step-deadline': form({
    permission: hrOfWholeCity,
    data: seenStep,
    handle: async (ask, data, values) => {
      const t = texts(ask.language)
      const sections = (await loadOrganisation(core.db.prisma, ask.today, [])).sections()
      const read = new FormReader(values, ask.language)
      const deadline = read.date('deadline')
      const section = read.choice('section', ['', ...sections.map((one) => String(one.id))], '')
      const calendar = (await loadCalendars(core.db.prisma)).city
      const shown = await loadCycle(core.db.prisma, data.cycle)
      const opensOn = shown?.steps.find((one) => one.id === data.step)?.opensOn ?? null
      const problem = deadline && deadlineProblem(deadline, opensOn, calendar, ask.today)
      if (deadline && problem) read.refuse('deadline', dayProblemText(problem, deadline, ask.language))
      if (read.errors || !deadline) return { errors: read.errors ?? {} }
      const { card } = await changing(core, ask, data, 'open', async (tx, cycle) => {
        const step = stepOf(cycle, data.step)
        if (!step) return t.cycle.changedSince
        const sectionId = section === '' ? null : Number(section)
        const count = await moveDeadline(core, tx, cycle, step, deadline, sectionId, byOf(ask))
        const note = t.move.done(count, formatDate(deadline, ask.language))
        return { card: await drawStep(tx, ask, cycle.id, step.id, note) }
      })
      return replaceWith(card, { id: 'interviews.step', data: { step: data.step } })
    },
  }),
})
