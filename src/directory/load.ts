import { fromDbDate, toDbDate } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import { type Organisation, organisation, type RouteRole } from './organisation.ts'

/** Rows in force on a day: from on or before it, to after it or open. */
export const inForce = (on: Temporal.PlainDate) => ({
  validFrom: { lte: toDbDate(on) },
  OR: [{ validTo: null }, { validTo: { gt: toDbDate(on) } }],
})

/**
 * The organisation on a day (local to the organisation). With `personIds` only their posts and routes are read:
 * the sections and the routes by section always are.
 */
export async function loadOrganisation(
  tx: Tx,
  on: Temporal.PlainDate,
  personIds?: readonly number[],
): Promise<Organisation> {
  const force = inForce(on)
  const people = personIds && { in: [...personIds] }
  const [sections, posts, routes] = [
    await tx.section.findMany({ where: force, orderBy: { code: 'asc' } }),
    await tx.post.findMany({
      where: { ...force, ...(people && { personId: people }) },
      include: { grade: { select: { rank: true } } },
      orderBy: [{ main: 'desc' }, { id: 'asc' }],
    }),
    await tx.route.findMany({
      where: people
        ? { AND: [force, { OR: [{ subjectPersonId: people }, { subjectSectionId: { not: null } }] }] }
        : force,
    }),
  ]
  return organisation({
    on,
    sections,
    posts: posts.map(({ grade, ...post }) => ({ ...post, gradeRank: grade?.rank ?? null })),
    routes: routes.map((route) => ({ ...route, role: route.role as RouteRole })),
  })
}

/** Who is absent on a day, and who stands in. */
export async function loadAbsences(
  tx: Tx,
  on: Temporal.PlainDate,
  personIds?: readonly number[],
): Promise<
  ReadonlyMap<number, { readonly deputyId: number | null; readonly back: Temporal.PlainDate | null }>
> {
  const rows = await tx.absence.findMany({
    where: {
      ...(personIds && { personId: { in: [...personIds] } }),
      fromOn: { lte: toDbDate(on) },
      OR: [{ toOn: null }, { toOn: { gt: toDbDate(on) } }],
    },
  })
  return new Map(
    rows.map((row) => [row.personId, { deputyId: row.deputyId, back: row.toOn && fromDbDate(row.toOn) }]),
  )
}
