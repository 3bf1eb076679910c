// One click each: held, moved, not held.
import { z } from 'zod'
import { toDbInstant } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { type Answer, type Ask, action, say } from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import type { Core } from '../../feature.ts'
import { notFound } from '../booking/access.ts'
import { openAction, shown, stale } from '../booking/show.ts'
import { loadInterview } from '../booking/store.ts'
import { nameOf } from '../booking/texts.ts'
import { replan } from '../reminders/replan.ts'
import type { HeldAnswer, Interview } from '../state.ts'
import { heldAnswers, isAsked } from './question.ts'
import { apply, judgeNow } from './record.ts'
import type { Judgement } from './rules.ts'
import { heldTexts } from './texts.ts'

const id = z.number().int().positive()
const answerData = z.object({
  interview: id,
  version: id,
  answer: z.enum(heldAnswers),
  own: z.boolean().optional(),
})

export function answering(core: Core) {
  async function answer(ask: Ask, data: z.infer<typeof answerData>): Promise<Answer> {
    return inTransaction(core.db, async (tx) => {
      const t = heldTexts(ask.language)
      const interview = await loadInterview(tx, data.interview, ask.today, 'lock')
      if (!interview || !isAsked(interview, ask.actor.id)) {
        // The meeting was given back: whoever still has a side is shown what is now.
        if (!interview || !mine(interview, ask.actor.id)) throw notFound()
        return stale(core, tx, ask, interview, data.own)
      }
      if (interview.status === 'held') return reply(tx, ask, interview, t.settled, data.own)
      if (interview.version !== data.version) return stale(core, tx, ask, interview, data.own)
      if ((interview.status !== 'booked' && interview.status !== 'unclear') || !interview.meeting)
        return stale(core, tx, ask, interview, data.own)
      const { meeting } = interview
      if (Temporal.Instant.compare(ask.now, meeting.endsAt) < 0)
        return reply(tx, ask, interview, t.notYet, data.own)
      const before = meeting.answers.find((each) => each.personId === ask.actor.id)
      // Once it is with HR, an answer that was given stays as it is.
      if (interview.status === 'unclear' && before) return reply(tx, ask, interview, t.toHr, data.own)

      await tx.confirmation.upsert({
        where: { meetingId_personId: { meetingId: meeting.id, personId: ask.actor.id } },
        create: {
          meetingId: meeting.id,
          personId: ask.actor.id,
          answer: data.answer,
          answeredAt: toDbInstant(ask.now),
        },
        update: { answer: data.answer, answeredAt: toDbInstant(ask.now) },
      })
      const answers = [
        ...meeting.answers.filter((each) => each.personId !== ask.actor.id),
        { personId: ask.actor.id, answer: data.answer },
      ]
      const judgement = await judgeNow(core, tx, interview, { ...meeting, answers }, ask.now)
      const by = { actorId: ask.actor.id, via: 'chat' as const, flow: ask.flow, now: ask.now }
      await apply(core, tx, interview, judgement, by)
      if (judgement.type === 'wait') await replan(core, tx, [interview.id], ask.now)
      // The interview's own card says by itself that the answer is there.
      if (data.own && judgement.type === 'wait') return shown(core, tx, ask, interview.id, { own: true })
      return reply(tx, ask, interview, lineOf(judgement, data.answer, ask), data.own)
    })
  }

  /** The interview's own card becomes the new state; beside a digest, which holds other questions, a short line. */
  async function reply(
    tx: Tx,
    ask: Ask,
    interview: Interview,
    line: string,
    own: boolean | undefined,
  ): Promise<Answer> {
    if (own) return shown(core, tx, ask, interview.id, { own, line })
    const open = openAction(interview.id)
    const card = {
      summary: line,
      blocks: [
        { type: 'text', text: [{ bold: nameOf(interview, ask.language) }, `\n${line}`] },
        { type: 'buttons', buttons: [{ label: heldTexts(ask.language).details, action: open }] },
      ],
    } as const
    return say(card, open)
  }

  return {
    actions: {
      'interviews.answer': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: answerData,
        handle: answer,
      }),
    },
  }
}

const mine = (interview: Interview, personId: number): boolean =>
  interview.personId === personId || interview.conductorIds.includes(personId)

function lineOf(judgement: Judgement, answer: HeldAnswer, ask: Ask): string {
  const t = heldTexts(ask.language)
  switch (judgement.type) {
    case 'wait':
      return t.thanks(t.answers[answer])
    case 'held':
      return t.closedHeld
    case 'again':
      return t.again
    case 'unclear':
      return t.toHr
    default:
      return judgement satisfies never
  }
}
