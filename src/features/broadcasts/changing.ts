// A step of an announcement: locked, checked to be possible and up to date, taken; else what it is like by now.
import { z } from 'zod'
import type { FieldErrors, Form } from '../../cards/card.ts'
import { writeAudit } from '../../db/audit.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { type Ask, type FormAnswer, openForm, replaceWith } from '../../intake/handler.ts'
import type { Core } from '../feature.ts'
import { approves, drawOne } from './draw.ts'
import { deskSubject } from './release.ts'
import { lockBroadcast, looksAfter } from './repository.ts'
import { type Broadcast, may, type Step } from './rules.ts'
import { textsIn } from './texts.ts'
import { deskPage, openOne } from './views-desk.ts'
import { goneCard } from './views-message.ts'

export const id = z.int().min(1).max(2_147_483_647)
/** What a button or form of a draft carries: a stale one changes nothing. */
export const seen = z.object({ broadcast: id, version: id })
export type Seen = z.infer<typeof seen>

export type Taken =
  /** Done; the card of the announcement with this line. */
  | { readonly type: 'done'; readonly note: string }
  /** Done, and there is nothing left of it to show: the answer stands for itself. */
  | { readonly type: 'answer'; readonly answer: FormAnswer }
  | { readonly type: 'errors'; readonly errors: FieldErrors }
  | { readonly type: 'form'; readonly form: Form }

/** Nothing is changed where the answer is an error or another form: `take` writes last. */
export async function changing(
  core: Core,
  ask: Ask,
  seen: Seen,
  step: Step,
  take: (tx: Tx, broadcast: Broadcast) => Promise<Taken>,
): Promise<FormAnswer | { readonly errors: FieldErrors }> {
  return inTransaction(
    core.db,
    async (tx) => {
      const broadcast = await lockBroadcast(tx, seen.broadcast)
      const allowed =
        broadcast &&
        (step === 'decide'
          ? broadcast.status !== 'awaiting' || (await approves(core, tx, ask, broadcast))
          : looksAfter(ask.actor, broadcast))
      if (!broadcast || !allowed) return replaceWith(goneCard(ask.language, deskPage(1)))
      const again = openOne(broadcast.id)
      if (broadcast.version !== seen.version || !may(step, broadcast.status)) {
        const note = textsIn(ask.language).stale
        return replaceWith(await drawOne(core, tx, ask, broadcast.id, { note }), again)
      }
      const taken = await take(tx, broadcast)
      switch (taken.type) {
        case 'done':
          return replaceWith(await drawOne(core, tx, ask, broadcast.id, { note: taken.note }), again)
        case 'answer':
          return taken.answer
        case 'errors':
          return { errors: taken.errors }
        case 'form':
          return openForm(taken.form)
        default:
          return taken satisfies never
      }
    },
    { timeout: 30_000 },
  )
}

/** Who did what with an announcement; never its text. */
export const audit = (
  tx: Tx,
  ask: Ask,
  broadcast: Pick<Broadcast, 'id'>,
  action: string,
  change: Readonly<Record<string, string | number | boolean | null>>,
): Promise<void> =>
  writeAudit(tx, {
    at: ask.now,
    actorId: ask.actor.id,
    via: 'chat',
    action: `broadcasts.${action}`,
    subject: deskSubject(broadcast.id),
    change,
    flow: ask.flow,
  })
