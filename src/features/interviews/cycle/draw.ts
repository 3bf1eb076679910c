// From an ask to a card: loads the present state and hands it to the views.
import type { Action, Card } from '../../../cards/card.ts'
import type { Tx } from '../../../db/transaction.ts'
import { inTransaction } from '../../../db/transaction.ts'
import { loadCalendars } from '../../../directory/calendars.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import type { Ask } from '../../../intake/handler.ts'
import type { Core } from '../../feature.ts'
import type { Step } from '../state.ts'
import { openIndividuals } from './individual.ts'
import { previewCycle } from './preview.ts'
import {
  type CyclePlan,
  countInterviews,
  listCycles,
  loadChoices,
  loadCycle,
  lockCycle,
} from './repository.ts'
import { problemsOf } from './rules.ts'
import type { By } from './start.ts'
import { texts } from './views-common.ts'
import { cycleCard, listCard } from './views-cycle.ts'
import { individualsCard } from './views-individual.ts'
import { type PersonLine, peopleCard, previewCard } from './views-preview.ts'
import { stepCard } from './views-step.ts'

export const byOf = (ask: Ask): By => ({
  actorId: ask.actor.id,
  flow: ask.flow,
  now: ask.now,
  today: ask.today,
})

/** HR of the whole city changes cycles; HR of a part looks at its part. */
export const isWhole = (ask: Ask): boolean =>
  ask.actor.grants.some((grant) => grant.role === 'hr' && grant.sectionId === null)

/** For starting and ending whole cycles; everything else is done long before. */
export const longTransaction = { timeout: 60_000, maxWait: 30_000 }

export async function drawList(tx: Tx, ask: Ask, page: number, note?: string): Promise<Card> {
  return listCard(
    { cycles: await listCycles(tx), page, whole: isWhole(ask), ...(note && { note }) },
    ask.language,
  )
}

const gone = (tx: Tx, ask: Ask) => drawList(tx, ask, 0, texts(ask.language).cycle.gone)

export async function drawCycle(tx: Tx, ask: Ask, cycleId: number, note?: string): Promise<Card> {
  const cycle = await loadCycle(tx, cycleId)
  if (!cycle) return gone(tx, ask)
  const calendar = (await loadCalendars(tx)).city
  return cycleCard(
    {
      cycle,
      problems: problemsOf(cycle, calendar, ask.today),
      counts: await countInterviews(tx, cycleId),
      choices: await loadChoices(tx),
      whole: isWhole(ask),
      ...(note && { note }),
    },
    ask.language,
  )
}

export async function drawStep(
  tx: Tx,
  ask: Ask,
  cycleId: number,
  stepId: number,
  note?: string,
): Promise<Card> {
  const cycle = await loadCycle(tx, cycleId)
  const step = cycle?.steps.find((one) => one.id === stepId)
  if (!cycle) return gone(tx, ask)
  return step ? stepCard(cycle, step, ask.language, note) : drawCycle(tx, ask, cycleId, note)
}

export async function drawPreview(
  tx: Tx,
  ask: Ask,
  cycleId: number,
  page: number,
  note?: string,
): Promise<Card> {
  const cycle = await loadCycle(tx, cycleId)
  if (!cycle) return gone(tx, ask)
  const calendar = (await loadCalendars(tx)).city
  return previewCard(
    {
      cycle,
      preview: await previewCycle(tx, cycle, ask.actor, ask.today),
      problems: problemsOf(cycle, calendar, ask.today),
      page,
      whole: isWhole(ask),
      ...(note && { note }),
    },
    ask.language,
  )
}

/** 「佐藤 三郎（税務課）」 for lists, with the way the office addresses each person for forms. */
export async function describePeople(tx: Tx, ask: Ask, ids: readonly number[]) {
  const people = await loadPeople(tx, ids, ask.today)
  const organisation = await loadOrganisation(tx, ask.today, [])
  const sectionOf = (id: number) => {
    const sectionId = people.get(id)?.sectionId
    return sectionId ? (organisation.section(sectionId)?.name ?? null) : null
  }
  return {
    sectionOf,
    full: (id: number) => {
      const section = sectionOf(id) ?? texts(ask.language).gaps.noSection
      const name = people.get(id)?.name ?? ''
      return ask.language === 'ja' ? `${name}（${section}）` : `${name} (${section})`
    },
    addressed: (id: number) => {
      const person = people.get(id)
      return person ? addressed(person, ask.language) : ''
    },
  }
}

