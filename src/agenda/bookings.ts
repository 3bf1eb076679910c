// People's time as the database keeps it. Two exclusive bookings of one person never overlap (EXCLUDE
// booking_no_overlap): whoever comes second gets an OverlapError from inTransaction. It ends the transaction, so it is
// caught outside and answered with what is free now.
import { fromDbInstant, toDbInstant } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import type { Span } from './span.ts'

export interface Appointment {
  /** What it is for, in its feature's words: "meeting:12". */
  readonly subject: string
  readonly personIds: readonly number[]
  readonly startsAt: Temporal.Instant
  readonly endsAt: Temporal.Instant
  /** Interviews are; a training is not: a clash with it is said, not forbidden. */
  readonly exclusive: boolean
}

/**
 * Takes everybody's time for a subject, or moves it: those who hold it already keep their row and count up its
 * sequence, those no longer named are released. Throws OverlapError through inTransaction.
 */
export async function book(tx: Tx, appointment: Appointment): Promise<void> {
  const { subject, personIds, exclusive } = appointment
  const time = { startsAt: toDbInstant(appointment.startsAt), endsAt: toDbInstant(appointment.endsAt) }
  await tx.booking.updateMany({
    where: { subject, status: 'booked', personId: { notIn: [...personIds] } },
    data: { status: 'released', sequence: { increment: 1 } },
  })
  // One order for everybody, so that two bookings at once cannot wait for each other.
  for (const personId of [...new Set(personIds)].sort((a, b) => a - b)) {
    await tx.booking.upsert({
      where: { subject_personId: { subject, personId } },
      create: { subject, personId, ...time, exclusive, status: 'booked' },
      update: { ...time, exclusive, status: 'booked', sequence: { increment: 1 } },
    })
  }
}

/** One person's time for a subject of their own. */
export interface OwnTime {
  readonly subject: string
  readonly personId: number
  readonly startsAt: Date
  readonly endsAt: Date
}

/** As `book`, for hundreds of subjects of one person each, in one statement; what is so already is left alone. */
export async function bookMany(tx: Tx, times: readonly OwnTime[], exclusive: boolean): Promise<void> {
  if (times.length === 0) return
  await tx.$executeRaw`
    INSERT INTO booking AS b (person_id, subject, starts_at, ends_at, exclusive, status)
    SELECT v."personId", v.subject, v."startsAt", v."endsAt", ${exclusive}::boolean, 'booked'
    FROM jsonb_to_recordset(${JSON.stringify(times)}::jsonb)
      AS v("personId" int, subject text, "startsAt" timestamptz, "endsAt" timestamptz)
    ORDER BY v."personId", v.subject
    ON CONFLICT (subject, person_id) DO UPDATE
      SET starts_at = EXCLUDED.starts_at, ends_at = EXCLUDED.ends_at, exclusive = EXCLUDED.exclusive,
          status = 'booked', sequence = b.sequence + 1
      WHERE (b.starts_at, b.ends_at, b.exclusive, b.status)
        IS DISTINCT FROM (EXCLUDED.starts_at, EXCLUDED.ends_at, EXCLUDED.exclusive, 'booked')`
}

/** Gives the time back; does nothing where it was given back before. */
export async function release(tx: Tx, subjects: readonly string[]): Promise<void> {
  await tx.booking.updateMany({
    where: { subject: { in: [...subjects] }, status: 'booked' },
    data: { status: 'released', sequence: { increment: 1 } },
  })
}

export interface BusySpan extends Span {
  readonly personId: number
  readonly subject: string
  readonly exclusive: boolean
  readonly sequence: number
}

/** What is booked of these people and touches [from, to), in order of time. */
export async function busySpans(
  tx: Tx,
  personIds: readonly number[],
  from: Temporal.Instant,
  to: Temporal.Instant,
): Promise<BusySpan[]> {
  const rows = await tx.booking.findMany({
    where: {
      personId: { in: [...new Set(personIds)] },
      status: 'booked',
      startsAt: { lt: toDbInstant(to) },
      endsAt: { gt: toDbInstant(from) },
    },
    orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
  })
  return rows.map(({ personId, subject, exclusive, sequence, startsAt, endsAt }) => ({
    personId,
    subject,
    exclusive,
    sequence,
    start: fromDbInstant(startsAt),
    end: fromDbInstant(endsAt),
  }))
}

export interface BookingOfPerson extends Span {
  readonly subject: string
  readonly sequence: number
  readonly released: boolean
}

/** A person's own hold on a subject, also after it was given back; undefined: never had one. */
export async function bookingOf(
  tx: Tx,
  subject: string,
  personId: number,
): Promise<BookingOfPerson | undefined> {
  const row = await tx.booking.findUnique({ where: { subject_personId: { subject, personId } } })
  if (!row) return undefined
  return {
    subject,
    sequence: row.sequence,
    released: row.status === 'released',
    start: fromDbInstant(row.startsAt),
    end: fromDbInstant(row.endsAt),
  }
}
