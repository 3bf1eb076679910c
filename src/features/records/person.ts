// Requests of a person under the privacy law (開示・消去), for the command line.
import { writeAudit } from '../../db/audit.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { Refusal } from '../../kernel/errors.ts'
import { normalise } from '../../kernel/words.ts'
import type { Core } from '../feature.ts'
import { forgetPerson } from './forget.ts'
import { attached, neverShown, ofTheirLine, type Reference, references } from './references.ts'

type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value }
type Row = Readonly<Record<string, Value>>

export interface Part {
  readonly table: string
  /** What the person is in these rows. */
  readonly as: Reference['as']
  readonly rows: readonly Row[]
}

export interface PersonData {
  readonly format: 'hagukumi-person'
  readonly version: 1
  readonly madeAt: string
  readonly person: Row
  readonly parts: readonly Part[]
}

/** In the place of another person's id. */
export const another = '(another person)'
const self = '(the person)'
/** What cannot be opened with this installation's key. */
const closed = '(sealed with another key)'

const unknown = () =>
  new Refusal('not-found', {
    ja: 'その職員番号の方は見つかりません。すでに消去されたか、番号が違います。',
    en: 'No such staff number: erased already, or another number.',
  })

const findPerson = async (tx: Tx, number: string) => {
  const person = await tx.person.findUnique({ where: { number: normalise(number) } })
  if (!person || person.erasedOn) throw unknown()
  return person
}

const ends = new Set(['valid_to', 'left_on', 'to_on', 'ended_on'])

/** Names for what is given as a number: sections, grades, courses … */
const named: Readonly<Record<string, readonly [table: string, column: string]>> = {
  section_id: ['section', 'name'],
  subject_section_id: ['section', 'name'],
  grade_id: ['grade', 'name'],
  employment_kind_id: ['employment_kind', 'name'],
  course_id: ['course', 'name'],
  step_id: ['step', 'name'],
  broadcast_id: ['broadcast', 'title'],
  programme_id: ['mentoring_programme', 'name'],
}

const personColumns = new Map(
  [...Map.groupBy(references, ({ table }) => table)].map(([table, all]) => [
    table,
    new Set(all.map(({ column }) => column)),
  ]),
)

/** Rows of `t` as JSON, whatever their columns; bytes travel apart. */
const rowsOf = async (tx: Tx, from: string, where: string, args: readonly (number | string)[]) => {
  const rows = await tx.$queryRawUnsafe<{ row: Record<string, Value> }[]>(
    `SELECT to_jsonb(t) AS row FROM ${from} t WHERE ${where} ORDER BY t`,
    ...args,
  )
  return rows.map(({ row }) => row)
}

/** What they wrote, opened; PostgreSQL's JSON spells bytes "\\x…". */
function opened(core: Pick<Core, 'sealing'>, sealed: Value | undefined, label: string): Value {
  if (typeof sealed !== 'string') return null
  try {
    return core.sealing?.open(Buffer.from(sealed.slice(2), 'hex'), label).toString('utf8') ?? closed
  } catch {
    return closed
  }
}

