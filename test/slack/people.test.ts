// Who is who: accounts that are linked, refused, renamed and switched off; language; the staff list as a file.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createApi } from '../../src/adapters/slack/api.ts'
import { createPeople } from '../../src/adapters/slack/people.ts'
import { MovableClock } from '../../src/kernel/clock.ts'
import { createLog } from '../../src/kernel/log.ts'
import { type StandIn, startSlackStandIn } from '../slack-stand-in/index.ts'
import type { SlackUser } from '../slack-stand-in/world.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../support/database.ts'
import { type SlackCity, signingSecret, startSlackCity } from '../support/slack-city.ts'

let db: TestDatabase
let standIn: StandIn
let city: SlackCity
let clock: MovableClock
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  await truncateAll(db)
  clock = new MovableClock(Temporal.Now.instant())
  standIn = await startSlackStandIn({ signingSecret, clock, limits: false })
  const person = await db.prisma.person.create({
    data: { number: '1', name: '人事 一郎', email: 'hr@city.example.jp' },
  })
  await db.prisma.roleGrant.create({
    data: { personId: person.id, role: 'hr', validFrom: new Date('2020-04-01') },
  })
  city = await startSlackCity({ db, standIn, clock })
})
afterEach(async () => {
  await city.stop()
  await standIn.stop()
})

const member = (about: Partial<SlackUser> = {}) =>
  standIn.addUser({ name: '人事 一郎', email: 'hr@city.example.jp', ...about })
/** What the bot has said last to somebody who wrote. */
const answerTo = async (user: SlackUser, text: string, files?: { name: string; bytes: Uint8Array }[]) => {
  const before = standIn.messagesOf(user).length
  await standIn.say(city.target, { user, text, ...(files && { files }) })
  await expect.poll(() => standIn.messagesOf(user).length).toBeGreaterThan(before + 1)
  return JSON.stringify(standIn.messagesOf(user).at(-1))
}
const accounts = () => db.prisma.identity.findMany({ select: { userId: true, state: true } })

const unknown = '職員名簿'

test.each<[string, Partial<SlackUser>]>([
  ['a guest', { restricted: true }],
  ['a guest of one channel', { ultraRestricted: true }],
  ['somebody whose address is not confirmed', { emailConfirmed: false }],
  ['somebody of whom the list knows nothing', { email: 'else@city.example.jp' }],
])('%s is told whom to ask, and is linked to nobody', async (_, about) => {
  const answer = await answerTo(member(about), '職員名簿')
  expect(answer).toContain(unknown)
  expect(answer).not.toContain('取り込み')
  expect(await accounts()).toEqual([])
})

test('a member with the confirmed address is known at once, in the language of Slack', async () => {
  const hr = member({ email: 'HR@City.Example.JP', locale: 'en-GB' })
  expect(await answerTo(hr, 'staff list')).toContain('Staff list')
  expect(await accounts()).toEqual([{ userId: hr.id, state: 'active' }])
})

test('the person’s own language wins over that of Slack', async () => {
  await db.prisma.person.updateMany({ data: { language: 'ja' } })
  expect(await answerTo(member({ locale: 'en-GB' }), 'staff list')).toContain('職員名簿')
})

test('somebody who is made a guest, or leaves the workspace, is written to and listened to no more', async () => {
  const hr = member()
  await answerTo(hr, '職員名簿')
  const gone = standIn.changeUser(hr.id, { deleted: true })
  const told = await standIn.sendEvent(city.target, {
    type: 'user_change',
    user: { id: gone.id, team_id: gone.team, deleted: true, profile: {} },
  })
  expect(told.answer.status).toBe(200)
  expect(await accounts()).toEqual([{ userId: hr.id, state: 'left' }])
  expect(await db.prisma.accountMatter.findMany({ select: { kind: true } })).toEqual([{ kind: 'closed' }])
  expect(
    await city.slack.platform.find?.({ platform: 'slack', tenant: 'T0CITY', user: hr.id }, 'x'),
  ).toBeNull()
})

test('whoever is on the list is known before they write, and what nobody heard of is noticed every morning', async () => {
  const hr = member()
  const guest = member({ name: '来客', email: 'guest@city.example.jp', restricted: true })
  const more = Array.from({ length: 6 }, (_, n) =>
    member({ name: `職員 ${n}`, email: `n${n}@city.example.jp` }),
  )
  await db.prisma.person.createMany({
    data: [
      { number: 'g', name: '来客', email: 'guest@city.example.jp' },
      ...more.map((_, n) => ({ number: `n${n}`, name: `職員 ${n}`, email: `n${n}@city.example.jp` })),
    ],
  })
  await city.stop()
  city = await startSlackCity({ db, standIn, clock })
  const linked = async () => new Map((await accounts()).map(({ userId, state }) => [userId, state]))
  await expect.poll(async () => (await linked()).size).toBe(7)
  expect([(await linked()).get(hr.id), (await linked()).get(guest.id)]).toEqual(['active', undefined])

  // The bot was away when this happened, so no event told of it.
  const [first, second] = more
  standIn.changeUser(first?.id ?? '', { deleted: true })
  standIn.changeUser(second?.id ?? '', { name: '別の人' })
  const review = city.city.core.chats?.find(({ platform }) => platform === 'slack')?.review
  standIn.faults.next('users.list', { type: 'rate-limited', seconds: 1 })
  await review?.(new AbortController().signal)
  expect((await linked()).get(first?.id ?? '')).toBe('left')
  const matters = await db.prisma.accountMatter.findMany({ orderBy: { kind: 'asc' } })
  expect(matters.map(({ kind, userId }) => [kind, userId])).toEqual([
    ['closed', first?.id],
    ['other-name', second?.id],
  ])
  // The locale did not come with it: the language is asked for when they write.
  expect(standIn.calls.filter(({ method }) => method === 'users.info')).toEqual([])
})

