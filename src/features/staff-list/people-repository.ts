// What the cards about people read: who is reached how, who is absent, who holds which right, what was recorded.
import { fromDbDate, fromDbDateOrNull, fromDbInstant, toDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Actor, Role } from '../../directory/actor.ts'
import { inForce, loadOrganisation } from '../../directory/load.ts'
import type { Organisation } from '../../directory/organisation.ts'
import { reach, reaches } from '../../directory/rights.ts'

export interface Reached {
  readonly number: string
  readonly name: string
  readonly title: string
  readonly section: string
  readonly sectionId: number | null
  readonly email: boolean
  readonly account: boolean
  readonly evaluator: boolean
}

const employedOn = (on: Temporal.PlainDate) => ({ OR: [{ leftOn: null }, { leftOn: { gt: toDbDate(on) } }] })

/** Everybody employed on the day within the HR officer's part, by section and number. */
export async function loadReached(tx: Tx, actor: Actor, on: Temporal.PlainDate): Promise<readonly Reached[]> {
  const org = await loadOrganisation(tx, on)
  const sections = reach(actor, 'hr', org)
  const people = await tx.person.findMany({
    where: employedOn(on),
    select: {
      id: true,
      number: true,
      name: true,
      email: true,
      identities: { where: { state: 'active' }, select: { id: true }, take: 1 },
    },
    orderBy: { number: 'asc' },
  })
  return people
    .flatMap((person): (Reached & { code: string })[] => {
      const post = org.mainPost(person.id)
      // Whoever has no post on the day has not come yet.
      if (!post || !(sections === 'all' || org.posts(person.id).some((each) => sections.has(each.sectionId))))
        return []
      const section = org.section(post.sectionId)
      return [
        {
          number: person.number,
          name: person.name,
          title: post.title,
          section: section?.name ?? '',
          sectionId: post.sectionId,
          code: section?.code ?? '',
          email: person.email !== null,
          account: person.identities.length > 0,
          evaluator: org.evaluator(person.id, 'first') !== null,
        },
      ]
    })
    .toSorted((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0))
}

export interface AbsenceRow {
  readonly id: number
  readonly personId: number
  readonly name: string
  readonly kind: string
  readonly from: Temporal.PlainDate
  readonly to: Temporal.PlainDate | null
  readonly deputyId: number | null
  readonly deputyName: string | null
}

const absenceSelect = {
  id: true,
  personId: true,
  kind: true,
  fromOn: true,
  toOn: true,
  deputyId: true,
  person: { select: { name: true } },
  deputy: { select: { name: true } },
} as const

interface StoredAbsence {
  readonly id: number
  readonly personId: number
  readonly kind: string
  readonly fromOn: Date
  readonly toOn: Date | null
  readonly deputyId: number | null
  readonly person: { readonly name: string }
  readonly deputy: { readonly name: string } | null
}

const readAbsence = (row: StoredAbsence): AbsenceRow => ({
  id: row.id,
  personId: row.personId,
  name: row.person.name,
  kind: row.kind,
  from: fromDbDate(row.fromOn),
  to: fromDbDateOrNull(row.toOn),
  deputyId: row.deputyId,
  deputyName: row.deputy?.name ?? null,
})

/** Present and future absences of those within reach, the earliest first. */
export async function loadLeaves(
  tx: Tx,
  actor: Actor,
  today: Temporal.PlainDate,
): Promise<readonly AbsenceRow[]> {
  const rows = await tx.absence.findMany({
    where: { OR: [{ toOn: null }, { toOn: { gt: toDbDate(today) } }] },
    select: absenceSelect,
    orderBy: [{ fromOn: 'asc' }, { id: 'asc' }],
  })
  const org = await loadOrganisation(
    tx,
    today,
    rows.map((row) => row.personId),
  )
  return rows.filter((row) => reaches(actor, 'hr', row.personId, org)).map(readAbsence)
}

/** The absence, if it is there and within reach: the two are not told apart. */
export async function findAbsence(
  tx: Tx,
  actor: Actor,
  id: number,
  today: Temporal.PlainDate,
): Promise<AbsenceRow | undefined> {
  const row = await tx.absence.findUnique({ where: { id }, select: absenceSelect })
  if (!row) return undefined
  const org = await loadOrganisation(tx, today, [row.personId])
  return reaches(actor, 'hr', row.personId, org) ? readAbsence(row) : undefined
}

/** An employed person by id. */
export async function findEmployed(tx: Tx, id: number, on: Temporal.PlainDate) {
  if (!Number.isSafeInteger(id) || id <= 0 || id > 2_147_483_647) return null
  return tx.person.findFirst({
    where: { id, ...employedOn(on) },
    select: { id: true, number: true, name: true },
  })
}

export async function organisationOf(tx: Tx, id: number, on: Temporal.PlainDate): Promise<Organisation> {
  return loadOrganisation(tx, on, [id])
}

export interface GrantRow {
  readonly id: number
  readonly personId: number
  readonly name: string
  readonly role: Role
  readonly sectionId: number | null
  readonly section: string | null
  readonly occupation: string | null
}

const grantSelect = {
  id: true,
  personId: true,
  role: true,
  sectionId: true,
  occupation: true,
  person: { select: { name: true } },
  section: { select: { name: true } },
} as const

export async function loadGrants(tx: Tx, on: Temporal.PlainDate): Promise<readonly GrantRow[]> {
  const rows = await tx.roleGrant.findMany({
    where: inForce(on),
    select: grantSelect,
    orderBy: [{ role: 'asc' }, { personId: 'asc' }, { id: 'asc' }],
  })
  return rows.map(({ person, section, role, ...row }) => ({
    ...row,
    role: role as Role,
    name: person.name,
    section: section?.name ?? null,
  }))
}

export interface TrailEntry {
  readonly id: number
  readonly at: Temporal.Instant
  readonly action: string
  readonly via: string
  readonly actor: string | null
  readonly change: unknown
}

export const trailPage = 8

/**
 * The latest entries about a person before an entry; one more than a page shows that there are more. `ahead`: with
 * changes that take effect after today; a transfer is known to few until its day (内示).
 */
export async function loadTrail(
  tx: Tx,
  personId: number,
  { before, today, ahead }: { before: number | null; today: Temporal.PlainDate; ahead: boolean },
): Promise<readonly TrailEntry[]> {
  const page = await tx.$queryRaw<{ id: number }[]>`
    SELECT id FROM audit
     WHERE subject_person_id = ${personId} AND (${before}::int IS NULL OR id < ${before}::int)
       AND (${ahead}::boolean OR coalesce(change->>'on', '') <= ${today.toString()})
     ORDER BY id DESC LIMIT ${trailPage + 1}`
  const rows = await tx.audit.findMany({
    where: { id: { in: page.map(({ id }) => id) } },
    orderBy: { id: 'desc' },
  })
  const actors = await tx.person.findMany({
    where: { id: { in: rows.flatMap((row) => (row.actorId === null ? [] : [row.actorId])) } },
    select: { id: true, name: true },
  })
  const names = new Map(actors.map((actor) => [actor.id, actor.name]))
  return rows.map((row) => ({
    id: row.id,
    at: fromDbInstant(row.at),
    action: row.action,
    via: row.via,
    actor: row.actorId === null ? null : (names.get(row.actorId) ?? null),
    change: row.change,
  }))
}
