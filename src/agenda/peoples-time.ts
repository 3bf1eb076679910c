// People's time as far as it is known: calendars, leave, what any programme has booked, what their groupware holds.
import { fromDbDate, fromDbDateOrNull, toDbDate } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import { calendarsOf } from '../directory/calendars.ts'
import { loadOrganisation } from '../directory/load.ts'
import type { Organisation } from '../directory/organisation.ts'
import { occupiedSpans } from './busy-times.ts'
import type { Timed } from './common-time.ts'
import type { Span } from './span.ts'

export interface TimedPerson extends Timed {
  /** What is taken later is added here. */
  readonly busy: Span[]
}

/**
 * The time of these people on the days from `from` to `to`, both included. `except`: subjects of bookings that do not
 * count; `known`: the organisation with their posts, where the caller has it.
 */
export async function peoplesTime(
  tx: Tx,
  personIds: readonly number[],
  days: { readonly from: Temporal.PlainDate; readonly to: Temporal.PlainDate },
  today: Temporal.PlainDate,
  zone: string,
  {
    except,
    known,
  }: { readonly except?: ReadonlySet<string> | undefined; readonly known?: Organisation | undefined } = {},
): Promise<ReadonlyMap<number, TimedPerson>> {
  const ids = [...new Set(personIds)]
  const calendarOf = await calendarsOf(tx, ids, known ?? (await loadOrganisation(tx, today, ids)))
  const absences = await tx.absence.findMany({
    where: { personId: { in: ids }, OR: [{ toOn: null }, { toOn: { gt: toDbDate(days.from) } }] },
  })
  const leaves = Map.groupBy(
    absences.map((row) => ({
      personId: row.personId,
      from: fromDbDate(row.fromOn),
      to: fromDbDateOrNull(row.toOn),
    })),
    ({ personId }) => personId,
  )
  const midnight = (day: Temporal.PlainDate) => day.toZonedDateTime(zone).toInstant()
  const all = await occupiedSpans(tx, ids, midnight(days.from), midnight(days.to.add({ days: 1 })))
  const busy = new Map<number, Span[]>(ids.map((id) => [id, []]))
  for (const each of all) if (!except?.has(each.subject)) busy.get(each.personId)?.push(each)
  return new Map(
    ids.map((id) => [
      id,
      {
        calendar: calendarOf(id),
        away: (day) =>
          (leaves.get(id) ?? []).some(
            (leave) =>
              Temporal.PlainDate.compare(leave.from, day) <= 0 &&
              (!leave.to || Temporal.PlainDate.compare(day, leave.to) < 0),
          ),
        busy: busy.get(id) ?? [],
      },
    ]),
  )
}
