// 育成面談 and 復職面談: HR, or for development interviews the person's own supervisor.
import { z } from 'zod'
import { inTransaction } from '../../../db/transaction.ts'
import { loadCalendars } from '../../../directory/calendars.ts'
import {
  type ActionHandler,
  type Ask,
  action,
  type CommandHandler,
  type FormHandler,
  form,
  openForm,
  type Permission,
  replaceWith,
  say,
} from '../../../intake/handler.ts'
import { addWorkingDays } from '../../../kernel/calendar.ts'
import type { Core } from '../../feature.ts'
import { localDay } from '../conductors/day.ts'
import { byOf, drawIndividuals } from './draw.ts'
import { FormReader } from './form-values.ts'
import { cancelIndividual, hasLine, type IndividualKind, startIndividual } from './individual.ts'
import { deadlineProblem } from './rules.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { dayProblemText, texts } from './views-common.ts'
import { followUpWeeks, individualForm } from './views-individual.ts'

const id = z.int().positive()
const again = { id: 'interviews.individuals', data: { page: 0 } }
const isHr = (ask: Pick<Ask, 'actor'>) => ask.actor.grants.some((grant) => grant.role === 'hr')
const kindsFor = (ask: Ask): readonly IndividualKind[] =>
  isHr(ask) ? ['development', 'return'] : ['development']

const hrOrSupervisor = (core: Core): Permission => ({
  who: { ja: ja.individual.who, en: en.individual.who },
  allows: async (actor, now) =>
    isHr({ actor }) || (await hasLine(core.db.prisma, actor.id, localDay(core, now))),
})

export const individualCommand = (core: Core): CommandHandler => ({
  id: 'interviews.individual',
  phrases: { ja: ja.individual.phrases, en: en.individual.phrases },
  help: { ja: ja.individual.help, en: en.individual.help },
  permission: hrOrSupervisor(core),
  handle: async (ask) => say(await drawIndividuals(core.db.prisma, ask, 0), again),
})

export const individualActions = (core: Core): Record<string, ActionHandler> => ({
  'interviews.individuals': action({
    effect: 'reads',
    permission: hrOrSupervisor(core),
    data: z.object({ page: z.int().min(0) }),
    handle: async (ask, data) =>
      replaceWith(await drawIndividuals(core.db.prisma, ask, data.page), {
        id: 'interviews.individuals',
        data,
      }),
  }),
  'interviews.individual-new': action({
    effect: 'reads',
    opensForm: true,
    permission: hrOrSupervisor(core),
    data: z.unknown(),
    handle: async (ask) => {
      const calendar = (await loadCalendars(core.db.prisma)).city
      return openForm(individualForm(kindsFor(ask), addWorkingDays(calendar, ask.today, 10), ask.language))
    },
  }),
  'interviews.individual-cancel': action({
    effect: 'changes',
    permission: hrOrSupervisor(core),
    data: z.object({ interview: id, version: z.int() }),
    handle: async (ask, { interview, version }) => {
      const t = texts(ask.language).individual
      return inTransaction(core.db, async (tx) => {
        const outcome = await cancelIndividual(core, tx, interview, version, ask.actor, byOf(ask))
        const note = outcome === 'done' ? t.cancelled : t.stale
        return replaceWith(await drawIndividuals(tx, ask, 0, note), again)
      })
    },
  }),
})

export const individualForms = (core: Core): Record<string, FormHandler> => ({
  'interviews.individual-start': form({
    searches: true,
    permission: hrOrSupervisor(core),
    data: z.unknown(),
    handle: async (ask, _, values) => {
      const t = texts(ask.language)
      const read = new FormReader(values, ask.language)
      const personId = read.person('person')
      const kind = read.choice('kind', kindsFor(ask))
      const deadline = read.date('deadline')
      const weeks = read.choices('followUps', followUpWeeks.map(String)).map(Number)
      const calendar = (await loadCalendars(core.db.prisma)).city
      const problem = deadline && deadlineProblem(deadline, null, calendar, ask.today)
      if (deadline && problem) read.refuse('deadline', dayProblemText(problem, deadline, ask.language))
      if (read.errors || personId === null || !kind || !deadline) return { errors: read.errors ?? {} }
      return inTransaction(core.db, async (tx) => {
        const wanted = { personId, kind, deadline, followUpWeeks: weeks.sort((a, b) => a - b) }
        const outcome = await startIndividual(core, tx, wanted, ask.actor, byOf(ask))
        if (typeof outcome === 'string') return { errors: { person: t.individual[outcome] } }
        const note = t.individual.started(t.individual.kind[kind])
        return replaceWith(await drawIndividuals(tx, ask, 0, note), again)
      })
    },
  }),
})
