// Writes a comparison: a handful of statements for any number of people, inside the caller's transaction.
import type { Tx } from '../../db/transaction.ts'
import { type CompareOptions, type Comparison, compare } from './compare.ts'
import type { SectionWrite } from './compare-sections.ts'
import { endWithSections, followSections } from './follow-sections.ts'
import type { StaffList } from './listed.ts'
import { loadStanding } from './standing.ts'

export interface AppliedChange {
  /** Ids by staff number of everybody known after the change. */
  readonly ids: ReadonlyMap<string, number>
}

/**
 * Makes the directory what the list says from `comparison.on`. The comparison must have been made in this transaction
 * and be free of blocking conflicts.
 */
export async function applyComparison(
  tx: Tx,
  list: StaffList,
  comparison: Comparison,
  options: CompareOptions,
): Promise<AppliedChange> {
  const { on } = comparison
  let { writes } = comparison
  if (writes.sections.length > 0) {
    await writeSections(tx, writes.sections, on)
    // Renewed sections have taken posts along: their rows have other ids now.
    if ((await followSections(tx)) > 0)
      writes = compare(await loadStanding(tx, on), list, on, { ...options, followed: true }).writes
  }
  await writeKinds(tx, writes.people)
  await writeGrades(tx, [...writes.posts.insert, ...writes.posts.replace])
  await writePeople(tx, writes.people)
  const { posts } = writes
  await writePosts(tx, posts, on)
  await writeRoutes(tx, writes.routes)
  await cut(tx, 'roleGrant', writes.grants)
  if (posts.insert.length + posts.replace.length + posts.end.length > 0) await followSections(tx)
  await endWithSections(tx)
  const people = await tx.person.findMany({ select: { id: true, number: true } })
  return { ids: new Map(people.map((person) => [person.number, person.id])) }
}

async function writeSections(tx: Tx, writes: readonly SectionWrite[], on: string): Promise<void> {
  const ended = writes.flatMap((write) =>
    write.type === 'close' ? [write.id] : write.type === 'open' && write.ends !== null ? [write.ends] : [],
  )
  await tx.$executeRaw`UPDATE section SET valid_to = ${on}::date WHERE id = ANY(${ended})`
  const continued = writes.filter((write) => write.type === 'continue')
  await tx.$executeRaw`
    UPDATE section s SET valid_to = ${on}::date, continued_as = x."as"
      FROM jsonb_to_recordset(${JSON.stringify(continued)}::jsonb) AS x(id int, "as" text) WHERE s.id = x.id`
  const opened = writes.filter((write) => write.type === 'open')
  await tx.$executeRaw`
    INSERT INTO section (code, name, calendar_id, valid_from, valid_to)
    SELECT x.code, x.name, x."calendarId", ${on}::date, x."to"::date
      FROM jsonb_to_recordset(${JSON.stringify(opened)}::jsonb)
        AS x(code text, name text, "calendarId" int, "to" text)`
  const replaced = writes.filter((write) => write.type === 'replace')
  await tx.$executeRaw`
    UPDATE section s SET name = x.name
      FROM jsonb_to_recordset(${JSON.stringify(replaced)}::jsonb) AS x(id int, name text) WHERE s.id = x.id`
  // Parents last: they may be among the rows just opened.
  const placed = writes.filter((write) => write.type === 'open' || write.type === 'replace')
  await tx.$executeRaw`
    UPDATE section s SET parent_id = p.id
      FROM jsonb_to_recordset(${JSON.stringify(placed)}::jsonb) AS x(code text, "parentCode" text)
      LEFT JOIN section p ON p.code = x."parentCode" AND p.valid_from <= ${on}::date
                         AND (p.valid_to IS NULL OR p.valid_to > ${on}::date)
     WHERE s.code = x.code AND s.valid_from = ${on}::date AND s.id IS DISTINCT FROM p.id`
}

async function writeKinds(tx: Tx, people: Comparison['writes']['people']): Promise<void> {
  const kinds = new Map(people.flatMap(({ kind }) => (kind ? [[kind.code, kind.name] as const] : [])))
  const data = [...kinds].map(([code, name]) => ({ code, name }))
  if (data.length > 0) await tx.employmentKind.createMany({ data, skipDuplicates: true })
}

async function writeGrades(
  tx: Tx,
  posts: readonly { readonly value: { readonly rank: number | null } }[],
): Promise<void> {
  const ranks = new Set(posts.flatMap(({ value }) => (value.rank === null ? [] : [value.rank])))
  const data = [...ranks].map((rank) => ({ rank, name: `${rank}級` }))
  if (data.length > 0) await tx.grade.createMany({ data, skipDuplicates: true })
}

