// Rounds and tables as rows, and what is read of them again and again.
import type {
  GatheringRound,
  GatheringSeat,
  GatheringSeries,
  GatheringTable,
} from '../../db/generated/client.ts'
import { fromDbInstantOrNull } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'

export type RoundOfSeries = GatheringRound & { readonly series: GatheringSeries }
export type TableOfRound = GatheringTable & {
  readonly seats: readonly GatheringSeat[]
  readonly round: RoundOfSeries
}

/** What includes all that TableOfRound says. */
const whole = {
  seats: { orderBy: { personId: 'asc' } },
  round: { include: { series: true } },
} as const

export const findTable = (tx: Tx, id: number): Promise<TableOfRound | null> =>
  tx.gatheringTable.findUnique({ where: { id }, include: whole })

export const tablesOf = (tx: Tx, roundId: number): Promise<TableOfRound[]> =>
  tx.gatheringTable.findMany({ where: { roundId }, include: whole, orderBy: { number: 'asc' } })

/** The table that somebody has a seat at, in published rounds, that matches. */
export const tablesWith = (
  tx: Tx,
  personId: number,
  where: { readonly endsAt?: { gt: Date }; readonly roundId?: number; readonly seriesId?: number } = {},
): Promise<TableOfRound[]> => {
  const { seriesId, ...own } = where
  return tx.gatheringTable.findMany({
    where: {
      seats: { some: { personId } },
      round: { status: { not: 'draft' }, ...(seriesId && { seriesId }) },
      ...(own.roundId && { roundId: own.roundId }),
      ...(own.endsAt && { OR: [{ endsAt: own.endsAt }, { status: 'unplaced' }] }),
    },
    include: whole,
    orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
  })
}

/** Locked with its whole round, so that two clicks at once follow each other. */
export async function lockTable(tx: Tx, id: number): Promise<TableOfRound | undefined> {
  const found = await tx.gatheringTable.findUnique({ where: { id }, select: { roundId: true } })
  if (!found) return undefined
  await tx.$queryRaw`SELECT id FROM gathering_round WHERE id = ${found.roundId} FOR UPDATE`
  return (await findTable(tx, id)) ?? undefined
}

export const comingTo = ({ seats }: Pick<TableOfRound, 'seats'>): number[] =>
  seats.filter(({ status }) => status === 'coming').map(({ personId }) => personId)

export const spanOf = ({ startsAt, endsAt }: Pick<GatheringTable, 'startsAt' | 'endsAt'>) => {
  const [start, end] = [fromDbInstantOrNull(startsAt), fromDbInstantOrNull(endsAt)]
  return start && end ? { start, end } : undefined
}

/** Open for changes: not over, not called off. */
export const isAhead = (table: TableOfRound, now: Temporal.Instant): boolean => {
  if (table.round.status === 'draft') return false
  if (table.status === 'unplaced') return true
  const span = spanOf(table)
  return table.status === 'planned' && span !== undefined && Temporal.Instant.compare(now, span.start) < 0
}

/** The host may say whether it was held once it has begun; until a round is counted for good it may be said again. */
export const isOver = (table: TableOfRound, now: Temporal.Instant): boolean => {
  const span = spanOf(table)
  return (
    span !== undefined &&
    ['planned', 'held', 'not_held'].includes(table.status) &&
    Temporal.Instant.compare(span.start, now) <= 0
  )
}
