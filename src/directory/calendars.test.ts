import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/support/database.ts'
import { addPerson, addSection, day } from '../../test/support/small-city.ts'
import { toDbDate } from '../db/time.ts'
import { calendarOf, calendarsOf } from './calendars.ts'
import { loadOrganisation } from './load.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

const today = day('2027-05-10')

test("one person's calendar is their own, else the nearest section's upwards on that day, else the city's", async () => {
  const tx = db.prisma
  const calendar = async (code: string, opensAt: string) =>
    (await tx.calendar.create({ data: { code, name: code, weekdays: [1, 2, 3, 4, 5], opensAt } })).id
  await calendar('city', '08:00')
  const [division, centre, own] = [
    await calendar('division', '09:00'),
    await calendar('centre', '10:00'),
    await calendar('own', '11:00'),
  ]
  const top = await addSection(tx, '1000', 'こども部')
  const section = await addSection(tx, '1100', '保育課', top)
  const other = await addSection(tx, '2000', '総務課')
  await tx.section.update({ where: { id: top }, data: { calendarId: division } })
  const inherits = await addPerson(tx, '職員 一', section)
  const usual = await addPerson(tx, '職員 二', other)
  const special = await addPerson(tx, '職員 三', section)
  await tx.person.update({ where: { id: special }, data: { calendarId: own } })
  // A centre of the section that opens in July, to which somebody goes then.
  const coming = await tx.section.create({
    data: {
      code: '1110',
      name: '児童館',
      parentId: section,
      calendarId: centre,
      validFrom: toDbDate(day('2027-07-01')),
    },
  })
  const moves = await addPerson(tx, '職員 四', other)
  await tx.post.updateMany({ where: { personId: moves }, data: { validTo: toDbDate(day('2027-07-01')) } })
  await tx.post.create({
    data: { personId: moves, sectionId: coming.id, title: '主事', validFrom: toDbDate(day('2027-07-01')) },
  })

  const expected = [
    [inherits, today, '09:00'],
    [usual, today, '08:00'],
    [special, today, '11:00'],
    [moves, today, '08:00'],
    [moves, day('2027-07-01'), '10:00'],
  ] as const
  for (const [person, on, opensAt] of expected) {
    const found = await calendarOf(tx, person, on)
    expect(found.opensAt.toString({ smallestUnit: 'minute' })).toBe(opensAt)
    const org = await loadOrganisation(tx, on, [person])
    expect(found).toEqual((await calendarsOf(tx, [person], org))(person))
  }
})
