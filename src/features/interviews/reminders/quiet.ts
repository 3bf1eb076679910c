// Whoever holds interviews up asked to be left alone until a day (明日また, 議会後に, 庶務担当に任せる): nobody is reminded of
// them before it.
import { writeAudits } from '../../../db/audit.ts'
import { toDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { Ask } from '../../../intake/handler.ts'
import { interviewSubject } from '../state.ts'
import type { Matter } from './matter.ts'

/** `action`: as the trail names it. Their notices follow by `replan`, in the same transaction. The interviews' ids. */
export async function keepQuiet(
  tx: Tx,
  { actor, now, flow }: Pick<Ask, 'actor' | 'now' | 'flow'>,
  matters: readonly Pick<Matter, 'id' | 'personId'>[],
  until: Temporal.PlainDate,
  action: string,
): Promise<number[]> {
  const ids = matters.map(({ id }) => id)
  await tx.interview.updateMany({ where: { id: { in: ids } }, data: { quietUntil: toDbDate(until) } })
  await writeAudits(
    tx,
    matters.map(({ id, personId }) => ({
      at: now,
      actorId: actor.id,
      via: 'chat' as const,
      action,
      subject: interviewSubject(id),
      subjectPersonId: personId,
      change: { until: until.toString() },
      flow,
    })),
  )
  return ids
}
