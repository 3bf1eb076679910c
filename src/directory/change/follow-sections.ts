// A section that is renamed or moves in the tree ends as one row and goes on as another, under the same code or, after a
// reorganisation, under the one that it is continued as. Whatever
// stands in it (sections below, posts, routes, rights) goes on with it: this brings every row that outlives its
// section's row over to the next one.
import { Prisma } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'

interface Follower {
  readonly table: string
  /** The column that names the section. */
  readonly section: string
  /** What a row carries besides its section and its days. */
  readonly carried: string
}

/** A column that is left out here is lost when a section is renamed: a test compares with the tables. */
const below: Follower = {
  table: 'section',
  section: 'parent_id',
  carried: 'code, name, calendar_id, continued_as',
}
const others: readonly Follower[] = [
  { table: 'post', section: 'section_id', carried: 'person_id, title, grade_id, main, acting' },
  { table: 'route', section: 'subject_section_id', carried: 'role, subject_person_id, evaluator_id' },
  { table: 'role_grant', section: 'section_id', carried: 'person_id, role, occupation' },
]

/** A tree deeper than this is a loop. */
const deepest = 30

export const followers = [below, ...others]

/** Brings over what outlives its section's row, where the section goes on. Returns how many rows. */
export async function followSections(tx: Tx): Promise<number> {
  let moved = 0
  for (let level = 0; level < deepest; level++) {
    const now = await follow(tx, below)
    moved += now
    if (now === 0) break
  }
  for (const follower of others) {
    // A row may outlive several rows of its section, one after the other.
    for (let step = 0; step < deepest; step++) {
      const now = await follow(tx, follower)
      moved += now
      if (now === 0) break
    }
  }
  return moved
}

/**
 * Where a section ends without another under its code, what stands in it ends with it. After everything else is
 * written: whose post is cut short looks to a comparison like somebody who has not begun yet.
 */
export async function endWithSections(tx: Tx): Promise<void> {
  for (const follower of others) await cut(tx, follower)
}

async function cut(tx: Tx, { table, section }: Follower): Promise<void> {
  await tx.$executeRaw`
    UPDATE ${Prisma.raw(table)} t SET valid_to = gone.valid_to
      FROM section gone
     WHERE gone.id = t.${Prisma.raw(section)} AND gone.valid_to > t.valid_from
       AND (t.valid_to IS NULL OR t.valid_to > gone.valid_to)
       AND NOT EXISTS (SELECT FROM section next WHERE ${goesOn})`
}

/** `next` is how `gone` goes on. */
export const goesOn =
  Prisma.raw(`next.code = coalesce(gone.continued_as, gone.code) AND next.valid_from <= gone.valid_to
    AND (next.valid_to IS NULL OR next.valid_to > gone.valid_to)`)

/**
 * Two sections that become one may each have an evaluator for the same role: that of the section itself stays, else the
 * one entered first; the other one ends with its section.
 */
async function giveWay(tx: Tx): Promise<void> {
  const losing = Prisma.sql`
    WITH outliving AS (
      SELECT t.id, t.role, t.valid_from, t.valid_to, next.id AS next, gone.valid_to AS ends,
             (gone.code = next.code)::int AS own, daterange(greatest(t.valid_from, gone.valid_to), t.valid_to) AS days
        FROM route t
        JOIN section gone ON gone.id = t.subject_section_id
        JOIN section next ON ${goesOn}
       WHERE gone.valid_to IS NOT NULL AND (t.valid_to IS NULL OR t.valid_to > gone.valid_to)),
    losing AS (
      SELECT a.* FROM outliving a
       WHERE EXISTS (SELECT FROM outliving b WHERE b.next = a.next AND b.role = a.role AND b.days && a.days
                        AND (b.own, -b.id) > (a.own, -a.id))
          OR EXISTS (SELECT FROM route c WHERE c.subject_section_id = a.next AND c.role = a.role
                        AND daterange(c.valid_from, c.valid_to) && a.days))`
  await tx.$executeRaw`
    ${losing} DELETE FROM route t USING losing WHERE t.id = losing.id AND losing.valid_from >= losing.ends`
  await tx.$executeRaw`
    ${losing} UPDATE route t SET valid_to = losing.ends FROM losing WHERE t.id = losing.id`
}

interface Outliving {
  readonly id: number
  readonly next: number
  readonly on: string
  readonly until: string | null
  readonly starts_later: boolean
}

async function follow(tx: Tx, { table, section, carried }: Follower): Promise<number> {
  const name = Prisma.raw(table)
  const column = Prisma.raw(section)
  if (table === 'route') await giveWay(tx)
  const rows = await tx.$queryRaw<Outliving[]>`
    SELECT t.id, next.id AS next, gone.valid_to::text AS on, t.valid_to::text AS until,
           t.valid_from >= gone.valid_to AS starts_later
      FROM ${name} t
      JOIN section gone ON gone.id = t.${column}
      JOIN section next ON ${goesOn}
     WHERE gone.valid_to IS NOT NULL AND (t.valid_to IS NULL OR t.valid_to > gone.valid_to)`
  if (rows.length === 0) return 0
  const later = JSON.stringify(rows.filter((row) => row.starts_later))
  const split = JSON.stringify(rows.filter((row) => !row.starts_later))
  await tx.$executeRaw`
    UPDATE ${name} t SET ${column} = x.next
      FROM jsonb_to_recordset(${later}::jsonb) AS x(id int, next int) WHERE t.id = x.id`
  await tx.$executeRaw`
    UPDATE ${name} t SET valid_to = x.on::date
      FROM jsonb_to_recordset(${split}::jsonb) AS x(id int, "on" text) WHERE t.id = x.id`
  const columns = Prisma.raw(carried)
  const copied = Prisma.raw(carried.replace(/\w+/g, 't.$&'))
  await tx.$executeRaw`
    INSERT INTO ${name} (${columns}, ${column}, valid_from, valid_to)
    SELECT ${copied}, x.next, x.on::date, x.until::date
      FROM jsonb_to_recordset(${split}::jsonb) AS x(id int, next int, "on" text, until text)
      JOIN ${name} t ON t.id = x.id`
  // It is the later row that goes on as another section some day.
  if (table === 'section')
    await tx.$executeRaw`
      UPDATE section t SET continued_as = NULL
        FROM jsonb_to_recordset(${split}::jsonb) AS x(id int) WHERE t.id = x.id`
  return rows.length
}
