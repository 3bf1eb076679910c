// Days on which everything rests, set as HR's action does, for tests of what follows them.
import { toDbDate } from '../../src/db/time.ts'
import type { Tx } from '../../src/db/transaction.ts'
import { loadClosures } from '../../src/directory/closures.ts'
import type { DomainEvent } from '../../src/directory/events.ts'

/** Writes a closure of these days (`to`: on which work goes on) and says what is to be told of it. */
export async function closedFrom(tx: Tx, from: string, to: string, actorId: number): Promise<DomainEvent> {
  const [first, open] = [Temporal.PlainDate.from(from), Temporal.PlainDate.from(to)]
  const was = await loadClosures(tx)
  await tx.closure.create({
    data: {
      fromOn: toDbDate(first),
      toOn: toDbDate(open),
      reason: '台風',
      createdById: actorId,
      createdAt: new Date('2027-05-10T00:00:00Z'),
    },
  })
  const is = await loadClosures(tx)
  return { type: 'closure-changed', was, is, from: first, to: open, actorId, flow: 'closure' }
}
