// All programmes of the product together: names, phrases and permissions fit, and a person is answered.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../test/support/database.ts'
import { plainText } from '../test/support/plain.ts'
import { type City, composeCity } from './compose.ts'
import { MovableClock } from './kernel/clock.ts'
import { createLog } from './kernel/log.ts'
import { secretOf } from './kernel/secret.ts'

let db: TestDatabase
let city: City
beforeAll(async () => {
  db = await freshDatabase()
  const clock = new MovableClock(Temporal.Instant.from('2027-05-10T00:00:00Z'))
  const secret = secretOf(Buffer.alloc(32, 1))
  city = composeCity({ db, clock, zone: 'Asia/Tokyo', secret, log: createLog('silent') })
  const person = await db.prisma.person.create({ data: { number: '1', name: '山田 花子' } })
  await db.prisma.identity.create({
    data: { personId: person.id, platform: 'slack', tenant: 'T1', userId: 'U1' },
  })
  await db.prisma.roleGrant.createMany({
    data: ['admin', 'hr'].map((role) => ({ personId: person.id, role, validFrom: new Date('2027-04-01') })),
  })
})
afterAll(() => db.drop())

let keys = 0
const write = async (text: string) => {
  keys += 1
  const sender = { platform: 'slack', tenant: 'T1', user: 'U1', locale: 'ja' } as const
  const replies = await city.intake.receive({ type: 'words', key: `k${keys}`, sender, text })
  return replies.map((reply) => ('card' in reply ? plainText(reply.card) : '')).join('\n')
}

test('every command of every programme answers an empty city without a fault', async () => {
  const phrases = city.features.flatMap(({ commands = [] }) =>
    commands.flatMap(({ phrases: { ja, en } }) => [...ja, ...en]),
  )
  expect(phrases.length).toBeGreaterThan(4)
  for (const phrase of [...phrases, 'ホーム', 'home']) {
    const answer = await write(phrase)
    expect(answer, phrase).not.toBe('')
    expect(answer, phrase).not.toContain('受付番号')
    expect(answer, phrase).not.toContain('読み込めませんでした')
  }
})

test('help names every command that this person may and can use, and no other', async () => {
  const help = await write('ヘルプ')
  const now = city.core.clock.now()
  const grants = [
    { role: 'hr', sectionId: null },
    { role: 'admin', sectionId: null },
  ] as const
  const actor = { id: 1, number: '1', name: '', language: 'ja', grants } as const
  let named = 0
  for (const { commands = [] } of city.features)
    for (const { phrases, permission, ofUse } of commands) {
      const phrase = phrases.ja[0] ?? ''
      const shown = (await permission.allows(actor, now)) && (!ofUse || (await ofUse(actor, now)))
      expect(help.split('\n').includes(phrase), phrase).toBe(shown)
      if (shown) named += 1
    }
  expect(named).toBeGreaterThan(4)
})
