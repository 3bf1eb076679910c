// Was it held? What the two answers come to. Pure.
import type { HeldAnswer } from '../state.ts'

export interface Answers {
  /** The staff member. */
  readonly personId: number
  /** Who sat with them; another conductor of the interview may answer too, but is not waited for. */
  readonly conductorId: number
  readonly answers: readonly { readonly personId: number; readonly answer: HeldAnswer }[]
  /** The last day on which an answer is waited for. */
  readonly lastDay: Temporal.PlainDate
}

export type Judgement =
  /** Somebody's answer is still waited for. */
  | { readonly type: 'wait' }
  /** Both sides say so. */
  | { readonly type: 'held' }
  /** Neither side says it was held: a new time is to be found. */
  | { readonly type: 'again' }
  /** A question of record for HR: the two differ, or one stayed out too long. */
  | { readonly type: 'unclear'; readonly why: 'differ' | 'silent' }

/**
 * Held is what the staff member and any conductor say is held. Both having answered, it was not held when nobody says
 * it was, else they differ. Until then it waits, to the end of the last day.
 */
export function judge(facts: Answers, today: Temporal.PlainDate): Judgement {
  const { answers, personId, conductorId } = facts
  const of = (id: number) => answers.find((each) => each.personId === id)?.answer
  const own = of(personId)
  const heldByConductor = answers.some((each) => each.personId !== personId && each.answer === 'held')
  if (own === 'held' && heldByConductor) return { type: 'held' }
  if (own && of(conductorId)) {
    const nobody = own !== 'held' && !heldByConductor
    return nobody ? { type: 'again' } : { type: 'unclear', why: 'differ' }
  }
  return Temporal.PlainDate.compare(today, facts.lastDay) > 0
    ? { type: 'unclear', why: 'silent' }
    : { type: 'wait' }
}
