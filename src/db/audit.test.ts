import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/support/database.ts'
import { readAudit, writeAudit } from './audit.ts'
import { inTransaction } from './transaction.ts'
import { vacuumEmbedded } from './vacuum.ts'

let db: TestDatabase
const start = Temporal.Instant.from('2027-05-10T00:00:00Z')
beforeAll(async () => {
  db = await freshDatabase()
  await inTransaction(db, async (tx) => {
    for (const hour of [0, 1, 2, 3])
      await writeAudit(tx, {
        at: start.add({ hours: hour }),
        actorId: hour === 3 ? null : 7,
        via: hour === 3 ? 'system' : 'chat',
        action: 'interview.booked',
        subject: `interview:${hour}`,
        subjectPersonId: hour % 2,
        change: { status: { from: 'waiting', to: 'booked' } },
        flow: 'f1',
      })
  })
})
afterAll(() => db.drop())

const subjects = async (query: Omit<Parameters<typeof readAudit>[1], 'limit'>, limit = 10) =>
  (await readAudit(db, { ...query, limit })).map(({ subject }) => subject)

describe('the audit trail', () => {
  it('is read latest first, by person and by time, up to a limit', async () => {
    expect(await subjects({})).toEqual(['interview:3', 'interview:2', 'interview:1', 'interview:0'])
    expect(await subjects({}, 2)).toEqual(['interview:3', 'interview:2'])
    expect(await subjects({ subjectPersonId: 1 })).toEqual(['interview:3', 'interview:1'])
    expect(await subjects({ from: start.add({ hours: 1 }), to: start.add({ hours: 3 }) })).toEqual([
      'interview:2',
      'interview:1',
    ])
  })

  it('says who, what, when and how', async () => {
    const [entry] = await readAudit(db, { limit: 1 })
    expect(entry).toMatchObject({ actorId: null, via: 'system', flow: 'f1', action: 'interview.booked' })
    expect(entry?.at.equals(start.add({ hours: 3 }))).toBe(true)
    expect(entry?.change).toEqual({ status: { from: 'waiting', to: 'booked' } })
  })

  it('goes with its transaction', async () => {
    const undone = inTransaction(db, async (tx) => {
      await writeAudit(tx, { at: start, actorId: 7, via: 'chat', action: 'x', subject: 'x', change: {} })
      throw new RangeError('no')
    })
    await expect(undone).rejects.toThrow(RangeError)
    expect(await subjects({})).toHaveLength(4)
  })

  it('cannot be changed, shortened or emptied', async () => {
    for (const statement of ["UPDATE audit SET action = 'x'", 'DELETE FROM audit', 'TRUNCATE audit'])
      await expect(db.pool.query(statement)).rejects.toThrow('audit is append only')
    await expect(db.prisma.audit.deleteMany()).rejects.toThrow()
    expect(await subjects({})).toHaveLength(4)
  })

  it('lets retention through, in its own transaction alone', async () => {
    await inTransaction(db, async (tx) => {
      await tx.$executeRaw`SELECT set_config('hagukumi.retention', 'on', true)`
      await tx.audit.deleteMany({ where: { subject: 'interview:0' } })
    })
    expect(await subjects({})).toHaveLength(3)
    await expect(db.pool.query('DELETE FROM audit')).rejects.toThrow('audit is append only')
  })
})

describe('vacuum', () => {
  it('cleans up and counts what has changed in the embedded database, and leaves a server to its autovacuum', async () => {
    await db.pool.query("INSERT INTO grade (rank, name) SELECT n, 'x' FROM generate_series(1, 5000) n")
    await db.pool.query('UPDATE grade SET name = $1', ['y'])
    const vacuumed = async () => {
      const { rows } = await db.pool.query<{ tuples: number; times: number }>(
        `SELECT reltuples::int AS tuples, pg_stat_get_vacuum_count(oid)::int AS times
         FROM pg_class WHERE relname IN ('grade', 'handover') ORDER BY relname`,
      )
      return { counted: rows[0]?.tuples === 5000, times: rows.map(({ times }) => times) }
    }
    // Another test may have had this table vacuumed before.
    const { times } = await vacuumed()
    const [grade = 0, untouched = 0] = times
    const embedded = db.kind === 'embedded'
    // What nothing has happened in is left alone, and what nothing has happened in since.
    for (let nights = 0; nights < 2; nights += 1) {
      await vacuumEmbedded(db)
      expect(await vacuumed()).toEqual({ counted: embedded, times: [grade + (embedded ? 1 : 0), untouched] })
    }
  })
})
