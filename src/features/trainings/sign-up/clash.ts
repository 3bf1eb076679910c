// What else a person has at the hour of a session: said, not forbidden.
import { occupiedSpans } from '../../../agenda/busy-times.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { Ask } from '../../../intake/handler.ts'
import { formatSpan } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { type Session, signUpSubject } from '../state.ts'
import { textsIn } from './texts.ts'

/** One line for each thing booked at that hour, as its own programme calls it; the sign-up itself left out. */
export async function clashLines(
  core: Pick<Core, 'zone' | 'bookingTexts'>,
  tx: Tx,
  ask: Pick<Ask, 'actor' | 'language'>,
  session: Pick<Session, 'startsAt' | 'endsAt'>,
  ownSignUpId?: number,
): Promise<string[]> {
  const t = textsIn(ask.language)
  const own = ownSignUpId === undefined ? '' : signUpSubject(ownSignUpId)
  const busy = (await occupiedSpans(tx, [ask.actor.id], session.startsAt, session.endsAt)).filter(
    ({ subject }) => subject !== own,
  )
  if (busy.length === 0) return []
  const reader = { id: ask.actor.id, language: ask.language }
  const names = await core.bookingTexts?.(
    tx,
    busy.map(({ subject }) => subject),
    reader,
  )
  return busy.map(({ subject, start, end }) =>
    t.clash(formatSpan(start, end, core.zone, ask.language), names?.get(subject)?.summary ?? t.otherBooking),
  )
}
