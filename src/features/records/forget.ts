// A person who left becomes nobody: name, number, addresses and what only they had go; what the law asks to be kept (who
// did what, that an interview was held) stays under a number that leads to nobody. When nothing is left that hangs on
// it, the row goes too.
import type { Database } from '../../db/open.ts'
import { toDbDate } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { ofTheirLine, references } from './references.ts'

/** What is shown in the place of a name. */
export const nobody = '元職員'
const gap = '×'

export interface Forgotten {
  /** Rows by table that were deleted or emptied. */
  readonly rows: Readonly<Record<string, number>>
}

const ofThemselves = ['name', 'kana', 'email', 'number']

/** In the trail, values that say who it was: their own, and their staff number where it says whose evaluator they were. */
async function blankTrail(tx: Tx, person: { id: number; number: string }): Promise<number> {
  await tx.$executeRaw`SELECT set_config('hagukumi.retention', 'on', true)`
  const number = JSON.stringify(person.number)
  const others = await tx.$executeRaw`
    UPDATE audit SET change = (
        SELECT jsonb_object_agg(key, CASE WHEN key = ANY (${ofTheirLine})
                                          THEN replace(value::text, ${number}, ${JSON.stringify(gap)})::jsonb
                                          ELSE value END) FROM jsonb_each(change))
     WHERE action LIKE 'staff-list.%' AND strpos(change::text, ${number}) > 0 AND change ?| ${ofTheirLine}`
  const own = await tx.$executeRaw`
    UPDATE audit SET change = (
        SELECT jsonb_object_agg(key, CASE WHEN key = ANY (${ofThemselves}) THEN to_jsonb(${gap}::text)
                                          ELSE value END) FROM jsonb_each(change))
     WHERE subject_person_id = ${person.id} AND jsonb_typeof(change) = 'object'
       AND change ?| ${ofThemselves}`
  await tx.$executeRaw`SELECT set_config('hagukumi.retention', 'off', true)`
  return others + own
}

/** Forgets one person who has left, in the caller's transaction; again changes nothing. The caller audits. */
export async function forgetPerson(tx: Tx, personId: number, today: Temporal.PlainDate): Promise<Forgotten> {
  const rows: Record<string, number> = {}
  const person = await tx.person.findUniqueOrThrow({ where: { id: personId } })
  const count = (table: string, n: number) => {
    if (n > 0) rows[table] = (rows[table] ?? 0) + n
  }
  count('audit', await blankTrail(tx, person))
  for (const { table, column, forget, blank = {} } of references) {
    const sets = [
      ...Object.entries(blank).map(([name, value]) => `${name} = ${value}`),
      ...(forget === 'clear' ? [`${column} = NULL`] : []),
    ]
    if (forget === 'delete')
      count(table, await tx.$executeRawUnsafe(`DELETE FROM ${table} WHERE ${column} = $1`, personId))
    else if (sets.length > 0)
      count(
        table,
        await tx.$executeRawUnsafe(`UPDATE ${table} SET ${sets.join(', ')} WHERE ${column} = $1`, personId),
      )
  }
  await tx.$executeRaw`
    UPDATE report SET url = '' FROM sign_up s
     WHERE s.id = report.sign_up_id AND s.person_id = ${personId} AND url <> ''`
  await tx.person.update({
    where: { id: personId },
    data: {
      number: `×${personId}`,
      name: nobody,
      kana: '',
      email: null,
      language: null,
      employmentKindId: null,
      calendarId: null,
      hiredOn: null,
      erasedOn: toDbDate(today),
    },
  })
  count('person', 1)
  return { rows }
}

/** Whoever left before `from` and has a name still, the earliest first; those who have none any more are `nameless`. */
export async function leaversBefore(
  tx: Tx,
  from: Temporal.PlainDate,
  most: number,
): Promise<{ readonly named: readonly number[]; readonly nameless: boolean }> {
  const rows = await tx.$queryRaw<{ id: number; erased: boolean }[]>`
    (SELECT id, true AS erased FROM person WHERE erased_on IS NOT NULL LIMIT 1)
    UNION ALL
    (SELECT id, false FROM person WHERE left_on < ${from.toString()}::date AND erased_on IS NULL
      ORDER BY left_on, id LIMIT ${most})`
  return {
    named: rows.flatMap(({ id, erased }) => (erased ? [] : [id])),
    nameless: rows.some(({ erased }) => erased),
  }
}

/** 内定者 who declined, or whose time was over before `from` and who never were staff. */
export async function guestsBefore(
  tx: Tx,
  from: Temporal.PlainDate,
  today: Temporal.PlainDate,
  most: number,
): Promise<readonly number[]> {
  const rows = await tx.$queryRaw<{ id: number }[]>`
    SELECT id FROM person
     WHERE guest_until IS NOT NULL AND left_on <= guest_until AND erased_on IS NULL
       AND (left_on < ${from.toString()}::date OR (email IS NULL AND left_on <= ${today.toString()}::date))
     ORDER BY id LIMIT ${most}`
  return rows.map(({ id }) => id)
}

/** Takes away rows of persons that were forgotten and that nothing refers to any more. How many. */
export async function dropNobodies(
  db: Database,
  most: number,
  tell: (tx: Tx, gone: Readonly<Record<string, number>>) => Promise<void>,
): Promise<number> {
  const held = references
    .filter(({ table }) => table !== 'audit')
    .map(({ table, column }) => `AND NOT EXISTS (SELECT FROM ${table} x WHERE x.${column} = p.id)`)
  return inTransaction(db, async (tx) => {
    const gone = await tx.$executeRawUnsafe(
      `DELETE FROM person WHERE id = ANY (ARRAY(
         SELECT p.id FROM person p WHERE p.erased_on IS NOT NULL ${held.join(' ')} LIMIT ${most}))`,
    )
    if (gone > 0) await tell(tx, { person: gone })
    return gone
  })
}
