import type { WantedNotice } from '../../../delivery/notice.ts'
import type { Interview } from '../state.ts'
import { arrangementKinds } from './kinds.ts'
import type { Arrangement } from './store.ts'

/** "arrangement:12" */
export const arrangementSubject = (id: number): string => `arrangement:${id}`

const morning = Temporal.PlainTime.from('08:45')

/**
 * What an arrangement wants told: each member is asked once; its conductor hears when all have answered, else on the
 * morning after the last day. Nothing once it is proposed or over.
 */
export function wantedOf(
  arrangement: Pick<Arrangement, 'id' | 'ownerId' | 'status' | 'answerBy' | 'answered'>,
  members: readonly Pick<Interview, 'id' | 'personId'>[],
  zone: string,
  now: Temporal.Instant,
): WantedNotice[] {
  if (arrangement.status !== 'collecting') return []
  const anchor = arrangement.answerBy.toString()
  const open = members.filter((each) => !arrangement.answered.has(each.id))
  const toOwner = { kind: arrangementKinds.arranged, recipientId: arrangement.ownerId, anchor }
  const due = arrangement.answerBy.add({ days: 1 }).toZonedDateTime({ timeZone: zone, plainTime: morning })
  return [
    ...open.map((each) => ({
      kind: arrangementKinds.ask,
      recipientId: each.personId,
      rung: 'ask',
      anchor,
      dueAt: now,
      detail: { interview: each.id },
    })),
    members.length > 0 && open.length === 0
      ? { ...toOwner, rung: 'all', dueAt: now }
      : { ...toOwner, rung: 'due', dueAt: due.toInstant() },
  ]
}
