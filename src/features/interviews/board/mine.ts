// 「面談」: my own interviews, the next one first, with what I can do.
import { z } from 'zod'
import type { Block, Card } from '../../../cards/card.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { calendarOf } from '../../../directory/calendars.ts'
import { type Answer, type Ask, action, replaceWith, say } from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import { workingDaysBetween } from '../../../kernel/calendar.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { openAction } from '../booking/show.ts'
import { nameOf } from '../booking/texts.ts'
import { loadViews } from '../booking/view.ts'
import { interviewBlocks } from '../booking/views.ts'
import { loadInterviews } from '../load.ts'
import type { Interview } from '../state.ts'
import { running } from './running.ts'
import { standingOf, stateWords } from './state-words.ts'
import { textsIn } from './texts.ts'
import { interviewIn } from './words.ts'

/** Further interviews shown as rows. */
const mostRows = 8

/** Open interviews of a person, the next thing first: what is booked or open now, then what opens later. */
export async function openOwn(tx: Tx, personId: number, ask: Pick<Ask, 'today'>): Promise<Interview[]> {
  const found = await loadInterviews(
    tx,
    { personId, status: { in: ['waiting', 'booked', 'unclear', 'suspended'] }, ...running },
    ask.today,
  )
  const opens = (each: Interview) =>
    each.status === 'booked' || !each.step || Temporal.PlainDate.compare(each.step.opensOn, ask.today) <= 0
  const rank = (each: Interview) => (each.status === 'suspended' || !opens(each) ? 1 : 0)
  return found.toSorted((a, b) => rank(a) - rank(b))
}

/** `words`: what was asked. The interview that it names comes first: 「中間面談の締切は」. */
export async function mineCard(core: Core, tx: Tx, ask: Ask, words = ''): Promise<Card> {
  const { actor, language, now, today } = ask
  const { zone } = core
  const t = textsIn(language)
  const all = await openOwn(tx, actor.id, ask)
  const named = interviewIn(words, all)
  const own = named ? [named, ...all.filter((each) => each !== named)] : all
  const [next, ...others] = own
  const hint = await teamHint(tx, ask)
  if (!next) return { summary: t.mineSummary, blocks: [{ type: 'text', text: t.mineNone }, ...hint] }
  const view = (await loadViews(tx, [next], actor, zone, now)).get(next.id)
  const rows = others.slice(0, mostRows).map((each) => {
    const opens =
      each.step && Temporal.PlainDate.compare(today, each.step.opensOn) < 0 ? each.step.opensOn : null
    const state = opens
      ? t.opensOn(formatDate(opens, language))
      : stateWords(standingOf(each), { now, today, zone, language })
    return {
      text: nameOf(each, language),
      detail: `${state} ${t.until(formatDate(each.deadline, language))}`,
      button: { label: t.open, action: openAction(each.id) },
    }
  })
  return {
    summary: t.mineSummary,
    blocks: [
      ...(view ? interviewBlocks(next, { ...view, language }) : []),
      ...(await daysLeft(tx, next, ask)),
      ...(rows.length > 0
        ? [
            { type: 'divider' } as const,
            { type: 'text', text: t.mineMore } as const,
            { type: 'list', rows } as const,
          ]
        : []),
      ...hint,
    ],
  }
}

/** Working days until the deadline, by the person's own calendar; past it, a way to ask for more. */
async function daysLeft(tx: Tx, next: Interview, { actor, language, today }: Ask): Promise<Block[]> {
  if (next.status !== 'waiting') return []
  if (next.step && Temporal.PlainDate.compare(today, next.step.opensOn) < 0) return []
  const t = textsIn(language)
  const past = Temporal.PlainDate.compare(next.deadline, today) < 0
  if (past) return [{ type: 'context', text: t.duePast }]
  const calendar = await calendarOf(tx, actor.id, today)
  const days = workingDaysBetween(calendar, today, next.deadline)
  const text = next.deadline.equals(today) ? t.dueToday : t.daysLeft(days)
  return [{ type: 'context', text }]
}

/** Conductors hear where their board is. */
async function teamHint(tx: Tx, { actor, language, today }: Ask): Promise<Block[]> {
  const [found] = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM participant p JOIN interview i ON i.id = p.interview_id
    WHERE p.person_id = ${actor.id} AND p.role = 'conductor' AND p.from_on <= ${today.toString()}::date
      AND (p.to_on IS NULL OR p.to_on > ${today.toString()}::date)
      AND i.status IN ('waiting', 'booked', 'unclear') LIMIT 1`
  if (!found) return []
  const t = textsIn(language)
  return [
    { type: 'context', text: t.mineTeamHint },
    { type: 'buttons', buttons: [{ label: t.teamOpen, action: { id: 'interviews.team', data: {} } }] },
  ]
}

const again = { id: 'interviews.mine', data: { page: 1 } }

export const showMine = (core: Core, ask: Ask, words: string): Promise<Answer> =>
  inTransaction(core.db, async (tx) => say(await mineCard(core, tx, ask, words), again))

export const mineAction = (core: Core) =>
  action<{ page?: number }>({
    effect: 'reads',
    permission: everyStaffMember,
    data: z.object({ page: z.int().optional() }),
    handle: (ask, { page }) =>
      inTransaction(core.db, async (tx) => {
        const card = await mineCard(core, tx, ask)
        return page === undefined ? say(card, again) : replaceWith(card, again)
      }),
  })