async function writePeople(tx: Tx, people: Comparison['writes']['people']): Promise<void> {
  const rows = JSON.stringify(people.map(({ kind, ...person }) => ({ ...person, kind: kind?.code ?? null })))
  // Addresses are given up before they are taken, so that two colleagues may swap theirs.
  await tx.$executeRaw`
    UPDATE person p SET email = NULL
      FROM jsonb_to_recordset(${rows}::jsonb) AS x(id int, email text)
     WHERE p.id = x.id AND p.email IS DISTINCT FROM x.email`
  await tx.$executeRaw`
    UPDATE person p SET name = x.name, kana = x.kana, email = x.email, hired_on = x."hiredOn"::date,
                        left_on = x."leftOn"::date, employment_kind_id = k.id
      FROM jsonb_to_recordset(${rows}::jsonb)
        AS x(id int, name text, kana text, email text, kind text, "hiredOn" text, "leftOn" text)
      LEFT JOIN employment_kind k ON k.code = x.kind
     WHERE p.id = x.id`
  await tx.$executeRaw`
    INSERT INTO person (number, name, kana, email, hired_on, left_on, employment_kind_id)
    SELECT x.number, x.name, x.kana, x.email, x."hiredOn"::date, x."leftOn"::date, k.id
      FROM jsonb_to_recordset(${rows}::jsonb)
        AS x(id int, number text, name text, kana text, email text, kind text, "hiredOn" text, "leftOn" text)
      LEFT JOIN employment_kind k ON k.code = x.kind
     WHERE x.id IS NULL`
}

/** Removes and shortens first, so that what is opened finds its days free. */
async function cut(
  tx: Tx,
  table: 'post' | 'route' | 'roleGrant',
  rows: {
    readonly remove: readonly number[]
    readonly end: readonly { readonly id: number; readonly to: string | null }[]
  },
): Promise<void> {
  const where = { id: { in: [...rows.remove] } }
  const ends = JSON.stringify(rows.end)
  switch (table) {
    case 'post':
      if (rows.remove.length > 0) await tx.post.deleteMany({ where })
      await tx.$executeRaw`
        UPDATE post t SET valid_to = x."to"::date
          FROM jsonb_to_recordset(${ends}::jsonb) AS x(id int, "to" text) WHERE t.id = x.id`
      return
    case 'route':
      if (rows.remove.length > 0) await tx.route.deleteMany({ where })
      await tx.$executeRaw`
        UPDATE route t SET valid_to = x."to"::date
          FROM jsonb_to_recordset(${ends}::jsonb) AS x(id int, "to" text) WHERE t.id = x.id`
      return
    case 'roleGrant':
      if (rows.remove.length > 0) await tx.roleGrant.deleteMany({ where })
      await tx.$executeRaw`
        UPDATE role_grant t SET valid_to = x."to"::date
          FROM jsonb_to_recordset(${ends}::jsonb) AS x(id int, "to" text) WHERE t.id = x.id`
      return
    default:
      table satisfies never
  }
}

async function writePosts(tx: Tx, posts: Comparison['writes']['posts'], on: string): Promise<void> {
  await cut(tx, 'post', posts)
  const replaced = JSON.stringify(posts.replace.map(({ id, value }) => ({ id, ...value })))
  await tx.$executeRaw`
    UPDATE post t SET section_id = s.id, title = x.title, grade_id = g.id, acting = x.acting
      FROM jsonb_to_recordset(${replaced}::jsonb)
        AS x(id int, "sectionCode" text, title text, rank int, acting boolean)
      JOIN section s ON s.code = x."sectionCode" AND s.valid_from <= ${on}::date
                    AND (s.valid_to IS NULL OR s.valid_to > ${on}::date)
      LEFT JOIN grade g ON g.rank = x.rank
     WHERE t.id = x.id`
  const opened = JSON.stringify(posts.insert.map(({ value, ...rest }) => ({ ...rest, ...value })))
  await tx.$executeRaw`
    INSERT INTO post (person_id, section_id, title, grade_id, main, acting, valid_from, valid_to)
    SELECT p.id, s.id, x.title, g.id, x.main, x.acting, x."from"::date, x."to"::date
      FROM jsonb_to_recordset(${opened}::jsonb)
        AS x(number text, "sectionCode" text, title text, rank int, main boolean, acting boolean, "from" text, "to" text)
      JOIN person p ON p.number = x.number
      JOIN section s ON s.code = x."sectionCode" AND s.valid_from <= ${on}::date
                    AND (s.valid_to IS NULL OR s.valid_to > ${on}::date)
      LEFT JOIN grade g ON g.rank = x.rank`
}

async function writeRoutes(tx: Tx, routes: Comparison['writes']['routes']): Promise<void> {
  await cut(tx, 'route', routes)
  const replaced = JSON.stringify(routes.replace)
  await tx.$executeRaw`
    UPDATE route t SET evaluator_id = e.id
      FROM jsonb_to_recordset(${replaced}::jsonb) AS x(id int, value text)
      JOIN person e ON e.number = x.value
     WHERE t.id = x.id`
  const opened = JSON.stringify(routes.insert)
  await tx.$executeRaw`
    INSERT INTO route (role, subject_person_id, evaluator_id, valid_from, valid_to)
    SELECT x.role, p.id, e.id, x."from"::date, x."to"::date
      FROM jsonb_to_recordset(${opened}::jsonb) AS x(number text, role text, value text, "from" text, "to" text)
      JOIN person p ON p.number = x.number
      JOIN person e ON e.number = x.value`
}