test('a large workspace is gone through page by page', async () => {
  for (let n = 0; n < 8; n += 1) member({ name: `職員 ${n}`, email: `n${n}@city.example.jp` })
  member({ name: 'ボット', bot: true })
  const met: string[] = []
  const people = createPeople({
    api: createApi({ token: async () => standIn.botToken, url: standIn.url, log: createLog('silent') }),
    tenant: () => 'T0CITY',
    directory: { meet: async ({ shownName }) => void met.push(shownName) },
    pageSize: 3,
  })
  await people.review(new AbortController().signal)
  expect(met).toEqual(Array.from({ length: 8 }, (_, n) => `職員 ${n}`))
  expect(standIn.calls.filter(({ args }) => args.limit === '3')).toHaveLength(4)
  standIn.faults.next('users.list', { type: 'status', status: 503, done: false })
  await expect(people.review(new AbortController().signal)).rejects.toThrow('could not be read')
})

test('an event about a person that cannot be written down is not acknowledged, and comes again', async () => {
  const hr = member()
  await answerTo(hr, '職員名簿')
  const event = { type: 'user_change', user: { id: hr.id, team_id: hr.team, deleted: true, profile: {} } }
  await db.pool.query('ALTER TABLE account_matter RENAME TO account_matter_away')
  const told = await standIn.sendEvent(city.target, event)
  expect(told.attempts.map(({ status }) => status)).toEqual([500, 500])
  await db.pool.query('ALTER TABLE account_matter_away RENAME TO account_matter')
  clock.advance({ minutes: 1 })
  expect(await standIn.retryDue()).toBe(1)
  expect(told.answer.status).toBe(200)
  expect(await accounts()).toEqual([{ userId: hr.id, state: 'left' }])
})

test('HR gives the staff list as a file', async () => {
  const hr = member()
  const bytes = new TextEncoder().encode('職員番号,氏名,所属コード,所属名\n2,山田 花子,100,総務課\n')
  const answer = await answerTo(hr, '', [{ name: '名簿.csv', bytes }])
  expect(answer).toContain('職員名簿の確認')
  expect(standIn.calls.filter(({ method }) => method === 'download')).toHaveLength(1)
})

test('a file that is too large, or kept elsewhere, is not fetched, and the person hears why', async () => {
  const hr = member()
  const large = { name: '名簿.csv', bytes: new Uint8Array(1024 * 1024 + 1) }
  expect(await answerTo(hr, '', [large])).toContain('1 MB まで')
  expect(standIn.calls.filter(({ method }) => method === 'download')).toHaveLength(0)
  const before = standIn.messagesOf(hr).length
  await standIn.sendEvent(city.target, {
    type: 'message',
    channel: standIn.messagesOf(hr)[0]?.channel,
    channel_type: 'im',
    user: hr.id,
    text: '',
    subtype: 'file_share',
    files: [{ id: 'F1', name: 'x.csv', size: 5, url_private: 'https://files.example.com/x.csv' }],
  })
  await expect.poll(() => standIn.messagesOf(hr).length).toBe(before + 1)
  expect(JSON.stringify(standIn.messagesOf(hr).at(-1))).toContain('Slack の外')
})

test('a file that cannot be fetched for a while comes with Slack’s next try, once', async () => {
  const hr = member()
  await answerTo(hr, '職員名簿')
  standIn.faults.next('download', { type: 'status', status: 503, done: false })
  const bytes = new TextEncoder().encode('職員番号,氏名,所属コード,所属名\n2,山田 花子,100,総務課\n')
  const before = standIn.messagesOf(hr).length
  const sent = await standIn.say(city.target, { user: hr, files: [{ name: '名簿.csv', bytes }] })
  expect(sent.attempts.map(({ status }) => status)).toEqual([500, 200])
  await expect.poll(() => standIn.messagesOf(hr).length).toBe(before + 2)
  expect(await db.prisma.staffImport.count()).toBe(1)
})

test('where Slack cannot say who somebody is, known people are served all the same', async () => {
  const hr = member()
  await answerTo(hr, '職員名簿')
  await city.stop()
  city = await startSlackCity({ db, standIn, clock, slack: { introduceWithinMs: 50 } })
  standIn.faults.each(({ method }) => (method === 'users.info' ? { type: 'stall', done: false } : undefined))
  expect(await answerTo(hr, '職員名簿')).toContain('取り込み')
})
