import type { PGlite } from '@electric-sql/pglite'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { embeddedMajor, poolOver, startPglite } from './embedded.ts'

let lite: PGlite
let pool: pg.Pool
beforeAll(async () => {
  lite = await startPglite({}, false)
  pool = await poolOver(lite)
  await pool.query('CREATE TABLE t (id int PRIMARY KEY, day date, at timestamptz(3))')
})
afterAll(async () => {
  await pool.end()
  await lite.close()
})

describe('the pool over the embedded database', () => {
  it('is the PostgreSQL that folders are checked against, in UTC', async () => {
    const { rows } = await pool.query(
      "SELECT current_setting('server_version') AS v, current_setting('timezone') AS z",
    )
    expect(rows[0].v.split('.')[0]).toBe(embeddedMajor)
    expect(rows[0].z).toBe('UTC')
  })

  it('goes on after a failed query, many times over', async () => {
    for (let round = 0; round < 50; round += 1) {
      await expect(pool.query('SELECT * FROM nothing_here')).rejects.toThrow('nothing_here')
      const { rows } = await pool.query('SELECT $1::int AS n', [round])
      expect(rows).toEqual([{ n: round }])
    }
  })

  it('asks again what is known by name after it has failed, within a transaction or without', async () => {
    const put = 'INSERT INTO t (id, day) VALUES ($1::int, $2)'
    const client = await pool.connect()
    for (let round = 0; round < 8; round += 1) {
      await client.query(put, [100 + round, '2027-04-01'])
      await client.query('BEGIN')
      await expect(client.query(put, [100 + round, '2027-04-01'])).rejects.toThrow('duplicate')
      await client.query('ROLLBACK')
      await expect(client.query('SELECT 1 / (0 * $1::int) AS n', [round])).rejects.toThrow('division')
    }
    client.release(new Error('gone'))
    // The next client knows none of the names, and none is in its way.
    for (let round = 0; round < 8; round += 1) await pool.query(put, [200 + round, '2027-04-01'])
    const { rows } = await pool.query('DELETE FROM t WHERE id >= $1 RETURNING id', [100])
    expect(rows).toHaveLength(16)
  })

  it('answers each of many that fail and succeed side by side with its own answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, n) =>
        n % 3 === 0
          ? pool.query('SELECT 1 / 0').catch((error: pg.DatabaseError) => error.code)
          : (await pool.query('SELECT $1::int AS n', [n])).rows[0].n,
      ),
    )
    expect(answers).toEqual(Array.from({ length: 60 }, (_, n) => (n % 3 === 0 ? '22012' : n)))
  })

  it('leaves nothing of a thrown-away client to the next: no open transaction, no setting', async () => {
    const client = await pool.connect()
    await client.query("SET timezone = 'Asia/Tokyo'")
    await client.query('BEGIN')
    await client.query('INSERT INTO t (id) VALUES (1)')
    client.release(new Error('gone'))
    const { rows } = await pool.query("SELECT count(*) AS n, current_setting('timezone') AS z FROM t")
    expect(rows).toEqual([{ n: 0, z: 'UTC' }])
  })

  it('reads and writes days and moments the same in every zone of the host', async () => {
    const midnight = new Date('2027-04-01T00:00:00.000Z')
    await pool.query('INSERT INTO t VALUES (2, $1, $2)', [midnight, new Date('2027-04-01T00:00:00.123Z')])
    const { rows } = await pool.query(
      'SELECT day, day::text AS text, at, at::text AS moment FROM t WHERE id = 2',
    )
    expect(rows).toEqual([
      {
        day: '2027-04-01',
        text: '2027-04-01',
        at: new Date('2027-04-01T00:00:00.123Z'),
        moment: '2027-04-01 00:00:00.123+00',
      },
    ])
  })
})
