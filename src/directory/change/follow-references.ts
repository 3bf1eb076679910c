// What programmes keep about sections (who runs a course, whom a programme is for) follows a section that goes on as another
// row or under another code, on the day on which it does. By the names of tables, like the periods of retention: a test
// holds the list to the columns that there are.
import { z } from 'zod'
import { Prisma } from '../../db/generated/client.ts'
import { toDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { audienceSchema } from '../audience.ts'
import { readSetting, setting, writeSetting } from '../settings.ts'
import { goesOn } from './follow-sections.ts'
import type { SectionMapping } from './mapping.ts'

/** Columns that name a section's row. `once`: one row for each section. */
export const sectionColumns: readonly {
  readonly table: string
  readonly column: string
  readonly once?: true
  readonly where?: string
}[] = [
  { table: 'course', column: 'section_id' },
  { table: 'course', column: 'lecturer_section_id' },
  { table: 'gathering_series', column: 'section_id' },
  { table: 'mentoring_programme', column: 'section_id' },
  {
    table: 'handover',
    column: 'section_id',
    // Two people have one open list in a section: where two become one, theirs stay where they began.
    where: `t.status = 'open' AND NOT EXISTS (SELECT FROM handover o WHERE o.status = 'open' AND o.id <> t.id
              AND o.from_id = t.from_id AND o.to_id = t.to_id)`,
  },
  { table: 'handover_template', column: 'section_id', once: true },
]

/** Columns that hold an audience, whose sections are named by code. What was sent keeps what it said. */
const audienceColumns: readonly {
  readonly table: string
  readonly column: string
  readonly where?: string
}[] = [
  { table: 'broadcast', column: 'audience', where: "status IN ('draft', 'awaiting', 'scheduled')" },
  { table: 'course', column: 'target' },
  { table: 'gathering_series', column: 'audience' },
  { table: 'mentoring_programme', column: 'mentee_audience' },
  { table: 'mentoring_programme', column: 'mentor_audience' },
]

/** Settings with a list of section rows under `sections`. */
const sectionSettings = ['one-on-ones.opt-in']

/** Rows of sections whose codes audiences have followed: a code may be another section's by now. */
const followed = setting('directory.sections-followed', z.array(z.int()), [])

/** Of sections that were split: the row that ended, and what it goes on as besides the one that it names. */
const split = setting(
  'directory.sections-split',
  z.array(z.object({ id: z.int(), also: z.array(z.string()) })),
  [],
)

/**
 * Remembers what sections that end on a day are split into, for the day on which audiences follow: a row names one of
 * them alone.
 */
export async function rememberSplits(
  tx: Tx,
  on: Temporal.PlainDate,
  mapping: SectionMapping,
  now: Temporal.Instant,
): Promise<void> {
  const rows = await tx.section.findMany({
    where: {
      validTo: toDbDate(on),
      continuedAs: { not: null },
      code: { in: mapping.map(({ from }) => from) },
    },
    select: { id: true, code: true, continuedAs: true },
    orderBy: { id: 'asc' },
  })
  const more = rows.flatMap(({ id, code, continuedAs }) => {
    const also = mapping.flatMap(({ from, to }) => (from === code && to !== continuedAs ? [to] : []))
    return also.length > 0 ? [{ id, also }] : []
  })
  if (more.length === 0) return
  const known = (await readSetting(tx, split)).filter(({ id }) => !more.some((each) => each.id === id))
  await writeSetting(tx, split, [...known, ...more], now)
}

/** Sections go on in one step a day; more than this is a loop. */
const deepest = 30

/** Brings over what names sections that have gone on by today. Doing it twice changes nothing. */
export async function followReferences(
  tx: Tx,
  today: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> {
  for (let step = 0; step < deepest; step++) {
    let moved = 0
    for (const column of sectionColumns) moved += await followRows(tx, column, today)
    for (const key of sectionSettings) moved += await followSetting(tx, key, today)
    if (moved === 0) break
  }
  await followCodes(tx, today, now)
}

/** The rows of sections that ended by a day, and the row that each goes on as. */
const gone = (today: Temporal.PlainDate) => Prisma.sql`
  SELECT gone.id, min(next.id) AS next FROM section gone JOIN section next ON ${goesOn}
   WHERE gone.valid_to <= ${today.toString()}::date GROUP BY gone.id`

function followRows(
  tx: Tx,
  { table, column, once, where = 'true' }: (typeof sectionColumns)[number],
  today: Temporal.PlainDate,
): Promise<number> {
  const [name, of] = [Prisma.raw(table), Prisma.raw(column)]
  // Of two sections that become one the first keeps what there is once; what the new one has stays.
  const only = once
    ? Prisma.sql`AND NOT EXISTS (SELECT FROM ${name} o WHERE o.${of} = x.next)
        AND t.${of} = (SELECT min(a.${of}) FROM ${name} a JOIN (${gone(today)}) y ON y.id = a.${of} WHERE y.next = x.next)`
    : Prisma.empty
  return tx.$executeRaw`
    UPDATE ${name} t SET ${of} = x.next FROM (${gone(today)}) x
     WHERE t.${of} = x.id AND ${Prisma.raw(where)} ${only}`
}

async function followSetting(tx: Tx, key: string, today: Temporal.PlainDate): Promise<number> {
  const row = await tx.setting.findUnique({ where: { key } })
  const value = z.looseObject({ sections: z.array(z.int()) }).safeParse(row?.value)
  if (!value.success) return 0
  const rows = await tx.$queryRaw<{ id: number; next: number }[]>`
    SELECT * FROM (${gone(today)}) x WHERE x.id = ANY(${value.data.sections}::int[])`
  if (rows.length === 0) return 0
  const next = new Map(rows.map((each) => [each.id, each.next]))
  const sections = [...new Set(value.data.sections.map((id) => next.get(id) ?? id))]
  await tx.setting.update({ where: { key }, data: { value: { ...value.data, sections } as never } })
  return rows.length
}

/** Codes that have become others, those of a day at once: two sections may have changed theirs with each other. */
async function followCodes(tx: Tx, today: Temporal.PlainDate, now: Temporal.Instant): Promise<void> {
  const known = await readSetting(tx, followed)
  const rows = await tx.$queryRaw<{ id: number; code: string; as: string; on: string }[]>`
    SELECT id, code, continued_as AS as, valid_to::text AS on FROM section
     WHERE continued_as IS NOT NULL AND continued_as <> code AND valid_to <= ${today.toString()}::date
       AND NOT id = ANY(${[...known]}::int[]) ORDER BY valid_to, id`
  if (rows.length === 0) return
  const also = new Map((await readSetting(tx, split)).map((each) => [each.id, each.also]))
  for (const day of Map.groupBy(rows, ({ on }) => on).values()) {
    const next = new Map(day.map(({ id, code, as }) => [code, [as, ...(also.get(id) ?? [])]]))
    for (const column of audienceColumns) await renumber(tx, column, next)
  }
  await writeSetting(tx, followed, [...known, ...rows.map(({ id }) => id)], now)
}

async function renumber(
  tx: Tx,
  { table, column, where = 'true' }: (typeof audienceColumns)[number],
  next: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  const [name, of] = [Prisma.raw(table), Prisma.raw(column)]
  const rows = await tx.$queryRaw<{ id: number; audience: unknown }[]>`
    SELECT id, ${of} AS audience FROM ${name}
     WHERE (jsonb_typeof(${of} #> '{sections,codes}') = 'array' OR jsonb_typeof(${of} #> '{except,sections}') = 'array')
       AND ${Prisma.raw(where)}`
  const moved = (codes: readonly string[]) => [...new Set(codes.flatMap((code) => next.get(code) ?? [code]))]
  for (const { id, audience: stored } of rows) {
    const { sections, except, ...rest } = audienceSchema.parse(stored)
    const audience = {
      ...rest,
      ...(sections && { sections: { ...sections, codes: moved(sections.codes) } }),
      ...(except && { except: { ...except, ...(except.sections && { sections: moved(except.sections) }) } }),
    }
    await tx.$executeRaw`
      UPDATE ${name} SET ${of} = ${JSON.stringify(audience)}::jsonb WHERE id = ${id} AND ${of} <> ${JSON.stringify(audience)}::jsonb`
  }
}
