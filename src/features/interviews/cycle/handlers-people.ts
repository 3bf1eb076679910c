// HR checks who takes part: figures, gaps in the evaluator routes, deputies, people left out.
import { z } from 'zod'
import type { Card } from '../../../cards/card.ts'
import type { Tx } from '../../../db/transaction.ts'
import { inTransaction } from '../../../db/transaction.ts'
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
import type { Core } from '../../feature.ts'
import { exemptPerson, includePerson } from './change.ts'
import {
  byOf,
  changing,
  cycleAgain,
  describePeople,
  drawCycle,
  drawPeople,
  drawPreview,
  longTransaction,
} from './draw.ts'
import { FormReader } from './form-values.ts'
import { type FillProblem, fillEvaluator, nameDeputy } from './gaps.ts'
import { loadCycle, lockCycle } from './repository.ts'
import { texts } from './views-common.ts'
import { deputyForm, evaluatorForm, exemptForm } from './views-forms.ts'

const id = z.int().positive()
const paged = z.object({ cycle: id, page: z.int().min(0) })
const aboutPerson = z.object({ cycle: id, person: id })

const reading = (
  core: Core,
  name: string,
  draw: (tx: Tx, ask: Ask, cycle: number, page: number) => Promise<Card>,
): Record<string, ActionHandler> => ({
  [name]: action({
    effect: 'reads',
    permission: hr,
    data: paged,
    handle: async (ask, data) =>
      replaceWith(await draw(core.db.prisma, ask, data.cycle, data.page), { id: name, data }),
  }),
})

export const peopleActions = (core: Core): Record<string, ActionHandler> => ({
  ...reading(core, 'interviews.cycle-preview', drawPreview),
  ...reading(core, 'interviews.cycle-gaps', (tx, ask, ...at) => drawPeople(tx, ask, 'gaps', ...at)),
  ...reading(core, 'interviews.cycle-absent', (tx, ask, ...at) => drawPeople(tx, ask, 'absent', ...at)),
  ...reading(core, 'interviews.cycle-left-out', (tx, ask, ...at) => drawPeople(tx, ask, 'left-out', ...at)),
  'interviews.gap': action({
    effect: 'reads',
    opensForm: true,
    permission: hrOfWholeCity,
    data: aboutPerson,
    handle: async (ask, { cycle, person }) => {
      const names = await describePeople(core.db.prisma, ask, [person])
      const shown = { id: person, shown: names.addressed(person) }
      return openForm(evaluatorForm(cycle, shown, names.sectionOf(person), ask.language))
    },
  }),
  'interviews.deputy': action({
    effect: 'reads',
    opensForm: true,
    permission: hrOfWholeCity,
    data: aboutPerson,
    handle: async (ask, { cycle, person }) => {
      const names = await describePeople(core.db.prisma, ask, [person])
      return openForm(deputyForm(cycle, { id: person, shown: names.addressed(person) }, ask.language))
    },
  }),
  'interviews.cycle-exempt': action({
    effect: 'reads',
    opensForm: true,
    permission: hrOfWholeCity,
    data: z.object({ cycle: id }),
    handle: async (ask, data) => {
      const cycle = await loadCycle(core.db.prisma, data.cycle)
      if (cycle && (cycle.status === 'draft' || cycle.status === 'open'))
        return openForm(exemptForm(cycle, ask.language))
      const note = texts(ask.language).cycle.changedSince
      return replaceWith(await drawCycle(core.db.prisma, ask, data.cycle, note), cycleAgain(data.cycle))
    },
  }),
})

export const peopleForms = (core: Core): Record<string, FormHandler> => ({
  'interviews.gap-save': form({
    searches: true,
    permission: hrOfWholeCity,
    data: aboutPerson,
    handle: async (ask, data, values) => {
      const read = new FormReader(values, ask.language)
      const evaluator = read.person('evaluator')
      const scope = read.choice('scope', ['person', 'section'])
      if (read.errors || evaluator === null || !scope) return { errors: read.errors ?? {} }
      const t = texts(ask.language).gaps
      const about = (problem: FillProblem) =>
        ({ [problem === 'self' || problem === 'left' ? 'evaluator' : 'scope']: t[problem] }) as const
      return filling(core, ask, data.cycle, 'gaps', t.done, async (tx, cycle) => {
        const problem = await fillEvaluator(core, tx, cycle, data.person, scope, evaluator, byOf(ask))
        return problem && about(problem)
      })
    },
  }),
  'interviews.deputy-save': form({
    searches: true,
    permission: hrOfWholeCity,
    data: aboutPerson,
    handle: async (ask, data, values) => {
      const read = new FormReader(values, ask.language)
      const deputy = read.person('deputy')
      if (read.errors || deputy === null) return { errors: read.errors ?? {} }
      const t = texts(ask.language)
      return filling(core, ask, data.cycle, 'absent', t.absent.done, async (tx) => {
        const problem = await nameDeputy(core, tx, data.person, deputy, byOf(ask))
        if (!problem) return null
        return { deputy: problem === 'not-absent' ? t.absent['not-absent'] : t.gaps[problem] }
      })
    },
  }),
  'interviews.cycle-exempt-save': form({
    searches: true,
    permission: hrOfWholeCity,
    data: z.object({ cycle: id }),
    handle: async (ask, data, values) => {
      const read = new FormReader(values, ask.language)
      const person = read.person('person')
      const what = read.choice('what', ['exempt', 'include'])
      if (read.errors || person === null || !what) return { errors: read.errors ?? {} }
      const known = await core.db.prisma.person.findUnique({ where: { id: person }, select: { id: true } })
      if (!known) return { errors: { person: texts(ask.language).form.person } }
      const { card, again } = await changing(core, ask, data, ['draft', 'open'], async (tx, cycle) => {
        const change = what === 'exempt' ? exemptPerson : includePerson
        await change(core, tx, cycle, person, byOf(ask))
        const names = await describePeople(tx, ask, [person])
        return texts(ask.language).exempt.done[what](names.addressed(person))
      })
      return replaceWith(card, again)
    },
  }),
})

/** Fills a gap in the directory and shows what gaps are left; field errors undo nothing, since nothing was written. */
function filling(
  core: Core,
  ask: Ask,
  cycleId: number,
  list: 'gaps' | 'absent',
  done: string,
  fill: (
    tx: Tx,
    cycle: NonNullable<Awaited<ReturnType<typeof lockCycle>>>,
  ) => Promise<Readonly<Record<string, string>> | null>,
) {
  return inTransaction(
    core.db,
    async (tx) => {
      const cycle = await lockCycle(tx, cycleId)
      const errors = cycle ? await fill(tx, cycle) : null
      if (errors) return { errors }
      const card = await drawPeople(tx, ask, list, cycleId, 0, cycle ? done : undefined)
      return replaceWith(card, { id: `interviews.cycle-${list}`, data: { cycle: cycleId, page: 0 } })
    },
    longTransaction,
  )
}
