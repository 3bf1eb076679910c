// 議会: when the assembly sits, and whom it takes. Whoever attends is asked for nothing in those days, and nothing is put
// into its hours, unless they want it all the same.
import { z } from 'zod'
import { fromDbDate, fromDbInstant, toDbDate, toDbInstant } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import { readSetting, setting } from './settings.ts'

/** From this grade on a post takes its holder to the assembly: 課長 and above in most cities. Null: only who is marked. */
export const assemblyGrade = setting('calendars.assembly-grade', z.int().min(0).max(1000).nullable(), 6)

export interface AssemblySession {
  readonly id: number
  readonly name: string
  readonly from: Temporal.PlainDate
  /** The day after its last one. */
  readonly to: Temporal.PlainDate
}

/** Sessions that are not over on a day, the nearest first. */
export async function loadSessions(tx: Tx, today: Temporal.PlainDate): Promise<readonly AssemblySession[]> {
  const rows = await tx.assemblySession.findMany({
    where: { toOn: { gt: toDbDate(today) } },
    orderBy: { fromOn: 'asc' },
  })
  return rows.map(({ id, name, fromOn, toOn }) => ({
    id,
    name,
    from: fromDbDate(fromOn),
    to: fromDbDate(toOn),
  }))
}

/** Of these people (or of all), those who attend: by the grade of a post they hold on the day, or because they are marked. */
export async function attendees(
  tx: Tx,
  today: Temporal.PlainDate,
  personIds?: readonly number[],
): Promise<ReadonlySet<number>> {
  const grade = await readSetting(tx, assemblyGrade)
  const day = today.toString()
  const ids = personIds ? [...new Set(personIds)] : null
  const rows = await tx.$queryRaw<{ id: number }[]>`
    SELECT p.id FROM person p LEFT JOIN assembly_member m ON m.person_id = p.id
     WHERE (${ids === null}::boolean OR p.id = ANY(${ids ?? []}::int[]))
       AND (p.left_on IS NULL OR p.left_on > ${day}::date)
       AND coalesce(m.attends, EXISTS (
         SELECT FROM post t JOIN grade g ON g.id = t.grade_id
          WHERE t.person_id = p.id AND g.rank >= ${grade}::int
            AND t.valid_from <= ${day}::date AND (t.valid_to IS NULL OR t.valid_to > ${day}::date)))`
  return new Set(rows.map(({ id }) => id))
}

/** The hours of the assembly that touch [from, to), for those of these people who attend; in order of time. */
export async function sittingsOf(
  tx: Tx,
  personIds: readonly number[],
  from: Temporal.Instant,
  to: Temporal.Instant,
): Promise<{ personId: number; start: Temporal.Instant; end: Temporal.Instant }[]> {
  const rows = await tx.assemblySitting.findMany({
    where: { startsAt: { lt: toDbInstant(to) }, endsAt: { gt: toDbInstant(from) } },
    include: { session: { select: { fromOn: true } } },
    orderBy: { startsAt: 'asc' },
  })
  // Who attends is asked of each session: somebody may be promoted between two.
  const attending = new Map<number, ReadonlySet<number>>()
  for (const { session } of rows) {
    const day = session.fromOn.getTime()
    if (!attending.has(day)) attending.set(day, await attendees(tx, fromDbDate(session.fromOn), personIds))
  }
  return rows.flatMap(({ startsAt, endsAt, session }) =>
    [...(attending.get(session.fromOn.getTime()) ?? [])].map((personId) => ({
      personId,
      start: fromDbInstant(startsAt),
      end: fromDbInstant(endsAt),
    })),
  )
}
