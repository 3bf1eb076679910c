// Taking a meeting back: the hour, both calendars, the slot and the interviews together, or none of it.
import { release } from '../../../agenda/bookings.ts'
import { fromDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { meetingSubject } from '../state.ts'

/** What the interviews become that lose their meeting. */
type After = 'waiting' | 'suspended' | 'exempt' | 'cancelled'

export interface Released {
  readonly meetingId: number
  readonly interviewId: number
  readonly personId: number
  readonly conductorId: number
  readonly startsAt: Temporal.Instant
}

/**
 * Moves these interviews to `after` (version + 1) and takes their meetings back: bookings are released (SEQUENCE + 1
 * for calendars), the slot is `offered` to others again or `withdrawn`. A meeting that also serves an interview which
 * is not among these stays. Returns what was taken back. Interviews without a meeting only change their state; one that is
 * held stays held.
 */
export async function releaseMeetings(
  tx: Tx,
  interviewIds: readonly number[],
  after: After,
  slot: 'offered' | 'withdrawn',
): Promise<Released[]> {
  if (interviewIds.length === 0) return []
  const ids = [...new Set(interviewIds)]
  // Somebody may be booking at this moment: first or second, never in between.
  await tx.$queryRaw`SELECT id FROM interview WHERE id = ANY(${ids}::int[]) ORDER BY id FOR UPDATE`
  type Row = { id: number; person_id: number; meeting_id: number; conductor_id: number; starts_at: Date }
  const booked = await tx.$queryRaw<Row[]>`
    SELECT i.id, i.person_id, m.id AS meeting_id, m.conductor_id, m.starts_at
    FROM interview i JOIN meeting m ON m.id = i.meeting_id
    WHERE i.id = ANY(${ids}::int[]) AND i.status <> 'held' ORDER BY i.id`
  await tx.$executeRaw`
    UPDATE interview SET status = ${after}, meeting_id = NULL, version = version + 1
    WHERE id = ANY(${ids}::int[]) AND status <> 'held'`
  if (booked.length === 0) return []

  const meetings = [...new Set(booked.map((row) => row.meeting_id))]
  const freed = (
    await tx.$queryRaw<{ id: number }[]>`
      UPDATE meeting SET status = 'released'
      WHERE id = ANY(${meetings}::int[]) AND status = 'booked'
        AND NOT EXISTS (SELECT 1 FROM interview i WHERE i.meeting_id = meeting.id)
      RETURNING id`
  ).map((row) => row.id)
  if (freed.length > 0) {
    await release(tx, freed.map(meetingSubject))
    await tx.$executeRaw`
      UPDATE slot SET status = ${slot}, meeting_id = NULL WHERE meeting_id = ANY(${freed}::int[])`
  }
  const gone = new Set(freed)
  return booked
    .filter((row) => gone.has(row.meeting_id))
    .map((row) => ({
      meetingId: row.meeting_id,
      interviewId: row.id,
      personId: row.person_id,
      conductorId: row.conductor_id,
      startsAt: fromDbInstant(row.starts_at),
    }))
}
