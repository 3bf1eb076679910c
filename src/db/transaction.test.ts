import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../test/support/database.ts'
import { ConstraintError, OverlapError, UniqueError } from './errors.ts'
import { Prisma } from './generated/client.ts'
import { toDbDate, toDbInstant } from './time.ts'
import {
  afterwards,
  asTypedError,
  inTransaction,
  isOutOfRange,
  type Tx,
  withLastWord,
} from './transaction.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
beforeEach(() => truncateAll(db))
afterAll(() => db.drop())

const at = (time: string) => toDbInstant(Temporal.Instant.from(`2027-05-10T${time}:00+09:00`))
const book = (tx: Tx, from: string, to: string, subject: string) =>
  tx.booking.create({
    data: {
      personId: 1,
      subject,
      startsAt: at(from),
      endsAt: at(to),
      exclusive: true,
      status: 'booked',
    },
  })
const thrown = async (promise: Promise<unknown>) => {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

describe('a transaction', () => {
  it('keeps everything, or nothing when the work throws', async () => {
    await inTransaction(db, (tx) => tx.grade.create({ data: { rank: 1, name: '1級' } }))
    const wrong = inTransaction(db, async (tx) => {
      await tx.grade.create({ data: { rank: 2, name: '2級' } })
      throw new RangeError('the rule says no')
    })
    expect(await thrown(wrong)).toBeInstanceOf(RangeError)
    expect(await db.prisma.grade.findMany({ select: { rank: true } })).toEqual([{ rank: 1 }])
  })

  it('says which rule refused an overlapping booking, and takes one that touches', async () => {
    await inTransaction(db, (tx) => book(tx, '09:00', '09:30', 'meeting:1'))
    await inTransaction(db, (tx) => book(tx, '09:30', '10:00', 'meeting:2'))
    const error = await thrown(inTransaction(db, (tx) => book(tx, '09:15', '09:45', 'meeting:3')))
    expect(error).toBeInstanceOf(OverlapError)
    expect(error).toMatchObject({ kind: 'overlap', constraint: 'booking_no_overlap' })
  })

  it('knows an overlap from plain SQL too', async () => {
    const insert = (tx: Tx, subject: string) =>
      tx.$executeRaw`INSERT INTO booking (person_id, subject, starts_at, ends_at, exclusive, status)
        VALUES (1, ${subject}, ${at('09:00')}, ${at('10:00')}, true, 'booked')`
    await inTransaction(db, (tx) => insert(tx, 'meeting:1'))
    const error = await thrown(inTransaction(db, (tx) => insert(tx, 'meeting:2')))
    expect(error).toMatchObject({ kind: 'overlap', constraint: 'booking_no_overlap' })
  })

  it('names the unique key, the check and the reference that were broken, but no value', async () => {
    const person = { number: '1001', name: '山田 花子', email: 'hanako@example.jp' }
    await inTransaction(db, (tx) => tx.person.create({ data: person }))
    const twice = await thrown(
      inTransaction(db, (tx) => tx.person.create({ data: { ...person, number: '1002' } })),
    )
    expect(twice).toBeInstanceOf(UniqueError)
    expect(twice).toMatchObject({ constraint: 'person_email_key' })
    const upper = await thrown(
      inTransaction(db, (tx) =>
        tx.person.create({ data: { number: '1003', name: '佐藤 次郎', email: 'Jiro@example.jp' } }),
      ),
    )
    expect(upper).toBeInstanceOf(ConstraintError)
    expect(upper).toMatchObject({ kind: 'check', constraint: 'person_email_lower' })
    const nowhere = await thrown(
      inTransaction(db, (tx) =>
        tx.post.create({
          data: {
            personId: 1,
            sectionId: 99,
            title: '主事',
            validFrom: toDbDate(Temporal.PlainDate.from('2027-04-01')),
          },
        }),
      ),
    )
    expect(nowhere).toMatchObject({ kind: 'reference', constraint: 'post_section_id_fkey' })
    for (const error of [twice, upper, nowhere])
      expect(JSON.stringify([String(error), error, (error as Error).cause ?? null])).not.toMatch(
        /@example|山田|佐藤/,
      )
  })

  it('knows a number that no row can have, and no other fault, for one', async () => {
    const id = 2 ** 31
    const find = inTransaction(db, (tx) => tx.grade.findUnique({ where: { id } }))
    expect(isOutOfRange(await thrown(find))).toBe(true)
    const raw = db.prisma.$queryRaw`SELECT id FROM grade WHERE id = ${id} FOR UPDATE`
    expect(isOutOfRange(await thrown(raw))).toBe(true)
    const divided = db.prisma.$queryRaw`SELECT 1 / 0`
    expect(isOutOfRange(await thrown(divided))).toBe(false)
  })

  it('gives plain-SQL errors of the pool their types as well', async () => {
    await db.pool.query("INSERT INTO grade (rank, name) VALUES (1, '1級')")
    const error = await thrown(db.pool.query("INSERT INTO grade (rank, name) VALUES (1, '1級')"))
    expect(asTypedError(error)).toMatchObject({ kind: 'unique', constraint: 'grade_rank_key' })
  })

  it('runs again when others get in its way, and gives up after the attempts it was allowed', async () => {
    const conflict = () =>
      new Prisma.PrismaClientKnownRequestError('write conflict', { code: 'P2034', clientVersion: '7' })
    let runs = 0
    const result = await inTransaction(
      db,
      async (tx) => {
        runs += 1
        await tx.grade.create({ data: { rank: runs, name: 'x' } })
        if (runs < 3) throw conflict()
        return runs
      },
      { random: () => 0 },
    )
    expect(result).toBe(3)
    expect(await db.prisma.grade.count()).toBe(1)
    runs = 0
    const always = inTransaction(
      db,
      async () => {
        runs += 1
        throw conflict()
      },
      { random: () => 0, attempts: 4 },
    )
    expect(await thrown(always)).toMatchObject({ code: 'P2034' })
    expect(runs).toBe(4)
  })

  it('runs again when plain SQL meets a serialisation failure', async () => {
    let runs = 0
    await inTransaction(
      db,
      async (tx) => {
        runs += 1
        if (runs < 2)
          await tx.$executeRawUnsafe("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$")
      },
      { random: () => 0 },
    )
    expect(runs).toBe(2)
  })

  it('lets many at once through, one after the other where there is one connection', async () => {
    const many = Array.from({ length: 40 }, (_, rank) =>
      inTransaction(db, async (tx) => {
        await tx.grade.create({ data: { rank: rank + 1, name: 'x' } })
        await tx.grade.count()
      }),
    )
    await Promise.all(many)
    expect(await db.prisma.grade.count()).toBe(40)
  })

  it('loses no count when many serialisable transactions raise the same one', async () => {
    await db.prisma.grade.create({ data: { rank: 1, name: '0' } })
    const raise = () =>
      inTransaction(
        db,
        async (tx) => {
          const { name } = await tx.grade.findUniqueOrThrow({ where: { rank: 1 } })
          await tx.grade.update({ where: { rank: 1 }, data: { name: String(Number(name) + 1) } })
        },
        { isolationLevel: 'Serializable', attempts: 50 },
      )
    await Promise.all(Array.from({ length: 8 }, raise))
    expect(await db.prisma.grade.findFirst()).toMatchObject({ name: '8' })
  })

  it('lets two through that lock the same rows crosswise', async () => {
    await db.prisma.grade.createMany({ data: [1, 2].map((rank) => ({ rank, name: '' })) })
    const both = (first: number, second: number) =>
      inTransaction(db, async (tx) => {
        for (const rank of [first, second]) {
          await tx.$executeRaw`UPDATE grade SET name = name || 'x' WHERE rank = ${rank}`
          if (rank === first) await new Promise((resolve) => setTimeout(resolve, 50))
        }
      })
    await Promise.all([both(1, 2), both(2, 1)])
    expect(await db.prisma.grade.findMany({ select: { name: true } })).toEqual([
      { name: 'xx' },
      { name: 'xx' },
    ])
  })

  it('ends a transaction that waits for itself, instead of waiting for ever', async () => {
    const waits = inTransaction(
      db,
      async (tx) => {
        await tx.grade.create({ data: { rank: 1, name: 'x' } })
        if (db.kind === 'embedded') await db.prisma.grade.count()
        else await new Promise((resolve) => setTimeout(resolve, 400))
        await tx.grade.count()
      },
      { timeout: 200 },
    )
    expect(await thrown(waits)).toMatchObject({ code: 'P2028' })
    expect(await db.prisma.grade.count()).toBe(0)
  })
})

describe('the last word', () => {
  const said: unknown[] = []
  beforeEach(async () => {
    said.length = 0
    await db.prisma.grade.create({ data: { rank: 1, name: '1級' } })
  })
  const working = (work: (tx: Tx) => Promise<unknown>) =>
    withLastWord(
      async (_, result) => {
        said.push(result)
      },
      () => inTransaction(db, work),
    )
  const rank = { where: { rank: 1 } }
  const none = { where: { rank: 9 } }

  it.each<[string, (tx: Tx) => Promise<unknown>]>([
    ['asks', (tx) => tx.grade.findMany({ include: { posts: true } })],
    ['asks in SQL', (tx) => tx.$queryRaw(Prisma.sql`SELECT name FROM grade WHERE rank = ${1}`)],
    ['locks', (tx) => tx.$queryRaw`SELECT id FROM grade WHERE rank = ${1} FOR UPDATE`],
    ['locks for a key', (tx) => tx.$queryRawUnsafe('select id from grade for no key update of grade')],
    ['has the key of a matter', (tx) => tx.$executeRaw`SELECT pg_advisory_xact_lock(${7}::int)`],
    ['finds nothing to change', (tx) => tx.grade.updateMany({ ...none, data: { name: 'x' } })],
    ['finds nothing to delete', (tx) => tx.grade.deleteMany(none)],
    ['finds nothing to change in SQL', (tx) => tx.$executeRaw`UPDATE grade SET name = 'x' WHERE rank = ${9}`],
  ])('is not said of what only %s', async (_, work) => {
    await working(work)
    expect(said).toEqual([])
  })

  it.each<[string, (tx: Tx) => Promise<unknown>]>([
    ['creates', (tx) => tx.grade.create({ data: { rank: 2, name: '2級' } })],
    ['creates many', (tx) => tx.grade.createMany({ data: [{ rank: 2, name: '2級' }] })],
    ['changes', (tx) => tx.grade.update({ ...rank, data: { name: 'x' } })],
    ['changes what it finds', (tx) => tx.grade.updateMany({ ...rank, data: { name: 'x' } })],
    ['deletes', (tx) => tx.grade.deleteMany(rank)],
    ['changes in SQL', (tx) => tx.$executeRaw`UPDATE grade SET name = 'x' WHERE rank = ${1}`],
    ['changes and asks', (tx) => tx.$queryRaw`UPDATE grade SET name = 'x' RETURNING id`],
    [
      'changes on the way',
      (tx) => tx.$queryRaw`WITH gone AS (DELETE FROM grade RETURNING id) SELECT count(*)::int FROM gone`,
    ],
    [
      'locks, then changes',
      async (tx) => {
        await tx.$queryRaw`SELECT id FROM grade FOR UPDATE`
        await tx.grade.update({ ...rank, data: { name: 'x' } })
      },
    ],
  ])('is said of what %s, with its result', async (_, work) => {
    const result = await working(async (tx) => {
      await work(tx)
      return 'done'
    })
    expect([result, said]).toEqual(['done', ['done']])
  })

  it('is not said of what any process would do later as well', async () => {
    await withLastWord(
      async () => {
        said.push('said')
      },
      () => afterwards(() => inTransaction(db, (tx) => tx.grade.deleteMany())),
    )
    expect([said, await db.prisma.grade.count()]).toEqual([[], 0])
  })
})