export async function drawPeople(
  tx: Tx,
  ask: Ask,
  kind: 'gaps' | 'absent' | 'left-out',
  cycleId: number,
  page: number,
  note?: string,
): Promise<Card> {
  const cycle = await loadCycle(tx, cycleId)
  if (!cycle) return gone(tx, ask)
  const preview = await previewCycle(tx, cycle, ask.actor, ask.today)
  const t = texts(ask.language)
  const found: readonly { personId: number; detail?: string }[] = {
    gaps: () => preview.withoutEvaluator.map((personId) => ({ personId })),
    absent: () =>
      preview.absentEvaluators.map(({ evaluatorId, personIds }) => ({
        personId: evaluatorId,
        detail: t.absent.row(personIds.length),
      })),
    'left-out': () =>
      preview.exempt.map(({ personId, reason }) => ({ personId, detail: t.preview.reasons[reason] })),
  }[kind]()
  const names = await describePeople(
    tx,
    ask,
    found.map((one) => one.personId),
  )
  const lines: PersonLine[] = found.map((one) => ({ ...one, shown: names.full(one.personId) }))
  return peopleCard(kind, cycle, lines, page, isWhole(ask), ask.language, note)
}

export async function drawIndividuals(tx: Tx, ask: Ask, page: number, note?: string): Promise<Card> {
  const interviews = await openIndividuals(tx, ask.actor, ask.today)
  const names = await describePeople(
    tx,
    ask,
    interviews.map((one) => one.personId),
  )
  return individualsCard(
    {
      interviews: interviews.map((one) => ({ ...one, person: names.full(one.personId) })),
      page,
      ...(note && { note }),
    },
    ask.language,
  )
}

export const cycleAgain = (cycle: number): Action => ({ id: 'interviews.cycle', data: { cycle } })

/** What a change answers: a line over the cycle's card, or a card of its own. */
type Outcome = string | { readonly card: Card }

/**
 * Runs a change on the locked cycle as the button or form saw it. Whoever comes second, or too late, gets the present
 * card and a line that says so.
 */
export function changing(
  core: Core,
  ask: Ask,
  wanted: { readonly cycle: number; readonly seen?: string },
  status: CyclePlan['status'] | readonly CyclePlan['status'][],
  change: (tx: Tx, cycle: CyclePlan) => Promise<Outcome>,
): Promise<{ readonly card: Card; readonly again: Action }> {
  const again = cycleAgain(wanted.cycle)
  const statuses: readonly string[] = typeof status === 'string' ? [status] : status
  const t = texts(ask.language).cycle
  return inTransaction(
    core.db,
    async (tx) => {
      const cycle = await lockCycle(tx, wanted.cycle)
      if (!cycle) return { card: await gone(tx, ask), again }
      if (!statuses.includes(cycle.status)) {
        const started = cycle.status === 'open' && statuses.includes('draft')
        return {
          card: await drawCycle(tx, ask, cycle.id, started ? t.alreadyStarted : t.changedSince),
          again,
        }
      }
      if (wanted.seen !== undefined && wanted.seen !== cycle.seen) {
        return { card: await drawCycle(tx, ask, cycle.id, t.changedSince), again }
      }
      const outcome = await change(tx, cycle)
      const card = typeof outcome === 'string' ? await drawCycle(tx, ask, cycle.id, outcome) : outcome.card
      return { card, again }
    },
    longTransaction,
  )
}

/** The open or draft step that a button names, within its cycle. */
export const stepOf = (cycle: CyclePlan, stepId: number): Step | undefined =>
  cycle.steps.find((step) => step.id === stepId && step.status === 'open')
