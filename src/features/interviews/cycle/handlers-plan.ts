// HR plans: the list of cycles, a new one from a preset, its name, steps and people while it is a draft.
import { z } from 'zod'
import type { FormValues } from '../../../cards/card.ts'
import { writeAudit } from '../../../db/audit.ts'
import type { Tx } from '../../../db/transaction.ts'
import { inTransaction } from '../../../db/transaction.ts'
import { loadCalendars } from '../../../directory/calendars.ts'
import { readSetting, writeSetting } from '../../../directory/settings.ts'
import {
  type ActionHandler,
  type Ask,
  action,
  type FormHandler,
  form,
  openForm,
  replaceWith,
} from '../../../intake/handler.ts'
import { hr, hrOfWholeCity } from '../../../intake/permissions.ts'
import { HolidaysUnknownError } from '../../../kernel/calendar.ts'
import { fiscalYearOf } from '../../../kernel/fiscal-year.ts'
import type { Core } from '../../feature.ts'
import { substitutions } from '../conductors/rules.ts'
import { daysAfterReturn, substitutionRule } from '../conductors/settings.ts'
import { complaintRule } from '../disclosure.ts'
import { byOf, changing, cycleAgain, drawCycle, drawList, drawStep } from './draw.ts'
import { FormReader } from './form-values.ts'
import { type CycleDraft, draftFrom, presetIds, type StepDraft } from './presets.ts'
import {
  createCycle,
  cycleOfStep,
  loadChoices,
  loadCycle,
  removeStep,
  saveCycle,
  saveStep,
} from './repository.ts'
import { deadlineProblem } from './rules.ts'
import { auditCycle } from './start.ts'
import { dayProblemText, named, texts } from './views-common.ts'
import { createForm, nameForm, participationForm, rulesForm } from './views-forms.ts'
import { conductorRules, limits, stepForm, stepKinds } from './views-step.ts'

const id = z.int().positive()
const page = z.object({ page: z.int().min(0) })
const seen = z.object({ cycle: id, seen: z.string().max(20) })
const seenStep = seen.extend({ step: id.optional() })
const most = 12

export const listAgain = { id: 'interviews.cycles', data: { page: 0 } }

/** The draft of a preset without what is over already; the names of what was left out. */
export function upcoming(draft: CycleDraft, today: Temporal.PlainDate) {
  const over = (step: StepDraft) => Temporal.PlainDate.compare(step.deadline, today) < 0
  return {
    draft: { ...draft, steps: draft.steps.filter((step) => !over(step)) },
    over: draft.steps.filter(over),
  }
}

