// Figures taken inside this process, in the order in which the city comes about.
import { toDbDate, toDbInstant } from '../../../src/db/time.ts'
import { inTransaction, type Tx } from '../../../src/db/transaction.ts'
import { replan } from '../../../src/features/interviews/reminders/replan.ts'
import { importFile } from '../../../src/features/staff-list/index.ts'
import { type BenchCity, FISCAL_YEAR, type Staff } from '../city.ts'
import { type Bench, medianOf, timed } from '../figure.ts'
import { fillUpTo, plannedNotices, type Year } from '../year.ts'

const roundTrip = ({ db }: BenchCity) => medianOf(50, () => db.pool.query('SELECT 1'))

const preview = async ({ city }: BenchCity, bytes: Uint8Array) => {
  const effectiveOn = Temporal.PlainDate.from({ year: FISCAL_YEAR, month: 4, day: 1 })
  const read = await importFile(city.core, {
    bytes,
    name: 'list.csv',
    effectiveOn,
    apply: false,
    actorId: null,
  })
  if (!read.usable) throw new Error('the list cannot be read')
  return read
}

/** The titles and one row: what reading any file costs. */
const shortest = (list: Uint8Array) => {
  const lines = [...list].flatMap((byte, index) => (byte === 0x0a ? [index] : []))
  return list.subarray(0, (lines[1] ?? list.length - 1) + 1)
}

const previewFigure = (name: string, expected: (counts: { new: number }) => boolean): Bench<BenchCity> => ({
  name,
  unit: 'ms',
  target: 3000,
  control: 'a list of one row',
  measure: async (city) => {
    const read = await preview(city, city.list)
    if (read.rows < 3000 || !expected(read.counts)) throw new Error('the preview is not that of the list')
    return {
      value: await medianOf(3, () => preview(city, city.list), 0),
      control: await medianOf(5, () => preview(city, shortest(city.list)), 1),
    }
  },
})

/** Everybody is new. */
export const importPreview = previewFigure('import-preview', (counts) => counts.new >= 3000)
/** Everybody is known: what next year's list meets. */
export const importPreviewAgain = previewFigure('import-preview-again', (counts) => counts.new === 0)

/** One tick a minute, as in production, with nothing due but the minute's own duties. */
const tickFigure = (name: string, planned: number): Bench<BenchCity> => ({
  name,
  unit: 'ms',
  target: 5,
  control: 'SELECT 1',
  measure: async (city) => {
    await fillUpTo(city, planned)
    const { clock, city: product } = city
    await product.delivery.runDue()
    const value = await medianOf(40, async () => {
      clock.advance({ minutes: 1 })
      const { queued, postponed, claimed, days } = await product.delivery.runDue()
      if (queued + postponed + claimed + days > 0) throw new Error('something was due')
    })
    return { value, control: await roundTrip(city) }
  },
})

export const tickFew = tickFigure('tick-1000-planned', 1000)
export const tickMany = tickFigure('tick-100000-planned', 100_000)

/** Rows of the shape and number of the year's notices, into a table without rules or indexes. */
const bareInsert = ({ db }: BenchCity, rows: number) =>
  timed(() =>
    inTransaction(
      db,
      async (tx) => {
        await tx.$executeRaw`CREATE TEMP TABLE bare (key text, at timestamptz) ON COMMIT DROP`
        await tx.$executeRaw`
          INSERT INTO bare SELECT 'interviews.offer:interview-reminders:' || n, to_timestamp(n)
          FROM generate_series(1, ${rows}::int) n`
      },
      { timeout: 60_000 },
    ),
  )

/** From HR's press on "start" to the answer: interviews, their people and all notices of the year. */
export const startCycle: Bench<BenchCity & { readonly year: Year }> = {
  name: 'plan-cycle',
  unit: 'ms',
  target: 5000,
  control: 'as many bare rows',
  measure: async (city) => ({
    value: city.year.startedInMs,
    control: await bareInsert(city, city.year.planned),
  }),
}

class Undone extends Error {}
const mostMoved = 50_000

