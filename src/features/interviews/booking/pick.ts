// A staff member chooses one of the hours on offer, or another one instead.
import { z } from 'zod'
import type { Card } from '../../../cards/card.ts'
import type { OutgoingFile } from '../../../chat/chat.ts'
import { OverlapError } from '../../../db/errors.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { type Answer, type Ask, action, replaceWith, say } from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import type { Core } from '../../feature.ts'
import { type Interview, shortestNotice } from '../state.ts'
import { requireSide } from './access.ts'
import { meetingFile } from './ics.ts'
import { settle } from './meetings.ts'
import { drawn, openAction, shown, stale } from './show.ts'
import { isFor, loadInterview, lockOffered, pickableSlots, type Slot } from './store.ts'
import { nameOf, textsIn } from './texts.ts'
import { paged, whenOf } from './views.ts'

const id = z.number().int().positive()

export function picking(core: Core) {
  const { zone } = core

  async function open(ask: Ask, data: { interview: number; page?: number | undefined }): Promise<Answer> {
    return inTransaction(core.db, async (tx) => {
      const interview = requireSide(await loadInterview(tx, data.interview, ask.today), ask.actor.id, 'staff')
      return choices(tx, ask, interview, data.page)
    })
  }

  async function choices(
    tx: Tx,
    ask: Ask,
    interview: Interview,
    page: number | undefined,
    line?: string,
  ): Promise<Answer> {
    const t = textsIn(ask.language)
    if (interview.status !== 'waiting' && interview.status !== 'booked')
      return drawn(core, tx, ask, interview, { line: t.closed })
    if (hasBegun(interview, ask.now)) return drawn(core, tx, ask, interview, { line: t.begun })
    const slots = (await pickableSlots(tx, [interview], ask.now, zone)).get(interview.id) ?? []
    const card = choicesCard(interview, slots, page ?? 1, zone, ask, line)
    const again = { id: 'interviews.pick', data: { interview: interview.id, page: page ?? 1 } }
    return page === undefined && !line ? say(card, again) : replaceWith(card, again)
  }

  async function take(ask: Ask, data: { interview: number; version: number; slot: number }): Promise<Answer> {
    const t = textsIn(ask.language)
    const attempt = () =>
      inTransaction(core.db, async (tx) => {
        const interview = requireSide(
          await loadInterview(tx, data.interview, ask.today, 'lock'),
          ask.actor.id,
          'staff',
        )
        if (interview.version !== data.version) {
          // The second half of a double click finds what the first one did.
          const done = await tx.slot.count({
            where: {
              id: data.slot,
              meetingId: interview.status === 'booked' ? interview.meeting.id : -1,
            },
          })
          if (done > 0 && interview.status === 'booked')
            return drawn(core, tx, ask, interview, {
              own: true,
              line: t.booked(whenOf(interview.meeting, zone, ask.language)),
            })
          return stale(core, tx, ask, interview, true)
        }
        if (interview.status !== 'waiting' && interview.status !== 'booked')
          return drawn(core, tx, ask, interview, { own: true, line: t.closed })
        if (hasBegun(interview, ask.now)) return drawn(core, tx, ask, interview, { own: true, line: t.begun })
        const slot = await lockOffered(tx, data.slot, zone)
        if (!slot || !isFor(slot, interview) || Temporal.Instant.compare(slot.start, ask.now) <= 0)
          return choices(tx, ask, interview, 1, t.taken)
        if (isTooSoon(slot, ask.now)) return choices(tx, ask, interview, 1, t.tooSoon)
        const was = interview.status
        const meeting = await settle(
          core,
          tx,
          interview,
          { start: slot.start, end: slot.end, place: slot.place, conductorId: slot.ownerId, slotId: slot.id },
          { actorId: ask.actor.id, via: 'chat', flow: ask.flow, now: ask.now },
        )
        const when = whenOf(slot, zone, ask.language)
        const answer = await shown(core, tx, ask, interview.id, {
          own: true,
          line: was === 'booked' ? t.changed(when) : t.booked(when),
        })
        const file = await meetingFile(core, tx, meeting, ask)
        return file ? withFile(answer, file) : answer
      })
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof OverlapError)) throw error
    }
    // Undone whole: an hour that was booked before stays. What is free now is shown, without the hour that clashed.
    return inTransaction(core.db, async (tx) => {
      const interview = requireSide(await loadInterview(tx, data.interview, ask.today), ask.actor.id, 'staff')
      return choices(tx, ask, interview, 1, t.own)
    })
  }

  return {
    actions: {
      'interviews.pick': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ interview: id, page: id.optional() }),
        handle: open,
      }),
      'interviews.take': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ interview: id, version: id, slot: id }),
        handle: take,
      }),
    },
  }
}

const isTooSoon = (slot: Slot, now: Temporal.Instant): boolean =>
  Temporal.Instant.compare(slot.start, now.add(shortestNotice)) <= 0

/** From its start on a meeting is no longer moved: how it went is asked instead. */
export const hasBegun = (interview: Interview, now: Temporal.Instant): boolean =>
  interview.status === 'booked' && Temporal.Instant.compare(interview.meeting.startsAt, now) <= 0

export const withFile = (answer: Answer, file: OutgoingFile): Answer => ({
  ...answer,
  replies: [...answer.replies, { type: 'file', file }],
})

function choicesCard(
  interview: Interview,
  slots: readonly Slot[],
  page: number,
  zone: string,
  { language }: Ask,
  line?: string,
): Card {
  const t = textsIn(language)
  const { version } = interview
  const rows = slots.map((slot) => ({
    text: whenOf(slot, zone, language),
    ...(slot.place && { detail: slot.place }),
    button: {
      label: t.take,
      action: { id: 'interviews.take', data: { interview: interview.id, version, slot: slot.id } },
    },
  }))
  const intro =
    slots.length === 0
      ? t.noneLeft
      : interview.status === 'booked'
        ? t.pickNow(whenOf(interview.meeting, zone, language))
        : t.pickIntro
  const back = { label: t.back, action: openAction(interview.id) }
  const turn = (to: number) => ({ id: 'interviews.pick', data: { interview: interview.id, page: to } })
  return {
    summary: line ?? t.pickSummary,
    blocks: [
      { type: 'heading', text: t.pickTitle(nameOf(interview, language)) },
      ...(line ? [{ type: 'text', text: line } as const] : []),
      { type: 'text', text: intro },
      ...(rows.length > 0
        ? paged(rows, page, language, turn, back)
        : [{ type: 'buttons', buttons: [back] } as const]),
    ],
  }
}
