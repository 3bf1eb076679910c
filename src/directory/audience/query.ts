// An audience asked of the database: who belongs to it on a day. The rows are read in one statement and as one value,
// narrowed by what an index can narrow; the rule itself is `matcher`, the same for one person and for ten thousand.
import { z } from 'zod'
import type { Tx } from '../../db/transaction.ts'
import {
  type Audience,
  type AudienceRole,
  type Member,
  matcher,
  type Reach,
  type Setting,
  sectionIdsOf,
} from '../audience.ts'
import { inForce, loadOrganisation } from '../load.ts'
import type { Organisation } from '../organisation.ts'
import { readSetting, setting } from '../settings.ts'

/** The grade (級) from which on a post is a manager's (管理職): 課長. */
export const managerRank = setting('directory.manager-rank', z.int().min(1).max(100), 6)

/** What an audience is asked with. */
export interface AudienceQuery {
  readonly audience: Audience
  /** Whom the asker may write to. */
  readonly reach: Reach
  /** Today, or a day in the past: what will be is not for everybody's eyes (内示). */
  readonly on: Temporal.PlainDate
  /** The people of the audience's group; a group that nobody resolved has none. */
  readonly group?: readonly number[] | undefined
  /** The organisation of that day, where the caller has it. */
  readonly org?: Organisation | undefined
}

export interface Found {
  /** Whom it reaches, by section and staff number: those on leave only where the audience asks for them. */
  readonly personIds: readonly number[]
  /** Those who fit and are on leave, whether they are among the above or not. */
  readonly absentIds: readonly number[]
}

const rowSchema = z.array(
  z.tuple([
    z.number(),
    z.string().nullable(),
    z.string().nullable(),
    z.boolean(),
    z.array(z.tuple([z.number(), z.string(), z.number().nullable(), z.boolean()])),
  ]),
)

/**
 * Members of staff on a day: employed, with a post in force. `personIds`: only these; `sectionIds`: only those with a
 * post there. In the order of the main post's section code and staff number.
 */
export async function loadMembers(
  tx: Tx,
  on: Temporal.PlainDate,
  only: {
    readonly personIds?: readonly number[] | undefined
    readonly sectionIds?: readonly number[] | undefined
  } = {},
): Promise<readonly Member[]> {
  const day = on.toString()
  const people = only.personIds ? [...only.personIds] : null
  const sections = only.sectionIds ? [...only.sectionIds] : null
  const [row] = await tx.$queryRaw<{ members: string | null }[]>`
    WITH held AS MATERIALIZED (
      SELECT o.person_id, bool_or(o.section_id = ANY(${sections}::int[])) AS there,
             json_agg(json_build_array(o.section_id, o.title, g.rank, o.main) ORDER BY o.main DESC, o.id) AS posts,
             min(s.code) FILTER (WHERE o.main) AS code
      FROM post o JOIN section s ON s.id = o.section_id LEFT JOIN grade g ON g.id = o.grade_id
      WHERE o.valid_from <= ${day}::date AND (o.valid_to IS NULL OR o.valid_to > ${day}::date)
        AND (${people}::int[] IS NULL OR o.person_id = ANY(${people}::int[]))
      GROUP BY o.person_id)
    SELECT json_agg(json_build_array(p.id, k.code, p.hired_on, away.person_id IS NOT NULL, held.posts)
                    ORDER BY held.code COLLATE "C", p.number COLLATE "C")::text AS members
    FROM held JOIN person p ON p.id = held.person_id
    LEFT JOIN employment_kind k ON k.id = p.employment_kind_id
    LEFT JOIN (SELECT DISTINCT person_id FROM absence
               WHERE from_on <= ${day}::date AND (to_on IS NULL OR to_on > ${day}::date)) away
           ON away.person_id = p.id
    WHERE (p.left_on IS NULL OR p.left_on > ${day}::date) AND (p.hired_on IS NULL OR p.hired_on <= ${day}::date)
      AND (${sections}::int[] IS NULL OR held.there)`
  if (!row?.members) return []
  return rowSchema
    .parse(JSON.parse(row.members))
    .map(([personId, employmentKind, hiredOn, absent, posts]): Member => {
      const held = posts.map(([sectionId, title, gradeRank, main]) => ({ sectionId, title, gradeRank, main }))
      return { personId, employmentKind, hiredOn, absent, posts: held }
    })
}

/** Who holds the roles that an audience asks for, on a day. */
async function holdersOf(
  tx: Tx,
  roles: readonly AudienceRole[],
  on: Temporal.PlainDate,
): Promise<Setting['holders']> {
  const holders: Partial<Record<AudienceRole, ReadonlySet<number>>> = {}
  if (roles.includes('supervisor')) {
    const routes = await tx.route.findMany({
      where: { role: { in: ['supervisor', 'first'] }, ...inForce(on) },
      select: { evaluatorId: true, subjectPersonId: true },
    })
    const others = routes.filter(({ evaluatorId, subjectPersonId }) => evaluatorId !== subjectPersonId)
    holders.supervisor = new Set(others.map(({ evaluatorId }) => evaluatorId))
  }
  const given = roles.filter((role) => role !== 'supervisor' && role !== 'manager')
  if (given.length > 0) {
    const grants = await tx.roleGrant.findMany({
      where: { role: { in: given }, ...inForce(on) },
      select: { role: true, personId: true },
    })
    for (const role of given)
      holders[role] = new Set(grants.filter((grant) => grant.role === role).map((grant) => grant.personId))
  }
  return holders
}

