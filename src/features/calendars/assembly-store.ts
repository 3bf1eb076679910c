// Sessions of the assembly as they are kept, and who is marked for them.
import { fromDbDate, toDbDate, toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { loadCalendars } from '../../directory/calendars.ts'
import { type Entered, type SessionRow, sittings, yearSpan } from './assembly-rules.ts'

/** Those of a fiscal year, in order. */
export async function loadYear(tx: Tx, fiscalYear: number): Promise<readonly SessionRow[]> {
  const { from, to } = yearSpan(fiscalYear)
  const rows = await tx.assemblySession.findMany({
    where: { fromOn: { gte: toDbDate(from), lt: toDbDate(to) } },
    orderBy: { fromOn: 'asc' },
  })
  return rows.map(({ id, name, fromOn, toOn, opensAt, closesAt }) => ({
    id,
    name,
    from: fromDbDate(fromOn),
    to: fromDbDate(toOn),
    opensAt,
    closesAt,
  }))
}

/** Puts what was entered in the place of what the year had. */
export async function saveYear(
  tx: Tx,
  fiscalYear: number,
  { sessions, ...hours }: Entered,
  zone: string,
  by: { readonly actorId: number; readonly now: Temporal.Instant },
): Promise<void> {
  const { from, to } = yearSpan(fiscalYear)
  await tx.assemblySession.deleteMany({ where: { fromOn: { gte: toDbDate(from), lt: toDbDate(to) } } })
  const { city } = await loadCalendars(tx)
  const { opensAt, closesAt } = hours
  for (const session of sessions)
    await tx.assemblySession.create({
      data: {
        name: session.name,
        fromOn: toDbDate(session.from),
        toOn: toDbDate(session.to),
        opensAt,
        closesAt,
        createdById: by.actorId,
        createdAt: toDbInstant(by.now),
        sittings: {
          create: sittings(session, hours, city, zone).map(({ start, end }) => ({
            startsAt: toDbInstant(start),
            endsAt: toDbInstant(end),
          })),
        },
      },
    })
}

/** One year's sessions are changed at a time. */
export const lockAssembly = (tx: Tx): Promise<unknown> =>
  tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('hagukumi.assembly'))`

/** Whether somebody is marked; null: their grade decides. */
export async function markedOf(tx: Tx, personId: number): Promise<boolean | null> {
  return (await tx.assemblyMember.findUnique({ where: { personId } }))?.attends ?? null
}

/** Marks somebody, or lets their grade decide again; false where it was so already. */
export async function mark(tx: Tx, personId: number, attends: boolean | null): Promise<boolean> {
  if ((await markedOf(tx, personId)) === attends) return false
  if (attends === null) await tx.assemblyMember.delete({ where: { personId } })
  else
    await tx.assemblyMember.upsert({
      where: { personId },
      create: { personId, attends },
      update: { attends },
    })
  return true
}
