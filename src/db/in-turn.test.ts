import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/support/database.ts'
import { inTransaction } from './transaction.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

test('what is asked side by side on one client is answered in turn, without a warning', async () => {
  const warned = vi.spyOn(process, 'emitWarning')
  const client = await db.pool.connect()
  const ask = (sql: string) => client.query(sql).then(({ rows }) => rows[0]?.n)
  const refused = ask('SELECT 1 / 0').catch(() => 'refused')
  expect(
    await Promise.all([ask('SELECT 1 AS n'), refused, ask('SELECT 2 AS n'), ask('SELECT 3 AS n')]),
  ).toEqual([1, 'refused', 2, 3])
  client.release()
  const person = await db.prisma.person.create({ data: { number: '1', name: '山田 花子' } })
  const found = await inTransaction(db, (tx) =>
    tx.person.findMany({ include: { posts: true, grants: true, absences: true, routesTo: true } }),
  )
  expect(found.map(({ id }) => id)).toEqual([person.id])
  expect(warned).not.toHaveBeenCalled()
})
