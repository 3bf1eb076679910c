// "Was it held?", as both sides are asked: each sees only their own answer.
import type { Block, Button } from '../../../cards/card.ts'
import { sideOf } from '../booking/access.ts'
import type { InterviewView } from '../booking/view.ts'
import type { HeldAnswer, Interview } from '../state.ts'
import { heldTexts } from './texts.ts'

export const heldAnswers = ['held', 'moved', 'not_held'] as const satisfies readonly HeldAnswer[]

/** Who is asked about a meeting: the staff member, whoever sat with them, and any other conductor of today. */
export function isAsked(interview: Interview, personId: number): boolean {
  const meeting = 'meeting' in interview ? interview.meeting : null
  if (!meeting) return false
  return sideOf(interview, personId) !== undefined || meeting.conductorId === personId
}

/**
 * The question with its three answers, or thanks and a way to correct oneself while the other side's answer is out.
 * Nothing for those who are not asked, before the end, and once it is settled.
 */
export function heldQuestionBlocks(
  interview: Interview,
  view: Pick<InterviewView, 'reader' | 'language' | 'now' | 'alone' | 'restedOn'>,
): Block[] {
  const t = heldTexts(view.language)
  if (interview.status !== 'booked' && interview.status !== 'unclear') return []
  const { meeting } = interview
  if (!meeting || !isAsked(interview, view.reader)) return []
  if (Temporal.Instant.compare(view.now, meeting.endsAt) < 0) return []
  const given = meeting.answers.find((answer) => answer.personId === view.reader)?.answer
  // HR has it: only who has not answered yet may still do so.
  if (interview.status === 'unclear' && given) return []
  const buttons = heldAnswers
    .filter((answer) => answer !== given)
    .map(
      (answer): Button => ({
        label: t.answers[answer],
        action: {
          id: 'interviews.answer',
          data: {
            interview: interview.id,
            version: interview.version,
            answer,
            ...(view.alone && { own: true }),
          },
        },
        ...(answer === 'held' && !given && { style: 'primary' }),
      }),
    )
  const rested = view.restedOn?.(meeting.startsAt)
  const question = rested === undefined ? t.question : t.questionRested(rested)
  return [
    { type: 'text', text: given ? t.given(t.answers[given]) : question },
    { type: 'buttons', buttons },
  ]
}
