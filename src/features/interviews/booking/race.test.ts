import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../../test/support/database.ts'
import { buttonsOf, desk, interviewCity } from '../../../../test/support/interview-city.ts'
import { testCore } from '../../../../test/support/small-city.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

type Deed = readonly [kind: 'take' | 'cancel' | 'release' | 'fix' | 'withdraw', who: number, which: number]
const deed: fc.Arbitrary<Deed> = fc.tuple(
  fc.constantFrom('take', 'take', 'cancel', 'release', 'fix', 'withdraw'),
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: 0, max: 5 }),
)

/** Whatever happens, these hold together: the interview, its meeting, its hour, and both people's time. */
async function expectWhole() {
  const interviews = await db.prisma.interview.findMany({ include: { meeting: { include: { slot: true } } } })
  for (const { status, meeting, personId } of interviews) {
    expect(status === 'booked').toBe(meeting !== null)
    if (!meeting) continue
    expect(meeting.status).toBe('booked')
    if (meeting.slot) expect(meeting.slot.status).toBe('taken')
    const bookings = await db.prisma.booking.findMany({
      where: { subject: `meeting:${meeting.id}`, status: 'booked' },
    })
    expect(bookings.map((each) => each.personId).sort()).toEqual([personId, meeting.conductorId].sort())
    for (const each of bookings)
      expect([each.startsAt, each.endsAt]).toEqual([meeting.startsAt, meeting.endsAt])
  }
  const booked = interviews.filter((each) => each.status === 'booked').length
  expect(await db.prisma.booking.count({ where: { status: 'booked' } })).toBe(2 * booked)
  expect(await db.prisma.meeting.count({ where: { status: 'booked' } })).toBe(booked)
  expect(await db.prisma.slot.count({ where: { status: 'taken' } })).toBeLessThanOrEqual(booked)
}

test('law: whatever four people and their conductor do at once, all of it holds together or did not happen', async () => {
  let effects = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(deed, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 4 }),
      async (rounds) => {
        await truncateAll(db)
        const city = await interviewCity(db, 4)
        const at_ = desk(testCore(db).core, db)
        await at_.submit(
          city.boss,
          'interviews.offer',
          { step: city.step },
          {
            from: '2027-05-12',
            to: '2027-05-12',
            weekdays: ['3'],
            hoursFrom: '09:00',
            hoursTo: '12:00',
            minutes: '30',
          },
        )
        const slots = await db.prisma.slot.findMany({ orderBy: { startsAt: 'asc' } })
        for (const deeds of rounds) {
          const versions = await db.prisma.interview.findMany({ orderBy: { id: 'asc' } })
          await Promise.all(
            deeds.map(([kind, who, which]) => {
              const person = city.staff[who] ?? 0
              const about = { interview: city.interviews[who] ?? 0, version: versions[who]?.version ?? 1 }
              const slot = slots[which]?.id ?? 0
              switch (kind) {
                case 'take':
                  return at_.click(person, 'interviews.take', { ...about, slot })
                case 'cancel':
                  return at_.click(person, 'interviews.cancel', about)
                case 'release':
                  return at_.click(city.boss, 'interviews.cancel', { ...about, slot: 'withdrawn' })
                case 'withdraw':
                  return at_.click(city.boss, 'interviews.withdraw', { slot })
                case 'fix':
                  return at_.submit(city.boss, 'interviews.fix', about, {
                    date: '2027-05-12',
                    time: `${9 + Math.floor(which / 2)}:15`,
                    minutes: '30',
                  })
                default:
                  return kind satisfies never
              }
            }),
          )
          await expectWhole()
        }
        effects += await db.prisma.audit.count()
      },
    ),
    { numRuns: 12 },
  )
  expect(effects).toBeGreaterThan(10)
}, 120_000)

test('of twelve who want the same hour one gets it, and everybody else is offered the others', async () => {
  await truncateAll(db)
  const city = await interviewCity(db, 12)
  const at_ = desk(testCore(db).core, db)
  const values = { from: '2027-05-12', to: '2027-05-12', weekdays: ['3'], minutes: '30' }
  await at_.submit(
    city.boss,
    'interviews.offer',
    { step: city.step },
    { ...values, hoursFrom: '09:00', hoursTo: '10:00' },
  )
  const slot = (await db.prisma.slot.findFirstOrThrow()).id
  const seen = await Promise.all(
    city.staff.map((person, n) =>
      at_.click(person, 'interviews.take', { interview: city.interviews[n] ?? 0, version: 1, slot }),
    ),
  )
  expect(seen.filter((each) => each.files.length > 0)).toHaveLength(1)
  for (const each of seen.filter((one) => one.files.length === 0))
    expect(buttonsOf(each.card, 'interviews.take')).toHaveLength(1)
  await expectWhole()
})
