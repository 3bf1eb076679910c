// A staff member marks which hours suit, and which suit best.
import { z } from 'zod'
import { occupiedSpans } from '../../../agenda/busy-times.ts'
import { overlaps } from '../../../agenda/span.ts'
import type { FieldErrors, FormValues } from '../../../cards/card.ts'
import { many } from '../../../cards/values.ts'
import { toDbInstant } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { type Answer, type Ask, action, type FormAnswer, form, openForm } from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import type { Core } from '../../feature.ts'
import { notFound, requireSide } from '../booking/access.ts'
import { drawn } from '../booking/show.ts'
import { loadInterview, type Slot } from '../booking/store.ts'
import { replan } from '../reminders/replan.ts'
import type { Interview } from '../state.ts'
import { arrangementSubject, wantedOf } from './plan.ts'
import { type Arrangement, isRunning, loadArrangement, membersOf } from './store.ts'
import { arrangementTexts } from './texts.ts'
import { suitsForm } from './views.ts'

const id = z.number().int().positive()
const suitsData = z.object({ arrangement: id, interview: id })
type SuitsData = z.infer<typeof suitsData>

export function marking(core: Core) {
  const { zone } = core

  /** The arrangement and the person's own interview in it; nothing for anybody else. */
  async function find(tx: Tx, ask: Ask, data: SuitsData, lock: 'lock' | 'read') {
    const arrangement = await loadArrangement(core, tx, data.arrangement, ask.now, lock)
    const interview = requireSide(
      await loadInterview(tx, data.interview, ask.today, lock),
      ask.actor.id,
      'staff',
    )
    if (!arrangement || interview.step?.id !== arrangement.step.id) throw notFound()
    return { arrangement, interview }
  }

  const asksFor = (arrangement: Arrangement, interview: Interview): boolean =>
    isRunning(arrangement) &&
    interview.status === 'waiting' &&
    interview.conductorIds.includes(arrangement.ownerId)

  /** Hours at which the person has nothing else. */
  async function possible(tx: Tx, arrangement: Arrangement, personId: number): Promise<Slot[]> {
    const [first, last] = [arrangement.slots[0], arrangement.slots.at(-1)]
    if (!first || !last) return []
    const busy = (await occupiedSpans(tx, [personId], first.start, last.end)).filter((each) => each.exclusive)
    return arrangement.slots.filter((slot) => !busy.some((each) => overlaps(each, slot)))
  }

  async function open(ask: Ask, data: SuitsData): Promise<FormAnswer> {
    return inTransaction(core.db, async (tx) => {
      const { arrangement, interview } = await find(tx, ask, data, 'read')
      const slots = await possible(tx, arrangement, ask.actor.id)
      if (!asksFor(arrangement, interview) || slots.length === 0)
        return drawn(core, tx, ask, interview, { line: arrangementTexts(ask.language).suitsOver })
      return openForm(suitsForm(arrangement, interview, slots, zone, ask.language))
    })
  }

  async function save(
    ask: Ask,
    data: SuitsData,
    values: FormValues,
  ): Promise<Answer | { readonly errors: FieldErrors }> {
    return inTransaction(core.db, async (tx) => {
      const t = arrangementTexts(ask.language)
      const { arrangement, interview } = await find(tx, ask, data, 'lock')
      if (!asksFor(arrangement, interview)) return drawn(core, tx, ask, interview, { line: t.suitsOver })
      const slots = await possible(tx, arrangement, ask.actor.id)
      const chosen = (name: string) => {
        const ids = new Set(many(values, name))
        return slots.filter((slot) => ids.has(String(slot.id))).map((slot) => slot.id)
      }
      const best = new Set(chosen('best'))
      const suits = chosen('suits').filter((slot) => !best.has(slot))
      const none = many(values, 'none').includes('none')
      const errors: Record<string, string> = {}
      if (none && best.size + suits.length > 0) errors.none = t.suitsBoth
      if (!none && best.size + suits.length === 0) errors.suits = t.suitsNeeded
      if (Object.keys(errors).length > 0) return { errors }

      await tx.suits.deleteMany({
        where: { interviewId: interview.id, slot: { arrangementId: arrangement.id } },
      })
      await tx.suits.createMany({
        data: [
          ...suits.map((slotId) => ({ slotId, interviewId: interview.id, preference: 1 })),
          ...[...best].map((slotId) => ({ slotId, interviewId: interview.id, preference: 2 })),
        ],
      })
      const key = { arrangementId: arrangement.id, interviewId: interview.id }
      await tx.arrangementAnswer.upsert({
        where: { arrangementId_interviewId: key },
        create: { ...key, answeredAt: toDbInstant(ask.now) },
        update: { answeredAt: toDbInstant(ask.now) },
      })
      const answered = new Set([...arrangement.answered, interview.id])
      const members = await membersOf(tx, arrangement, ask.today)
      await core.notices.reconcile(
        tx,
        [
          {
            subject: arrangementSubject(arrangement.id),
            wanted: wantedOf({ ...arrangement, answered }, members, zone, ask.now),
          },
        ],
        ask.now,
      )
      await replan(core, tx, [interview.id], ask.now)
      return drawn(core, tx, ask, interview)
    })
  }

  return {
    actions: {
      'interviews.suits': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: suitsData,
        opensForm: true,
        handle: open,
      }),
    },
    forms: {
      'interviews.suits': form({ permission: everyStaffMember, data: suitsData, handle: save }),
    },
  }
}