/** Everything that the database holds of one person, and nothing that another wrote or that names another. */
export async function personData(
  core: Pick<Core, 'sealing' | 'zone'>,
  tx: Tx,
  number: string,
  now: Temporal.Instant,
): Promise<PersonData> {
  const { id } = await findPerson(tx, number)
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate().toString()
  const names = new Map<string, Map<number, string>>()
  const nameOf = async (column: string, value: Value): Promise<string | undefined> => {
    const [table, field] = named[column] ?? []
    if (!table || typeof value !== 'number') return undefined
    let known = names.get(table)
    if (!known) {
      const rows = await tx.$queryRawUnsafe<{ id: number; name: string }[]>(
        `SELECT id, ${field} AS name FROM ${table}`,
      )
      known = new Map(rows.map((row) => [row.id, row.name]))
      names.set(table, known)
    }
    return known.get(value)
  }
  const shown = async (table: string, row: Readonly<Record<string, Value>>): Promise<Row> => {
    const out: Record<string, Value> = {}
    for (const [column, value] of Object.entries(row)) {
      if (neverShown.has(column)) continue
      // An end that is still to come may be a transfer before its day.
      if (ends.has(column) && typeof value === 'string' && value > today) continue
      if (table === 'audit' && column === 'change' && value !== null && typeof value === 'object') {
        out[column] = Object.fromEntries(Object.entries(value).filter(([key]) => !ofTheirLine.includes(key)))
        continue
      }
      out[column] =
        personColumns.get(table)?.has(column) && value !== null ? (value === id ? self : another) : value
      const name = await nameOf(column, value)
      if (name !== undefined) out[`${column}_name`] = name
    }
    return out
  }
  const parts: Part[] = []
  for (const { table, column, as, unless, wrote, hide = [] } of references) {
    const usesToday = unless?.includes('$2') ?? false
    const where = `t.${column} = $1${unless ? ` AND NOT coalesce(${unless}, false)` : ''}`
    const rows = await rowsOf(tx, table, where, usesToday ? [id, today] : [id])
    if (rows.length === 0) continue
    const given: Row[] = []
    for (const row of rows) {
      const own: Record<string, Value> =
        wrote && row.sealed !== null ? { wrote: opened(core, row.sealed, wrote(row)) } : {}
      const kept = Object.entries(await shown(table, row)).filter(([name]) => !hide.includes(name))
      given.push({ ...Object.fromEntries(kept), ...own })
    }
    parts.push({ table, as, rows: given })
    for (const each of attached.filter(({ to, by }) => to === table && by === column)) {
      const key = each.column === 'id' ? `${each.table}_id` : 'id'
      const keys = rows.map((row) => row[key]).filter((value) => typeof value === 'number')
      if (keys.length === 0) continue
      const hanging = await rowsOf(
        tx,
        each.table,
        `t.${each.column} = ANY (string_to_array($1, ',')::int[])`,
        [keys.join(',')],
      )
      if (hanging.length > 0)
        parts.push({
          table: each.table,
          as,
          rows: await Promise.all(hanging.map((row) => shown(each.table, row))),
        })
    }
  }
  const [person = {}] = await rowsOf(tx, 'person', 't.id = $1', [id])
  return {
    format: 'hagukumi-person',
    version: 1,
    madeAt: now.toString(),
    person: await shown('person', person),
    parts,
  }
}

/** What is held of a person, for them; goes into the trail as counts. Throws a Refusal. */
export const exportPerson = (core: Core, number: string, now: Temporal.Instant): Promise<PersonData> =>
  inTransaction(core.db, async (tx) => {
    const data = await personData(core, tx, number, now)
    const person = await findPerson(tx, number)
    await writeAudit(tx, {
      at: now,
      actorId: null,
      via: 'cli',
      action: 'records.exported',
      subject: `person:${person.id}`,
      subjectPersonId: person.id,
      change: { rows: data.parts.reduce((sum, { rows }) => sum + rows.length, 0) },
    })
    return data
  })

export interface Erasure {
  readonly name: string
  /** Rows by table that are deleted or emptied. */
  readonly rows: Readonly<Record<string, number>>
  readonly done: boolean
}

class Preview extends Error {}

/**
 * Erases a person who has left: all that leads to them goes, what stays belongs to nobody. Without `confirmed` it is
 * tried and undone, to say how much it would be. Throws a Refusal: unknown, or employed still (their data serves its
 * purpose, and the next staff list would bring it back).
 */
export async function erasePerson(
  core: Core,
  asked: { readonly number: string; readonly reason: string; readonly confirmed: boolean },
  now: Temporal.Instant,
): Promise<Erasure> {
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  let found: Erasure | undefined
  try {
    await inTransaction(core.db, async (tx) => {
      const person = await findPerson(tx, asked.number)
      if (!person.leftOn || person.leftOn.toISOString().slice(0, 10) > today.toString())
        throw new Refusal('conflict', {
          ja: '在職中の方は消去できません。退職日の入った名簿を取り込んでから、もう一度実行してください。',
          en: 'Somebody who is employed cannot be erased. Import the staff list with the day they left, then run it again.',
        })
      const { rows } = await forgetPerson(tx, person.id, today)
      found = { name: person.name, rows, done: asked.confirmed }
      if (!asked.confirmed) throw new Preview()
      await writeAudit(tx, {
        at: now,
        actorId: null,
        via: 'cli',
        action: 'records.erased',
        subject: `person:${person.id}`,
        subjectPersonId: person.id,
        change: { reason: asked.reason, rows: Object.values(rows).reduce((sum, n) => sum + n, 0) },
      })
    })
  } catch (error) {
    if (!(error instanceof Preview)) throw error
  }
  if (!found) throw unknown()
  return found
}
