// 「面談 部下」: a conductor's board, with what other evaluators may look at.
import { z } from 'zod'
import type { ActionData, Block, Button, Card, Row } from '../../../cards/card.ts'
import { toDbDate } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import { type Answer, type Ask, action, replaceWith, say } from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { openAction } from '../booking/show.ts'
import { nameOf } from '../booking/texts.ts'
import { loadInterviews } from '../load.ts'
import { loadFacts } from '../reminders/facts.ts'
import { turnAt } from '../reminders/matter.ts'
import { type Interview, isOpen } from '../state.ts'
import { pageOf, pageSize, turning } from './paging.ts'
import { running } from './running.ts'
import {
  addCounts,
  type Counts,
  countOf,
  noCounts,
  type Standing,
  standingOf,
  stateWords,
} from './state-words.ts'
import { textsIn } from './texts.ts'

/** Interviews without a step stand together under this number. */
const individual = 0
const stepOf = (interview: Interview): number => interview.step?.id ?? individual

/** Everything this person conducts or may look at today, in running cycles. */
const loadTeam = (tx: Tx, { actor, today }: Ask): Promise<Interview[]> =>
  loadInterviews(
    tx,
    {
      status: { notIn: ['cancelled', 'exempt'] },
      personId: { not: actor.id },
      participants: {
        some: {
          personId: actor.id,
          fromOn: { lte: toDbDate(today) },
          OR: [{ toOn: null }, { toOn: { gt: toDbDate(today) } }],
        },
      },
      ...running,
    },
    today,
  )

/** The step to show first: begun and not finished, the nearest deadline; else the next to open; else the last. */
function usualStep(team: readonly Interview[], today: Temporal.PlainDate): number {
  const begun = (each: Interview) => !each.step || Temporal.PlainDate.compare(each.step.opensOn, today) <= 0
  const found =
    team.find((each) => begun(each) && isOpen(each)) ?? team.find((each) => !begun(each)) ?? team.at(-1)
  return found ? stepOf(found) : individual
}

type Turns = ReadonlyMap<number, Standing['turn']>

async function turnsOf(core: Core, tx: Tx, shown: readonly Interview[], ask: Ask): Promise<Turns> {
  const waiting = shown.filter(({ status }) => status === 'waiting').map(({ id }) => id)
  if (waiting.length === 0) return new Map()
  const { matters } = await loadFacts(tx, waiting, ask.now, core.zone)
  return new Map(
    matters.map((matter) => {
      const turn = turnAt(matter, ask.now, ask.today)
      return [matter.id, turn === 'offer' && matter.arrangement ? 'settle' : turn]
    }),
  )
}

/** What needs somebody first: without a date, then by the hour, then what is done. */
function inOrder(interviews: readonly Interview[]): Interview[] {
  const rank = { waiting: 0, unclear: 1, booked: 2, suspended: 3, held: 4, exempt: 5, cancelled: 5 } as const
  const hour = (each: Interview) => (each.status === 'booked' ? each.meeting.startsAt.epochMilliseconds : 0)
  return interviews.toSorted((a, b) => rank[a.status] - rank[b.status] || hour(a) - hour(b) || a.id - b.id)
}

async function teamCard(
  core: Core,
  tx: Tx,
  ask: Ask,
  wanted: number | undefined,
  page: number,
): Promise<Card> {
  const { actor, language, now, today } = ask
  const t = textsIn(language)
  const team = await loadTeam(tx, ask)
  if (team.length === 0) {
    const mine: Button = { label: t.mineOpen, action: { id: 'interviews.mine', data: {} }, style: 'primary' }
    return {
      summary: t.teamSummary,
      blocks: [
        { type: 'text', text: t.teamNone },
        { type: 'buttons', buttons: [mine] },
      ],
    }
  }
  const steps = new Map(team.map((each) => [stepOf(each), each]))
  const step = wanted !== undefined && steps.has(wanted) ? wanted : usualStep(team, today)
  const here = team.filter((each) => stepOf(each) === step)
  const conducts = (each: Interview) => each.conductorIds.includes(actor.id)
  const own = inOrder(here.filter(conducts))
  const all = [...own, ...inOrder(here.filter((each) => !conducts(each)))]
  const { at } = pageOf(all.length, page)
  const shown = all.slice((at - 1) * pageSize, at * pageSize)
  const people = await loadPeople(
    tx,
    shown.map(({ personId }) => personId),
    today,
  )
  const turns = await turnsOf(core, tx, own, ask)
  const rows = shown.map((each): Row => {
    const person = people.get(each.personId)
    const who = person ? addressed(person, language) : t.someone
    return {
      text: conducts(each) ? who : t.watchingRow(who),
      detail: stateWords(standingOf(each, turns.get(each.id)), { now, today, zone: core.zone, language }),
      ...(conducts(each) && { button: { label: t.open, action: openAction(each.id) } }),
    }
  })
  const counts = own.map((each) => countOf(standingOf(each), now)).reduce(addCounts, noCounts)
  const [first] = here
  const title = first?.step ? t.teamTitle(nameOf(first, language)) : t.individual
  const turn = (to: number) => ({ id: 'interviews.team', data: { step, page: to } })
  const { note, buttons } = turning(all.length, at, language, turn)
  return {
    summary: t.teamSummary,
    blocks: [
      { type: 'heading', text: title },
      ...(first?.step
        ? [{ type: 'text', text: t.teamDue(deadlinesOf(own.length > 0 ? own : here, language)) } as const]
        : []),
      ...(own.length > 0 ? [countFacts(counts, language)] : []),
      ...stepSelect(steps, step, language),
      ...(own.length < all.length ? [{ type: 'context', text: t.watching } as const] : []),
      { type: 'list', rows },
      ...note,
      ...buttonsOf([...offering(own, turns, step, language), ...buttons]),
    ],
  }
}

