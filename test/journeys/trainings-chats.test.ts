// One training as it goes on Slack and on Teams, against their stand-ins: a click each to apply and to approve, the
// code in the room, the record.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { trainings } from '../../src/features/trainings/index.ts'
import { startSlackStandIn } from '../slack-stand-in/index.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../support/database.ts'
import { signingSecret, startSlackCity } from '../support/slack-city.ts'
import { addPerson, addRoute, addSection } from '../support/small-city.ts'
import { startTeamsCity } from '../support/teams-city.ts'
import { addCourse } from '../support/training-city.ts'
import { startTeamsStandIn } from '../teams-stand-in/index.ts'

let db: TestDatabase
const ends: (() => Promise<void>)[] = []
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

const name = '<!channel> *防災*研修'
const staff = { hr: '人事 一郎', boss: '佐藤 一郎', tanaka: '田中 花子' } as const
type Who = keyof typeof staff
const emailOf = (who: Who) => `${who}@city.example.jp`

/** It begins in ten minutes, so that its code can be sent at once. */
beforeEach(async () => {
  await truncateAll(db)
  const tx = db.prisma
  const office = await addSection(tx, '0100', '職員課')
  const ids = {
    hr: await addPerson(tx, staff.hr, office, { title: '主査' }),
    boss: await addPerson(tx, staff.boss, office, { title: '課長' }),
    tanaka: await addPerson(tx, staff.tanaka, office),
  }
  for (const who of ['hr', 'boss', 'tanaka'] as const)
    await tx.person.update({ where: { id: ids[who] }, data: { email: emailOf(who) } })
  await addRoute(tx, 'first', { sectionId: office }, ids.boss)
  await tx.roleGrant.create({ data: { personId: ids.hr, role: 'hr', validFrom: new Date('2020-04-01') } })
  const today = Temporal.Now.plainDateISO('Asia/Tokyo')
  const { sessions } = await addCourse(tx, {
    name,
    approvalNeeded: true,
    capacities: [2],
    opensOn: today.subtract({ days: 7 }).toString(),
    closesOn: today.add({ days: 7 }).toString(),
    fiscalYear: today.month < 4 ? today.year - 1 : today.year,
  })
  const now = Temporal.Now.instant()
  const when = (minutes: number) => new Date(now.add({ minutes }).epochMilliseconds)
  const data = { startsAt: when(10), endsAt: when(100) }
  await tx.courseSession.update({ where: { id: sessions[0] ?? 0 }, data })
})

/** What somebody does in their chat; waits until the newest message says what it should. */
interface Chat {
  say(who: Who, text: string): Promise<unknown>
  press(who: Who, label: string): Promise<unknown>
  /** All that the newest message holds, as the platform was given it. */
  newest(who: Who): string
  all(who: Who): string
}

async function live({ say, press, newest, all }: Chat): Promise<void> {
  const shows = (who: Who, words: string) =>
    expect.poll(() => newest(who), { timeout: 8_000 }).toContain(words)
  await say('tanaka', '研修')
  await shows('tanaka', '受付中の研修')
  await press('tanaka', '見る')
  await shows('tanaka', 'この日に申し込む')
  await press('tanaka', 'この日に申し込む')
  await shows('tanaka', '承認をお願いしています')
  await say('boss', '研修')
  await shows('boss', '承認待ちの申込みが1件あります')
  await press('boss', '承認する')
  await shows('boss', '田中さん')
  await press('boss', '承認する')
  await shows('boss', '申込みを承認しました')
  await say('hr', '出欠')
  await shows('hr', '開く')
  await press('hr', '開く')
  await shows('hr', '受付コードを出す')
  await press('hr', '受付コードを出す')
  const code = () => /「(\d{6})」/.exec(all('hr'))?.[1] ?? ''
  await expect.poll(code, { timeout: 8_000 }).toMatch(/^\d{6}$/)
  await say('tanaka', `研修 コード ${code()}`)
  await shows('tanaka', '出席を記録しました')
  await say('tanaka', '研修 履歴')
  await shows('tanaka', '1件・')
  expect(await db.prisma.signUp.findMany({ select: { status: true } })).toEqual([{ status: 'attended' }])
}

test('on Slack', async () => {
  const standIn = await startSlackStandIn({ signingSecret })
  const { target, stop } = await startSlackCity({ db, standIn, features: [trainings] })
  ends.push(stop, () => standIn.stop())
  const user = (who: Who) => standIn.addUser({ name: staff[who], email: emailOf(who) })
  const users = { hr: user('hr'), boss: user('boss'), tanaka: user('tanaka') }
  const last = (who: Who) => standIn.messagesOf(users[who]).at(-1)
  await live({
    say: (who, text) => standIn.say(target, { user: users[who], text }),
    press: (who, label) => {
      const on = last(who)
      if (!on) throw new Error('nothing to press')
      return standIn.click(target, { user: users[who], on, press: label })
    },
    newest: (who) => JSON.stringify(last(who)?.blocks ?? ''),
    all: (who) => JSON.stringify(standIn.messagesOf(users[who])),
  })
})

test('on Teams', async () => {
  const standIn = await startTeamsStandIn()
  const { target, stop } = await startTeamsCity({ db, standIn, features: [trainings] })
  ends.push(stop, () => standIn.stop())
  const user = (who: Who) => standIn.addUser({ name: staff[who], email: emailOf(who) })
  const users = { hr: user('hr'), boss: user('boss'), tanaka: user('tanaka') }
  const last = (who: Who) => standIn.messagesOf(users[who]).at(-1)
  /** Teams draws the card that answers a press in the place of the card that was pressed. */
  const replaced = new Map<Who, { readonly under: number; readonly content: unknown }>()
  const current = (who: Who) => {
    const answer = replaced.get(who)
    return answer?.under === standIn.messagesOf(users[who]).length ? answer.content : undefined
  }
  await live({
    say: (who, text) => standIn.say(target, users[who], text),
    press: async (who, label) => {
      const newest = last(who)
      if (!newest) throw new Error('nothing to press')
      const content = current(who)
      const on = content
        ? { ...newest, activity: { ...newest.activity, attachments: [{ content }] } }
        : newest
      const { body } = await standIn.press(target, users[who], on, label)
      const { type, value } = (body ?? {}) as { type?: string; value?: unknown }
      if (type === 'application/vnd.microsoft.card.adaptive')
        replaced.set(who, { under: standIn.messagesOf(users[who]).length, content: value })
    },
    newest: (who) => JSON.stringify(current(who) ?? last(who)?.activity ?? ''),
    all: (who) => JSON.stringify([standIn.messagesOf(users[who]), replaced.get(who)?.content]),
  })
})
