import type { Actor } from '../../../directory/actor.ts'
import { Refusal } from '../../../kernel/errors.ts'
import type { Core } from '../../feature.ts'
import type { Interview } from '../state.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

/** Which side of an interview somebody is on, today. A conductor of the past is on none. */
export type Side = 'staff' | 'conductor'

export function sideOf(
  interview: Pick<Interview, 'personId' | 'conductorIds'>,
  personId: number,
): Side | undefined {
  if (interview.personId === personId) return 'staff'
  return interview.conductorIds.includes(personId) ? 'conductor' : undefined
}

/** One answer for what is not there and what is not for this person: the two are never told apart. */
export const notFound = (): Refusal => new Refusal('not-found', { ja: ja.notFound, en: en.notFound })

/** The side of somebody who has one; everybody else finds nothing. */
export function requireSide(interview: Interview | undefined, personId: number, only?: Side): Interview {
  if (!interview) throw notFound()
  const side = sideOf(interview, personId)
  if (!side || (only && side !== only)) throw notFound()
  return interview
}

/** Whether somebody conducts or may look at the interviews of others today: to everybody else their boards are empty. */
export const conducts =
  (core: Pick<Core, 'db' | 'zone'>) =>
  async (actor: Actor, now: Temporal.Instant): Promise<boolean> => {
    const day = now.toZonedDateTimeISO(core.zone).toPlainDate().toString()
    const found = await core.db.prisma.$queryRaw<unknown[]>`
      SELECT FROM participant p JOIN interview i ON i.id = p.interview_id
      WHERE p.person_id = ${actor.id} AND p.from_on <= ${day}::date AND (p.to_on IS NULL OR p.to_on > ${day}::date)
        AND i.status NOT IN ('cancelled', 'exempt') LIMIT 1`
    return found.length > 0
  }