/** Deadlines move for one person or for a section: what still waits says which days count. */
function deadlinesOf(interviews: readonly Interview[], language: Ask['language']): string {
  const open = interviews.filter(isOpen)
  const days = (open.length > 0 ? open : interviews)
    .map(({ deadline }) => deadline)
    .toSorted(Temporal.PlainDate.compare)
  const ends = [days[0], days.at(-1)].flatMap((day) => (day ? [formatDate(day, language)] : []))
  return [...new Set(ends)].join(textsIn(language).between)
}

const buttonsOf = (buttons: readonly Button[]): Block[] =>
  buttons.length > 0 ? [{ type: 'buttons', buttons }] : []

/** The one obvious thing while somebody has no date; quieter once there are hours to choose from. */
function offering(
  own: readonly Interview[],
  turns: Turns,
  step: number,
  language: Ask['language'],
): Button[] {
  const t = textsIn(language)
  const waiting = own.filter(({ status }) => status === 'waiting')
  if (waiting.length === 0 || waiting.every(({ id }) => turns.get(id) === null)) return []
  const obvious = waiting.some(({ id }) => turns.get(id) === 'offer')
  const data: ActionData = step === individual ? {} : { step }
  return [
    { label: t.offer, action: { id: 'interviews.offer', data }, ...(obvious && { style: 'primary' }) },
    ...(step === individual ? [] : [{ label: t.arrange, action: { id: 'interviews.arrange', data } }]),
  ]
}

export function countFacts(counts: Counts, language: Ask['language']): Block {
  const t = textsIn(language)
  const order = ['held', 'booked', 'waiting', 'confirming', 'suspended', 'total'] as const
  return {
    type: 'facts',
    facts: order
      .filter((key) => key !== 'suspended' || counts.suspended > 0)
      .map((key) => ({ label: t.counts[key], value: t.people(counts[key]) })),
  }
}

function stepSelect(steps: ReadonlyMap<number, Interview>, step: number, language: Ask['language']): Block[] {
  if (steps.size < 2) return []
  const t = textsIn(language)
  const options = [...steps].map(([id, each]) => ({
    value: String(id),
    label: each.step ? nameOf(each, language) : t.individual,
  }))
  const selectAction = { id: 'interviews.team', data: { page: 1 } }
  return [{ type: 'select', label: t.stepSelect, action: selectAction, options, selected: String(step) }]
}

export const showTeam = (core: Core, ask: Ask): Promise<Answer> =>
  inTransaction(core.db, async (tx) =>
    say(await teamCard(core, tx, ask, undefined, 1), { id: 'interviews.team', data: { page: 1 } }),
  )

const data = z.object({ step: z.int().optional(), page: z.int().optional() })

export const teamAction = (core: Core) =>
  action<z.infer<typeof data>>({
    effect: 'reads',
    permission: everyStaffMember,
    data,
    handle: (ask, { step, page }, selected) =>
      inTransaction(core.db, async (tx) => {
        const chosen = selected !== undefined && /^\d{1,9}$/.test(selected) ? Number(selected) : step
        const card = await teamCard(core, tx, ask, chosen, page ?? 1)
        const again = {
          id: 'interviews.team',
          data: { ...(chosen !== undefined && { step: chosen }), page: page ?? 1 },
        }
        return page === undefined ? say(card, again) : replaceWith(card, again)
      }),
  })