/** What `matcher` needs to know of a day for this audience. */
export async function settingOf(tx: Tx, query: AudienceQuery): Promise<Setting> {
  const { audience, on, group } = query
  return {
    on,
    org: query.org ?? (await loadOrganisation(tx, on, [])),
    managerRank: await readSetting(tx, managerRank),
    holders: await holdersOf(tx, audience.roles ?? [], on),
    ...(group && { group: new Set(group) }),
  }
}

/** The sections that can hold anybody of this audience and reach; undefined where all can. */
function narrowest({ audience, reach }: AudienceQuery, { org }: Setting): readonly number[] | undefined {
  const reached = reach.some((part) => part.sections === 'all')
    ? undefined
    : new Set(reach.flatMap((part) => (part.sections === 'all' ? [] : [...part.sections])))
  const asked = audience.sections && sectionIdsOf(audience.sections.codes, org, audience.sections.below)
  const both = reached && asked ? asked.intersection(reached) : (asked ?? reached)
  return both && [...both]
}

/** Whom an audience reaches on a day. Nobody outside the reach, nobody who has left or has not yet come. */
export async function findAudience(tx: Tx, query: AudienceQuery): Promise<Found> {
  const { audience, reach, on, group } = query
  if (reach.length === 0) return { personIds: [], absentIds: [] }
  const facts = await settingOf(tx, query)
  const personIds = audience.people ?? (audience.group ? (group ?? []) : undefined)
  const members = await loadMembers(tx, on, { personIds, sectionIds: narrowest(query, facts) })
  const fits = matcher(audience, reach, facts)
  const fitting = members.filter(fits)
  const present = audience.withAbsent ? fitting : fitting.filter(({ absent }) => !absent)
  return {
    personIds: present.map(({ personId }) => personId),
    absentIds: fitting.filter(({ absent }) => absent).map(({ personId }) => personId),
  }
}

/** Staff numbers as they were pasted or read from a list, in the order of the people; unknown ones as written. */
export async function peopleByNumber(
  tx: Tx,
  numbers: readonly string[],
  on: Temporal.PlainDate,
): Promise<{ readonly personIds: readonly number[]; readonly unknown: readonly string[] }> {
  const day = on.toString()
  const rows = await tx.$queryRaw<{ id: number; number: string }[]>`
    SELECT id, number FROM person
    WHERE number = ANY(${[...new Set(numbers)]}::text[])
      AND (left_on IS NULL OR left_on > ${day}::date) AND (hired_on IS NULL OR hired_on <= ${day}::date)
      AND EXISTS (SELECT FROM post o WHERE o.person_id = person.id AND o.valid_from <= ${day}::date
                    AND (o.valid_to IS NULL OR o.valid_to > ${day}::date))
    ORDER BY number`
  const known = new Set(rows.map(({ number }) => number))
  return {
    personIds: rows.map(({ id }) => id),
    unknown: [...new Set(numbers)].filter((number) => !known.has(number)),
  }
}

/** Whom numbers may mean, with or without their leading zeros: at work, gone, or outside what one may write to. */
export async function knownNumbers(
  tx: Tx,
  numbers: readonly string[],
  { reach, on, org }: Pick<AudienceQuery, 'reach' | 'on' | 'org'>,
): Promise<
  readonly {
    readonly id: number
    readonly number: string
    readonly state: 'here' | 'left' | 'outside'
    readonly absent: boolean
  }[]
> {
  const day = on.toString()
  // Who has not yet come is nobody's business (内示): such a number is as unknown as any other.
  const rows = await tx.$queryRaw<{ id: number; number: string; gone: boolean }[]>`
    SELECT id, number, coalesce(left_on <= ${day}::date, false) AS gone FROM person
    WHERE ltrim(number, '0') = ANY(${[...new Set(numbers.map((number) => number.replace(/^0+/, '')))]}::text[])
      AND (hired_on IS NULL OR hired_on <= ${day}::date)
    ORDER BY number COLLATE "C"`
  const here = rows.filter(({ gone }) => !gone).map(({ id }) => id)
  const audience = { people: here, withAbsent: true }
  const posted = new Set((await loadMembers(tx, on, { personIds: here })).map(({ personId }) => personId))
  const reached = await findAudience(tx, { audience, reach, on, org })
  const [inside, absent] = [new Set(reached.personIds), new Set(reached.absentIds)]
  return rows.flatMap(({ id, number, gone }) => {
    if (!gone && !posted.has(id)) return []
    const state = gone ? ('left' as const) : inside.has(id) ? ('here' as const) : ('outside' as const)
    return [{ id, number, state, absent: absent.has(id) }]
  })
}
