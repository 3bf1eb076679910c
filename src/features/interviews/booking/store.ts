// What booking reads and locks. Whoever changes an interview locks its row first, then slots: always in this order.
import { occupiedSpans } from '../../../agenda/busy-times.ts'
import { overlaps } from '../../../agenda/span.ts'
import type { Prisma } from '../../../db/generated/client.ts'
import { fromDbInstant, toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { loadClosures } from '../../../directory/closures.ts'
import { conductedBy, loadInterviews } from '../load.ts'
import { type Interview, meetingSubject, shortestNotice } from '../state.ts'

/** Locks interviews until the transaction ends, lowest id first. */
export async function lockInterviews(tx: Tx, ids: readonly number[]): Promise<void> {
  await tx.$queryRaw`SELECT id FROM interview WHERE id = ANY(${[...ids]}::int[]) ORDER BY id FOR UPDATE`
}

/** The interview with everybody in it on a day; locked, when it is to be changed. */
export async function loadInterview(
  tx: Tx,
  id: number,
  on: Temporal.PlainDate,
  lock: 'lock' | 'read' = 'read',
): Promise<Interview | undefined> {
  if (lock === 'lock') await lockInterviews(tx, [id])
  return (await loadInterviews(tx, { id }, on))[0]
}

export interface Slot {
  readonly id: number
  readonly ownerId: number
  readonly stepId: number | null
  readonly start: Temporal.Instant
  readonly end: Temporal.Instant
  readonly place: string
}

type SlotRow = Prisma.SlotGetPayload<Record<string, never>>

export const toSlot = (row: SlotRow): Slot => ({
  id: row.id,
  ownerId: row.ownerId,
  stepId: row.stepId,
  start: fromDbInstant(row.startsAt),
  end: fromDbInstant(row.endsAt),
  place: row.place,
})

/** Hours of `ownerIds` that are on offer and still to come, in order of time. */
export async function offeredSlots(
  tx: Tx,
  ownerIds: readonly number[],
  now: Temporal.Instant,
): Promise<Slot[]> {
  const rows = await tx.slot.findMany({
    where: { ownerId: { in: [...ownerIds] }, status: 'offered', startsAt: { gt: toDbInstant(now) } },
    orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
  })
  return rows.map(toSlot)
}

/** Whether a slot is meant for this interview. */
export const isFor = (slot: Pick<Slot, 'ownerId' | 'stepId'>, interview: Interview): boolean =>
  interview.conductorIds.includes(slot.ownerId) &&
  (slot.stepId === null || slot.stepId === (interview.step?.id ?? null))

/**
 * What each interview's person can pick: hours of its conductors, for its step, at which neither has anything else
 * that cannot be shared, and on no day of rest. The present hour of the interview itself is not in the way.
 */
export async function pickableSlots(
  tx: Tx,
  interviews: readonly Interview[],
  now: Temporal.Instant,
  zone: string,
): Promise<ReadonlyMap<number, readonly Slot[]>> {
  const owners = [...new Set(interviews.flatMap((each) => each.conductorIds))]
  const open = await offeredSlots(tx, owners, now.add(shortestNotice))
  const rests = open.length === 0 ? () => false : await atRestOn(tx, zone)
  const offered = open.filter((slot) => !rests(slot))
  const last = offered.reduce(
    (end, slot) => (Temporal.Instant.compare(slot.end, end) > 0 ? slot.end : end),
    now,
  )
  const people = [
    ...new Set([...offered.map((slot) => slot.ownerId), ...interviews.map((each) => each.personId)]),
  ]
  const busy =
    offered.length === 0 ? [] : (await occupiedSpans(tx, people, now, last)).filter((each) => each.exclusive)
  const busyOf = Map.groupBy(busy, (each) => each.personId)
  return new Map(
    interviews.map((interview) => {
      const own = interview.status === 'booked' ? meetingSubject(interview.meeting.id) : undefined
      const free = (personId: number, slot: Slot) =>
        !(busyOf.get(personId) ?? []).some((each) => each.subject !== own && overlaps(each, slot))
      return [
        interview.id,
        offered.filter(
          (slot) => isFor(slot, interview) && free(slot.ownerId, slot) && free(interview.personId, slot),
        ),
      ]
    }),
  )
}

/** Whether an hour lies on a day on which everything rests: it is offered again should the rest end sooner. */
async function atRestOn(tx: Tx, zone: string): Promise<(slot: Pick<Slot, 'start'>) => boolean> {
  const closures = await loadClosures(tx)
  const compare = Temporal.PlainDate.compare
  return ({ start }) => {
    const day = start.toZonedDateTimeISO(zone).toPlainDate()
    return closures.some(({ from, to }) => compare(from, day) <= 0 && compare(day, to) < 0)
  }
}

/** The slot, locked until the transaction ends, if it is still on offer. */
export async function lockOffered(tx: Tx, id: number, zone: string): Promise<Slot | undefined> {
  await tx.$queryRaw`SELECT id FROM slot WHERE id = ${id} FOR UPDATE`
  const row = await tx.slot.findFirst({ where: { id, status: 'offered' } })
  if (!row) return undefined
  const slot = toSlot(row)
  return (await atRestOn(tx, zone))(slot) ? undefined : slot
}

/** Open interviews that somebody conducts on a day and that wait for a time. */
export const waitingOf = (tx: Tx, conductorId: number, on: Temporal.PlainDate): Promise<Interview[]> =>
  loadInterviews(
    tx,
    {
      AND: [
        conductedBy(conductorId, on),
        { status: 'waiting' },
        { OR: [{ stepId: null }, { step: { status: 'open', cycle: { status: 'open' } } }] },
      ],
    },
    on,
  )
