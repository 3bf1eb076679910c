// Handovers as rows.
import type { Prisma } from '../../db/generated/client.ts'
import { fromDbDate, toDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Handover } from './state.ts'

const orderBy = [{ dueOn: 'asc' }, { id: 'asc' }] satisfies Prisma.HandoverOrderByWithRelationInput[]

export async function loadHandovers(
  tx: Tx,
  where: Prisma.HandoverWhereInput,
  take?: number,
): Promise<Handover[]> {
  const rows = await tx.handover.findMany({
    where,
    include: { items: { orderBy: { ordinal: 'asc' } } },
    orderBy,
    ...(take !== undefined && { take }),
  })
  return rows.map(({ dueOn, status, ...row }) => ({
    ...row,
    due: fromDbDate(dueOn),
    status: status as Handover['status'],
  }))
}

export async function moveHandover(tx: Tx, id: number, due: Temporal.PlainDate): Promise<void> {
  await tx.handover.updateMany({
    where: { id, status: 'open' },
    data: { dueOn: toDbDate(due), version: { increment: 1 } },
  })
}

/** Ends it; a second time changes nothing. */
export async function endHandover(
  tx: Tx,
  id: number,
  status: 'done' | 'cancelled',
  on: Temporal.PlainDate,
): Promise<void> {
  await tx.handover.updateMany({
    where: { id, status: 'open' },
    data: { status, endedOn: toDbDate(on), version: { increment: 1 } },
  })
}
