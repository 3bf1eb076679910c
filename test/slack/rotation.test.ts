// Tokens that last twelve hours: renewed in time by one process alone, sealed at rest, nothing lost when it fails.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createRotation, RotationEnded, type RotationOptions } from '../../src/adapters/slack/rotation.ts'
import { MovableClock } from '../../src/kernel/clock.ts'
import { createLog } from '../../src/kernel/log.ts'
import { secretOf } from '../../src/kernel/secret.ts'
import { slackTokens } from '../../src/slack-tokens.ts'
import { type StandIn, startSlackStandIn } from '../slack-stand-in/index.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../support/database.ts'
import { signingSecret, startSlackCity } from '../support/slack-city.ts'

let db: TestDatabase
let standIn: StandIn
let clock: MovableClock
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  await truncateAll(db)
  clock = new MovableClock(Temporal.Now.instant())
  standIn = await startSlackStandIn({ signingSecret, clock, rotation: true, limits: false })
})
afterEach(() => standIn.stop())

const storeOf = (refreshToken = standIn.refreshToken ?? '', key = 1) =>
  slackTokens(db, secretOf(Buffer.alloc(32, key)), refreshToken)
const process = ({
  key = 1,
  refreshToken = standIn.refreshToken ?? '',
  dies = false,
  ...more
}: { key?: number; refreshToken?: string; dies?: boolean } & Partial<RotationOptions> = {}) =>
  createRotation({
    store: {
      ...storeOf(refreshToken, key),
      // It has the answer, and is gone before it is written down.
      ...(dies && { save: () => new Promise(() => {}) }),
    },
    refreshToken,
    clientId: standIn.clientId,
    clientSecret: standIn.clientSecret,
    clock,
    log: createLog('silent'),
    url: standIn.url,
    pause: async () => {
      clock.advance({ seconds: 1 })
    },
    ...more,
  })
const exchanges = () => standIn.calls.filter(({ method }) => method === 'oauth.v2.access').length

test('many processes that need the next token at once exchange it once, and all have the same', async () => {
  // However long the one takes, the others come back when it is done: no lease ends meanwhile.
  const store = storeOf()
  const { promise: saved, resolve } = Promise.withResolvers<void>()
  const save: typeof store.save = (pair) => store.save(pair).finally(resolve)
  const one = () => process({ store: { ...store, save }, pause: () => saved })
  const tokens = await Promise.all(Array.from({ length: 5 }, () => one()()))
  expect(new Set(tokens).size).toBe(1)
  expect(exchanges()).toBe(1)
})

test('a token is used until two hours before its end, then renewed without any incoming request', async () => {
  const [one, another] = [process(), process()]
  const first = await one()
  expect(await another()).toBe(first)
  clock.advance({ hours: 9 })
  expect(await one()).toBe(first)
  clock.advance({ hours: 1, minutes: 30 })
  const second = await one()
  expect(second).not.toBe(first)
  expect(await another()).toBe(second)
  // After a weekend, too.
  clock.advance({ hours: 60 })
  const third = await another()
  expect(await one()).toBe(third)
  expect(exchanges()).toBe(3)
})

test('what is kept is sealed, and another key opens nothing', async () => {
  const token = await process()()
  const { rows } = await db.pool.query<{ row: string }>('SELECT t::text AS row FROM slack_token t')
  const bytes = (await db.prisma.slackToken.findFirstOrThrow()).sealed
  for (const hidden of [token, standIn.refreshToken ?? ''])
    expect(`${rows[0]?.row} ${Buffer.from(bytes ?? []).toString('latin1')}`).not.toContain(hidden)
  // The refresh token of the settings is used up by then: a new pair must be pasted.
  await expect(process({ key: 2 })()).rejects.toThrow(RotationEnded)
})

test('while Slack cannot give a new one the old one is used as long as it lasts', async () => {
  const one = process()
  const first = await one()
  clock.advance({ hours: 11 })
  standIn.faults.next('oauth.v2.access', { type: 'status', status: 503, done: false })
  expect(await one()).toBe(first)
  clock.advance({ seconds: 5 })
  expect(await one()).not.toBe(first)
})

test('a new pair in the settings wins over the kept one', async () => {
  await process()()
  const kept = (pasted: string) => slackTokens(db, secretOf(Buffer.alloc(32, 1)), pasted).read()
  expect(await kept(standIn.refreshToken ?? '')).toBeDefined()
  expect(await kept('xoxe-1-pasted-anew')).toBeUndefined()
})

test('a process that died over it holds up the others for half a minute at most', async () => {
  const store = slackTokens(db, secretOf(Buffer.alloc(32, 1)), standIn.refreshToken ?? '')
  expect(await store.lease(clock.now().add({ seconds: 30 }), clock.now())).toBe(true)
  expect(await store.lease(clock.now().add({ seconds: 30 }), clock.now())).toBe(false)
  const began = clock.now()
  await process()()
  expect(clock.now().since(began).total('seconds')).toBeLessThanOrEqual(40)
})

const dies = async () => {
  const before = exchanges()
  void process({ dies: true })()
  await expect.poll(exchanges).toBe(before + 1)
}

test('a process that dies with the next pair in hand: another has one too, within the grace that Slack gives', async () => {
  await standIn.stop()
  standIn = await startSlackStandIn({ signingSecret, clock, rotation: true, limits: false, graceSeconds: 60 })
  await dies()
  const one = process()
  const token = await one()
  expect(exchanges()).toBe(2)
  clock.advance({ hours: 11 })
  expect(await one()).not.toBe(token)
})

test('without that grace the old token serves to its end, Slack is not pestered, and a pasted pair mends it', async () => {
  const one = process()
  const first = await one()
  clock.advance({ hours: 10, minutes: 5 })
  await dies()
  const before = exchanges()
  for (let minutes = 0; minutes < 110; minutes += 1) {
    clock.advance({ seconds: 59 })
    expect(await one()).toBe(first)
    expect(await one()).toBe(first)
  }
  expect(exchanges() - before).toBeLessThanOrEqual(110)
  // For doctor: nobody has the next one, though there is little time left.
  expect((await storeOf().read())?.expires.since(clock.now()).total('hours')).toBeLessThan(0.2)
  clock.advance({ hours: 1 })
  await expect(one()).rejects.toThrow(RotationEnded)
  const { token, refresh = '' } = standIn.reinstall()
  const next = await process({ refreshToken: refresh })()
  expect(next).not.toBe(token)
})

test('the whole way goes on over the change of tokens', async () => {
  const tanaka = standIn.addUser({ name: '田中 太郎', email: 'tanaka@city.example.jp' })
  await db.prisma.person.create({
    data: { number: '1', name: '田中 太郎', email: 'tanaka@city.example.jp' },
  })
  const city = await startSlackCity({ db, standIn, clock, slack: { token: process() } })
  for (let day = 0; day < 3; day += 1) {
    clock.advance({ hours: 13 })
    await standIn.say(city.target, { user: tanaka, text: 'ヘルプ' })
    await expect.poll(() => standIn.messagesOf(tanaka).length).toBe(2 * (day + 1))
  }
  await city.stop()
})
