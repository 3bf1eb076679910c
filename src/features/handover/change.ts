// Finding a handover for whoever may see it, and what follows when everything is ticked.

import { fromDbDateOrNull } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { leadsOf } from '../../directory/lines.ts'
import { loadOrganisation } from '../../directory/load.ts'
import { auditing } from '../../intake/audited.ts'
import type { Ask } from '../../intake/handler.ts'
import { Refusal } from '../../kernel/errors.ts'
import type { Core } from '../feature.ts'
import { kinds, planHandover, tell } from './plan.ts'
import { type Handover, isComplete, sideOf } from './state.ts'
import { endHandover, loadHandovers } from './store.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

export const notFound = () => new Refusal('not-found', { ja: ja.notFound, en: en.notFound })

/** Those who lead one of the two: they see the ticks. */
export async function chiefsOf(
  tx: Tx,
  { fromId, toId }: Pick<Handover, 'fromId' | 'toId'>,
  today: Temporal.PlainDate,
): Promise<number[]> {
  const org = await loadOrganisation(tx, today, [fromId, toId])
  return [...new Set([...leadsOf(org, toId), ...leadsOf(org, fromId)])]
}

/** Locked; for one of the two, or for who leads one of them now: whoever started it and has moved on sees no more. Throws Refusal. */
export async function find(tx: Tx, id: number, ask: Pick<Ask, 'actor' | 'today'>) {
  await tx.$queryRaw`SELECT id FROM handover WHERE id = ${id} FOR UPDATE`
  const [row] = await loadHandovers(tx, { id })
  if (!row) throw notFound()
  const own = ask.actor.id
  const side = sideOf(row, own)
  const chief =
    (side !== undefined && row.startedById === own) || (await chiefsOf(tx, row, ask.today)).includes(own)
  if (!chief && !side) throw notFound()
  return { row, chief }
}

export async function hasLeft(tx: Tx, personId: number, today: Temporal.PlainDate): Promise<boolean> {
  const person = await tx.person.findUnique({ where: { id: personId }, select: { leftOn: true } })
  const left = fromDbDateOrNull(person?.leftOn ?? null)
  return left !== null && Temporal.PlainDate.compare(left, today) <= 0
}

/** After a tick or a departure: complete or not, and what is planned. The chief of the successor hears of the end. */
export async function settle(
  core: Core,
  tx: Tx,
  id: number,
  today: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> {
  const [row] = await loadHandovers(tx, { id })
  if (!row) throw notFound()
  const done = row.status === 'open' && isComplete(row.items, await hasLeft(tx, row.fromId, today))
  if (done) await endHandover(tx, id, 'done', today)
  await planHandover(core, tx, done ? { ...row, status: 'done' } : row, now)
  if (!done) return
  const chiefs = await chiefsOf(tx, row, today)
  const both = [row.fromId, row.toId]
  // Who started it, where they lead one of the two still; else the successor's chief.
  const lead = leadsOf(await loadOrganisation(tx, today, [row.toId]), row.toId).slice(0, 1)
  const told = chiefs.includes(row.startedById) ? [...lead, row.startedById] : lead
  const to = told.filter((each) => !both.includes(each))
  await tell(core, tx, kinds.done, `handover-done:${id}`, to, now)
}

export const audit = auditing('handover')