export const planActions = (core: Core): Record<string, ActionHandler> => ({
  'interviews.cycles': action({
    effect: 'reads',
    permission: hr,
    data: page,
    handle: async (ask, data) =>
      replaceWith(await drawList(core.db.prisma, ask, data.page), { id: 'interviews.cycles', data }),
  }),
  'interviews.cycle': action({
    effect: 'reads',
    permission: hr,
    data: z.object({ cycle: id }),
    handle: async (ask, { cycle }) =>
      replaceWith(await drawCycle(core.db.prisma, ask, cycle), cycleAgain(cycle)),
  }),
  'interviews.step': action({
    effect: 'reads',
    permission: hrOfWholeCity,
    data: z.object({ step: id }),
    handle: async (ask, { step }) => {
      const cycle = await cycleOfStep(core.db.prisma, step)
      return replaceWith(
        cycle !== undefined
          ? await drawStep(core.db.prisma, ask, cycle, step)
          : await drawList(core.db.prisma, ask, 0, texts(ask.language).cycle.gone),
        { id: 'interviews.step', data: { step } },
      )
    },
  }),
  'interviews.cycle-new': action({
    effect: 'reads',
    opensForm: true,
    permission: hrOfWholeCity,
    data: z.unknown(),
    handle: async (ask) => {
      const year = fiscalYearOf(ask.today)
      return openForm(createForm([year, year + 1], ask.language))
    },
  }),
  'interviews.cycle-rules': action({
    effect: 'reads',
    opensForm: true,
    permission: hrOfWholeCity,
    data: z.unknown(),
    handle: async (ask) =>
      openForm(
        rulesForm(
          {
            substitution: await readSetting(core.db.prisma, substitutionRule),
            days: await readSetting(core.db.prisma, daysAfterReturn),
            complaint: await readSetting(core.db.prisma, complaintRule),
          },
          ask.language,
        ),
      ),
  }),
  'interviews.cycle-name': draftForm(core, (cycle, ask) => nameForm(cycle, ask.language)),
  'interviews.cycle-who': draftForm(core, async (cycle, ask) =>
    participationForm(cycle, await loadChoices(core.db.prisma), ask.language),
  ),
  'interviews.step-edit': draftForm(core, (cycle, ask, stepId) =>
    stepForm(cycle, cycle.steps.find((step) => step.id === stepId) ?? null, ask.language),
  ),
  'interviews.step-remove': action({
    effect: 'changes',
    permission: hrOfWholeCity,
    data: seen.extend({ step: id }),
    handle: async (ask, data) => {
      const { card, again } = await changing(core, ask, data, 'draft', async (tx, cycle) => {
        const step = cycle.steps.find((one) => one.id === data.step)
        if (step) {
          await removeStep(tx, step.id)
          await auditCycle(tx, byOf(ask), cycle.id, 'step.removed', { kind: step.kind, name: step.name })
        }
        return texts(ask.language).step.removed
      })
      return replaceWith(card, again)
    },
  }),
})

/** Opens a form on a draft, if it still is one and as it was shown. */
function draftForm(
  core: Core,
  make: (
    cycle: NonNullable<Awaited<ReturnType<typeof loadCycle>>>,
    ask: Ask,
    stepId: number | undefined,
  ) => ReturnType<typeof nameForm> | Promise<ReturnType<typeof nameForm>>,
): ActionHandler {
  return action({
    effect: 'reads',
    opensForm: true,
    permission: hrOfWholeCity,
    data: seenStep,
    handle: async (ask, data) => {
      const cycle = await loadCycle(core.db.prisma, data.cycle)
      if (cycle?.status === 'draft' && cycle.seen === data.seen)
        return openForm(await make(cycle, ask, data.step))
      const note = texts(ask.language).cycle.changedSince
      return replaceWith(await drawCycle(core.db.prisma, ask, data.cycle, note), cycleAgain(data.cycle))
    },
  })
}

export const planForms = (core: Core): Record<string, FormHandler> => ({
  'interviews.cycle-create': form({
    permission: hrOfWholeCity,
    data: z.unknown(),
    handle: (ask, _, values) => create(core, ask, values),
  }),
  'interviews.cycle-rename': form({
    permission: hrOfWholeCity,
    data: seen,
    handle: async (ask, data, values) => {
      const read = new FormReader(values, ask.language)
      const name = read.text('name', limits.name)
      const nameEn = read.text('nameEn', limits.name, { optional: true })
      const startsOn = read.date('startsOn')
      const endsOn = read.date('endsOn')
      if (startsOn && endsOn && Temporal.PlainDate.compare(startsOn, endsOn) >= 0)
        read.refuse('endsOn', texts(ask.language).rename.order)
      if (read.errors || !startsOn || !endsOn) return { errors: read.errors ?? {} }
      const { card, again } = await changing(core, ask, data, 'draft', async (tx, cycle) => {
        await saveCycle(tx, cycle.id, { name, nameEn, startsOn, endsOn })
        await auditCycle(tx, byOf(ask), cycle.id, 'cycle.renamed', {
          name,
          startsOn: startsOn.toString(),
          endsOn: endsOn.toString(),
        })
        return texts(ask.language).cycle.saved
      })
      return replaceWith(card, again)
    },
  }),
  'interviews.cycle-participation': form({
    permission: hrOfWholeCity,
    data: seen,
    handle: (ask, data, values) => saveParticipation(core, ask, data, values),
  }),
  'interviews.step-save': form({
    permission: hrOfWholeCity,
    data: seenStep,
    handle: (ask, data, values) => saveOneStep(core, ask, data, values),
  }),
  'interviews.cycle-rules-save': form({
    permission: hrOfWholeCity,
    data: z.unknown(),
    handle: async (ask, _, values) => {
      const read = new FormReader(values, ask.language)
      const substitution = read.choice('substitution', substitutions)
      const days = read.number('days', 1, 60)
      const complaintDays = read.number('complaintDays', 1, 60)
      const desk = read.text('complaintDesk', 100, { optional: true })
      const deskEn = read.text('complaintDeskEn', 100, { optional: true })
      if (read.errors || !substitution || days === null || complaintDays === null)
        return { errors: read.errors ?? {} }
      return inTransaction(core.db, async (tx) => {
        await writeSetting(tx, substitutionRule, substitution, ask.now)
        await writeSetting(tx, daysAfterReturn, days, ask.now)
        await writeSetting(tx, complaintRule, { days: complaintDays, desk, deskEn }, ask.now)
        await writeAudit(tx, {
          at: ask.now,
          actorId: ask.actor.id,
          via: 'chat',
          action: 'setting.changed',
          subject: 'setting:interviews',
          change: { substitution, days, complaintDays, desk, deskEn },
          flow: ask.flow,
        })
        return replaceWith(await drawList(tx, ask, 0, texts(ask.language).rules.done), listAgain)
      })
    },
  }),
})

