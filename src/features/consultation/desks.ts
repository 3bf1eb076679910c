// The desks as the city lists them, and how often each one's contacts were shown: a number a month, nothing else.
import type { Tx } from '../../db/transaction.ts'

export const deskKinds = ['career', 'health', 'harassment', 'evaluation', 'other'] as const
export type DeskKind = (typeof deskKinds)[number]

export interface DeskFields {
  readonly kind: DeskKind
  readonly name: string
  readonly nameEn: string
  readonly about: string
  readonly aboutEn: string
  readonly phone: string
  readonly email: string
  readonly place: string
  readonly hours: string
  /** A colleague who may be written to in the chat. */
  readonly personId: number | null
}

export interface Desk extends DeskFields {
  readonly id: number
  readonly shown: boolean
  readonly version: number
}

const deskOf = ({ kind, ...row }: Omit<Desk, 'kind'> & { kind: string; ordinal: number }): Desk => ({
  ...row,
  kind: kind as DeskKind,
})

/** In the city's order; hidden ones only where asked for. */
export async function loadDesks(tx: Tx, which: 'shown' | 'all'): Promise<Desk[]> {
  const rows = await tx.desk.findMany({
    where: which === 'shown' ? { shown: true } : {},
    orderBy: [{ ordinal: 'asc' }, { id: 'asc' }],
  })
  return rows.map(deskOf)
}

export async function findDesk(tx: Tx, id: number): Promise<Desk | undefined> {
  const row = await tx.desk.findUnique({ where: { id } })
  return row ? deskOf(row) : undefined
}

export async function createDesk(tx: Tx, fields: DeskFields): Promise<number> {
  const last = await tx.desk.aggregate({ _max: { ordinal: true } })
  const { id } = await tx.desk.create({
    data: { ...fields, ordinal: (last._max.ordinal ?? 0) + 1 },
    select: { id: true },
  })
  return id
}

/** False when somebody changed it meanwhile. */
export async function changeDesk(
  tx: Tx,
  { id, version }: Pick<Desk, 'id' | 'version'>,
  change: Partial<DeskFields> | { readonly shown: boolean },
): Promise<boolean> {
  const { count } = await tx.desk.updateMany({
    where: { id, version },
    data: { ...change, version: { increment: 1 } },
  })
  return count === 1
}

/** Puts a desk at this place, counted from 1, among all desks; beyond the last one it is the last. */
export async function placeDesk(tx: Tx, id: number, place: number): Promise<void> {
  const others = (await loadDesks(tx, 'all')).map((desk) => desk.id).filter((each) => each !== id)
  const order = others.toSpliced(place - 1, 0, id)
  // One statement, in the order of the rows: two that are placed at once do not wait for each other.
  await tx.$executeRaw`
    UPDATE desk SET ordinal = place.at FROM (
      SELECT desk.id, o.at::int FROM desk JOIN unnest(${order}::int[]) WITH ORDINALITY AS o (id, at) ON o.id = desk.id
      ORDER BY desk.id FOR UPDATE OF desk
    ) AS place WHERE desk.id = place.id AND desk.ordinal <> place.at`
}

/** Of the organisation's day, in one statement: it says neither when in the month nor who. */
export async function countOne(tx: Tx, deskId: number, today: Temporal.PlainDate): Promise<void> {
  const month = today.toPlainYearMonth().toString()
  await tx.$executeRaw`
    INSERT INTO desk_count AS c (desk_id, month, count) VALUES (${deskId}, ${month}, 1)
    ON CONFLICT (desk_id, month) DO UPDATE SET count = c.count + 1`
}

/** Fewer are never told apart from none: one person's visit must not be seen. */
export const LEAST_TOLD = 5
const MONTHS_TOLD = 12

export interface MonthOfDesk {
  readonly month: Temporal.PlainYearMonth
  /** Undefined: fewer than LEAST_TOLD, or none. */
  readonly count: number | undefined
}

/** The twelve months before the present one, which is told when it is over: whoever looks twice learns nothing. */
export async function monthlyCounts(
  tx: Tx,
  today: Temporal.PlainDate,
): Promise<ReadonlyMap<number, readonly MonthOfDesk[]>> {
  const present = today.toPlainYearMonth()
  const months = Array.from({ length: MONTHS_TOLD }, (_, i) => present.subtract({ months: i + 1 }))
  const rows = await tx.deskCount.findMany({
    where: { month: { in: months.map(String) }, count: { gte: LEAST_TOLD } },
  })
  const desks = await tx.desk.findMany({ select: { id: true } })
  return new Map(
    desks.map(({ id }) => [
      id,
      months.map((month) => ({
        month,
        count: rows.find((row) => row.deskId === id && row.month === month.toString())?.count,
      })),
    ]),
  )
}