/** A typhoon, with the interviews of a whole half year under way at once: two days of rest, and undone again. */
export const pauseEverything: Bench<BenchCity & { readonly year: Year }> = {
  name: 'pause-everything',
  unit: 'ms',
  target: 5000,
  control: 'as many bare rows',
  measure: async (city) => {
    const { db, clock, city: product } = city
    let value = Number.NaN
    let moved = 0
    const from = clock.now().toZonedDateTimeISO('Asia/Tokyo').toPlainDate().add({ days: 2 })
    const closure = { from, to: from.add({ days: 2 }), reason: '台風第15号' }
    const dues = async (tx: Tx) => {
      const rows = await tx.notice.findMany({ where: { status: 'planned' }, select: { key: true } })
      return new Set(rows.map(({ key }) => key))
    }
    await inTransaction(
      db,
      async (tx) => {
        await tx.step.updateMany({
          where: { ordinal: { lte: 3 } },
          data: { opensOn: toDbDate(from.subtract({ days: 5 })) },
        })
        // All of the first two, and one in ten of the third: fifty thousand notices, and not many more.
        await tx.$executeRaw`
          UPDATE interview i SET status = 'exempt' FROM step s WHERE s.id = i.step_id AND s.ordinal = 3 AND i.person_id % 10 <> 0`
        const all = await tx.interview.findMany({ select: { id: true } })
        await replan(
          product.core,
          tx,
          all.map(({ id }) => id),
          clock.now(),
        )
        const before = await dues(tx)
        value = await timed(async () => {
          const data = { fromOn: toDbDate(from), toOn: toDbDate(closure.to), reason: closure.reason }
          await tx.closure.create({ data: { ...data, createdById: 1, createdAt: toDbInstant(clock.now()) } })
          const change = { type: 'closure-changed', was: [], is: [closure], ...closure } as const
          await product.core.tell({ ...change, actorId: 1, flow: 'bench' }, tx, clock.now())
        })
        moved = [...(await dues(tx))].filter((key) => !before.has(key)).length
        throw new Undone()
      },
      { timeout: 120_000 },
    ).catch((error: unknown) => (error instanceof Undone ? undefined : Promise.reject(error)))
    if (moved < mostMoved) throw new Error(`only ${moved} notices have moved`)
    return { value, control: await bareInsert(city, moved) }
  },
}

/** The notices of every interview of the year made equal to what the rules want, where nothing has changed. */
export const replanCycle: Bench<BenchCity & { readonly year: Year }> = {
  name: 'replan-cycle',
  unit: 'ms',
  target: 5000,
  control: 'as many bare rows',
  measure: async (city) => {
    const { db, clock, city: product } = city
    const rows = await db.prisma.interview.findMany({ select: { id: true } })
    const ids = rows.map(({ id }) => id)
    const before = await plannedNotices(db)
    const value = await timed(() =>
      inTransaction(db, (tx) => replan(product.core, tx, ids, clock.now()), { timeout: 60_000 }),
    )
    if ((await plannedNotices(db)) !== before) throw new Error('planning again changed what is planned')
    return { value, control: await bareInsert(city, city.year.planned) }
  },
}

/** One person after another asks a program that has been answering for a while; from intake to the card. */
export const nextInterview: Bench<BenchCity & { readonly staff: Staff }> = {
  name: 'next-interview-p50',
  unit: 'ms',
  target: 10,
  control: 'SELECT 1',
  measure: async (city) => {
    const { people } = city.staff
    const someone = (turn: number) => people[(turn * 37) % people.length] ?? 0
    const value = await medianOf(300, (turn) => ask(city, someone(turn), '面談', 'card'), 300)
    return { value, control: await roundTrip(city) }
  },
}

/** HR's board of the whole city. */
export const hrBoard: Bench<BenchCity & { readonly staff: Staff }> = {
  name: 'hr-board',
  unit: 'ms',
  target: 150,
  control: 'counting the interviews',
  measure: async (city) => ({
    value: await medianOf(20, () => ask(city, city.staff.hr, '面談 全庁', 'chart')),
    control: await medianOf(20, () =>
      city.db.pool.query('SELECT step_id, status, count(*) FROM interview GROUP BY step_id, status'),
    ),
  }),
}

/** Throws unless the card is what was asked for, not the menu. */
async function ask({ tell, city }: BenchCity, person: number, text: string, wants: 'card' | 'chart') {
  const replies = await tell(person, { type: 'words', text })
  const cards = replies.flatMap((reply) => (reply.type === 'card' ? [reply.card] : []))
  const known = city.features.some(({ commands }) =>
    commands?.some(({ phrases }) => phrases.ja.includes(text)),
  )
  const shown = wants === 'card' || cards.some(({ blocks }) => blocks.some(({ type }) => type === 'chart'))
  if (!known || cards.length === 0 || !shown) throw new Error(`「${text}」 was not understood`)
}
