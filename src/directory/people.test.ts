import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../test/support/database.ts'
import { addPerson, addSection, day } from '../../test/support/small-city.ts'
import { inTransaction } from '../db/transaction.ts'
import { addressed, loadPeople } from './people.ts'

test.each([
  ['課長', '山田課長'],
  ['課長補佐', '山田課長補佐'],
  ['総務課長', '山田課長'],
  ['市長', '山田市長'],
  ['副市長', '山田副市長'],
  ['副町長', '山田副町長'],
  ['副部長', '山田副部長'],
  ['副主幹', '山田副主幹'],
  ['主任', '山田さん'],
  ['', '山田さん'],
])('a %s is addressed as %s', (title, shown) => {
  expect(addressed({ name: '山田 花子', title }, 'ja')).toBe(shown)
  expect(addressed({ name: '山田 花子', title, namesake: true }, 'ja')).toBe(
    shown.replace('山田', '山田 花子'),
  )
  expect(addressed({ name: '山田 花子', title }, 'en')).toBe('山田 花子')
})

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
beforeEach(() => truncateAll(db))
afterAll(() => db.drop())

test('two of one name in a section are told apart, wherever one of them is shown', async () => {
  const on = day('2027-05-10')
  const section = await addSection(db.prisma, '0100', '総務課')
  const other = await addSection(db.prisma, '0200', '税務課')
  const hanako = await addPerson(db.prisma, '山田 花子', section, { title: '主任' })
  await addPerson(db.prisma, '山田 太郎', section, { title: '主事' })
  const chief = await addPerson(db.prisma, '山田 一郎', section, { title: '課長' })
  const far = await addPerson(db.prisma, '山田 次郎', other, { title: '主事' })
  const people = await inTransaction(db, (tx) => loadPeople(tx, [hanako, chief, far], on))
  const shown = (id: number) => addressed(people.get(id) ?? { name: '', title: '' }, 'ja')
  expect([hanako, chief, far].map(shown)).toEqual(['山田 花子さん', '山田課長', '山田さん'])
})