async function create(core: Core, ask: Ask, values: FormValues) {
  const t = texts(ask.language)
  const year = fiscalYearOf(ask.today)
  const read = new FormReader(values, ask.language)
  const preset = read.choice('preset', presetIds)
  const chosen = read.choice('year', [String(year), String(year + 1)])
  const name = read.text('name', limits.name, { optional: true })
  if (read.errors || !preset || !chosen) return { errors: read.errors ?? {} }
  const calendar = (await loadCalendars(core.db.prisma)).city
  let draft: CycleDraft
  try {
    draft = draftFrom(preset, Number(chosen), calendar)
  } catch (error) {
    if (error instanceof HolidaysUnknownError) return { errors: { year: t.create.unknownYear } }
    throw error
  }
  const ahead = upcoming(draft, ask.today)
  if (ahead.draft.steps.length === 0) return { errors: { year: t.create.allPast } }
  const names = ahead.over.map((step) => named(step, ask.language)).join(ask.language === 'ja' ? '、' : ', ')
  const note = names === '' ? undefined : t.create.pastSteps(names)
  return inTransaction(core.db, async (tx) => {
    const cycle = await createCycle(tx, { ...ahead.draft, ...(name && { name, nameEn: name }) })
    await auditCycle(tx, byOf(ask), cycle, 'cycle.created', { preset, year: Number(chosen) })
    return replaceWith(await drawCycle(tx, ask, cycle, note), cycleAgain(cycle))
  })
}

