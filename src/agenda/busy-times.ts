// When people are busy elsewhere, as their groupware says: stretches of time and nothing else. Left out of the hours that
// are offered; what somebody settles all the same is not refused.
import { fromDbInstant, toDbInstant } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import { sittingsOf } from '../directory/assembly.ts'
import { type BusySpan, busySpans } from './bookings.ts'
import type { Span } from './span.ts'

/** Puts what a source says now in the place of what it said before. */
export async function replaceBusyTimes(
  tx: Tx,
  source: { readonly id: number; readonly personId: number },
  spans: readonly Span[],
): Promise<void> {
  await tx.busyTime.deleteMany({ where: { sourceId: source.id } })
  await tx.busyTime.createMany({
    data: spans.map(({ start, end }) => ({
      sourceId: source.id,
      personId: source.personId,
      startsAt: toDbInstant(start),
      endsAt: toDbInstant(end),
    })),
  })
}

/** The subject of what is busy elsewhere; no booking has it. */
const elsewhere = 'elsewhere'
/** The subject of the hours of the assembly; no booking has it. They are not exclusive: who wants to may use them. */
export const assembly = 'assembly'

/** What is booked of these people, what their groupware holds and when the assembly sits, in [from, to), in order. */
export async function occupiedSpans(
  tx: Tx,
  personIds: readonly number[],
  from: Temporal.Instant,
  to: Temporal.Instant,
): Promise<BusySpan[]> {
  const booked = await busySpans(tx, personIds, from, to)
  const rows = await tx.busyTime.findMany({
    where: {
      personId: { in: [...new Set(personIds)] },
      startsAt: { lt: toDbInstant(to) },
      endsAt: { gt: toDbInstant(from) },
    },
    orderBy: { startsAt: 'asc' },
  })
  const busy = rows.map(
    ({ personId, startsAt, endsAt }): BusySpan => ({
      personId,
      subject: elsewhere,
      exclusive: true,
      sequence: 0,
      start: fromDbInstant(startsAt),
      end: fromDbInstant(endsAt),
    }),
  )
  const sittings = (await sittingsOf(tx, personIds, from, to)).map(
    (sitting): BusySpan => ({ ...sitting, subject: assembly, exclusive: false, sequence: 0 }),
  )
  return [...booked, ...busy, ...sittings].sort((a, b) => Temporal.Instant.compare(a.start, b.start))
}