async function saveParticipation(
  core: Core,
  ask: Ask,
  data: { cycle: number; seen: string },
  values: FormValues,
) {
  const choices = await loadChoices(core.db.prisma)
  const ranks = choices.grades.map((grade) => String(grade.rank))
  const read = new FormReader(values, ask.language)
  const rank = (name: string) => {
    const chosen = read.choice(name, ranks.length > 0 ? ['', ...ranks] : [''], '')
    return chosen === '' ? null : Number(chosen)
  }
  const gradeFrom = rank('gradeFrom')
  const gradeTo = rank('gradeTo')
  if (gradeFrom !== null && gradeTo !== null && gradeTo < gradeFrom)
    read.refuse('gradeTo', texts(ask.language).participation.gradeOrder)
  const kinds = read.choices(
    'kinds',
    choices.employmentKinds.map((kind) => String(kind.id)),
  )
  const minServiceMonths = read.number('months', 1, 600, { optional: true })
  const hiredSince = read.date('hiredSince', { optional: true })
  const hiredBy = read.date('hiredBy', { optional: true })
  if (hiredSince && hiredBy && Temporal.PlainDate.compare(hiredBy, hiredSince) < 0)
    read.refuse('hiredBy', texts(ask.language).participation.hiredOrder)
  const lateJoiners = read.choices('joiners', ['yes']).includes('yes')
  if (read.errors) return { errors: read.errors }
  const { card, again } = await changing(core, ask, data, 'draft', async (tx, cycle) => {
    const participation = {
      gradeFrom,
      gradeTo,
      employmentKindIds: kinds.length === 0 ? null : kinds.map(Number),
      minServiceMonths,
      hiredSince: hiredSince?.toString() ?? null,
      hiredBy: hiredBy?.toString() ?? null,
      lateJoiners,
      exemptIds: cycle.participation.exemptIds,
    }
    await saveCycle(tx, cycle.id, { participation })
    const { exemptIds: _, employmentKindIds, ...plain } = participation
    await auditCycle(tx, byOf(ask), cycle.id, 'cycle.participation', {
      ...plain,
      employmentKinds: employmentKindIds ?? 'all',
    })
    return texts(ask.language).cycle.saved
  })
  return replaceWith(card, again)
}

async function saveOneStep(
  core: Core,
  ask: Ask,
  data: { cycle: number; seen: string; step?: number | undefined },
  values: FormValues,
) {
  const t = texts(ask.language)
  const read = new FormReader(values, ask.language)
  const kind = read.choice('kind', stepKinds)
  const rule = read.choice('rule', conductorRules)
  const name = read.text('name', limits.name)
  const nameEn = read.text('nameEn', limits.name, { optional: true })
  const opensOn = read.date('opensOn')
  const deadline = read.date('deadline')
  const recordDate = read.date('recordDate')
  const minutes = read.number('minutes', limits.minutesMin, limits.minutesMax)
  const disclosedOn = read.date('disclosedOn', { optional: true })
  if (disclosedOn && opensOn && Temporal.PlainDate.compare(disclosedOn, opensOn.subtract({ months: 6 })) < 0)
    read.refuse('disclosedOn', t.stepForm.disclosedEarly)
  const shared = read.choices('shared', ['yes']).includes('yes')
  const prepare = read.text('prepare', limits.prepare, { optional: true, lines: true })
  const prepareEn = read.text('prepareEn', limits.prepare, { optional: true, lines: true })
  if (deadline) {
    const calendar = (await loadCalendars(core.db.prisma)).city
    const problem = deadlineProblem(deadline, opensOn, calendar, ask.today)
    if (problem) read.refuse('deadline', dayProblemText(problem, deadline, ask.language))
  }
  if (read.errors || !kind || !rule || !opensOn || !deadline || !recordDate || minutes === null)
    return { errors: read.errors ?? {} }
  const step: StepDraft = {
    kind,
    name,
    nameEn: nameEn || name,
    opensOn,
    deadline,
    recordDate,
    conductorRule: rule,
    minutes,
    prepare,
    prepareEn,
    shared,
    disclosedOn,
  }
  const { card, again } = await changing(core, ask, data, 'draft', (tx, cycle) => keep(tx, cycle))
  return replaceWith(card, again)

  async function keep(tx: Tx, cycle: { id: number; steps: readonly { id: number }[] }): Promise<string> {
    const known = data.step !== undefined && cycle.steps.some((one) => one.id === data.step)
    if (!known && cycle.steps.length >= most) return t.cycle.tooManySteps
    await saveStep(tx, cycle.id, known && data.step !== undefined ? data.step : null, step)
    await auditCycle(tx, byOf(ask), cycle.id, known ? 'step.changed' : 'step.added', {
      kind,
      name,
      opensOn: step.opensOn.toString(),
      deadline: step.deadline.toString(),
      recordDate: step.recordDate.toString(),
      conductorRule: rule,
      minutes,
      shared,
      disclosedOn: disclosedOn?.toString() ?? null,
    })
    return t.cycle.saved
  }
}
