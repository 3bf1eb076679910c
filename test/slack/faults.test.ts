// Slack's retries, an hour without Slack, and connections that break: nothing lost, nothing doubled.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ChatPlatform, Platform } from '../../src/chat/chat.ts'
import { createDispatcher } from '../../src/delivery/dispatcher.ts'
import { gather } from '../../src/delivery/gather.ts'
import { MovableClock } from '../../src/kernel/clock.ts'
import { createLog } from '../../src/kernel/log.ts'
import { type StandIn, startSlackStandIn } from '../slack-stand-in/index.ts'
import { type SlackUser, TEAM } from '../slack-stand-in/world.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../support/database.ts'
import { MovableLeaseClock, plainKind, seeded, tokyo, want, wednesday } from '../support/delivery.ts'
import { type SlackCity, signingSecret, startSlackCity } from '../support/slack-city.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

describe('deliveries', () => {
  let standIn: StandIn
  let city: SlackCity
  let tanaka: SlackUser
  let clock: MovableClock
  const begin = async (way: 'http' | 'socket') => {
    await truncateAll(db)
    clock = new MovableClock(Temporal.Now.instant())
    standIn = await startSlackStandIn({ signingSecret, clock, limits: false })
    tanaka = standIn.addUser({ name: '田中 太郎', email: 'tanaka@city.example.jp' })
    await db.prisma.person.create({
      data: { number: '1', name: '田中 太郎', email: 'tanaka@city.example.jp' },
    })
    city = await startSlackCity({ db, standIn, clock, way, slack: { againMs: 50 } })
  }
  afterEach(async () => {
    await city.stop()
    await standIn.stop()
  })
  /** So many connections were made by now, and the last two of them stand. */
  const connected = (made: number) =>
    expect.poll(() => [standIn.sockets.made, standIn.sockets.connections]).toEqual([made, 2])
  const answers = () => standIn.messagesOf(tanaka).filter(({ user }) => user !== tanaka.id)

  test('what cannot be recorded is not acknowledged; Slack’s retry is then answered, once', async () => {
    await begin('http')
    await db.pool.query('ALTER TABLE inbox RENAME TO inbox_away')
    const said = await standIn.say(city.target, { user: tanaka, text: 'ヘルプ' })
    expect(said.attempts.map(({ status }) => status)).toEqual([500, 500])
    await db.pool.query('ALTER TABLE inbox_away RENAME TO inbox')
    expect(answers()).toHaveLength(0)
    clock.advance({ minutes: 1 })
    await standIn.retryDue()
    expect(said.answer.status).toBe(200)
    await expect.poll(() => answers().length).toBe(1)
    expect(await db.prisma.inbox.count()).toBe(1)
  })

  test('an event that comes again although it was answered is not answered twice, by another process either', async () => {
    await begin('http')
    const said = await standIn.say(city.target, { user: tanaka, text: 'ヘルプ' })
    await expect.poll(() => answers().length).toBe(1)
    await standIn.replay(said)
    const another = await startSlackCity({ db, standIn, clock })
    const again = { ...said, target: another.target }
    const retried = { headers: { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' } }
    expect((await standIn.replay(again, retried)).answer.status).toBe(200)
    await another.stop()
    expect(answers()).toHaveLength(1)
    expect(standIn.duplicates().size).toBe(0)
  })

  test('an answer whose own answer is lost is looked for before it is sent again', async () => {
    await begin('http')
    standIn.faults.next('chat.postMessage', { type: 'reset', done: true })
    await standIn.say(city.target, { user: tanaka, text: 'ヘルプ' })
    await expect.poll(() => standIn.calls.some(({ method }) => method === 'conversations.history')).toBe(true)
    await city.slack.stop()
    expect(answers()).toHaveLength(1)
    expect(standIn.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(1)
  })

  test('an answer that is lost before it arrived is sent again', async () => {
    await begin('http')
    standIn.faults.next(
      'chat.postMessage',
      { type: 'reset', done: false },
      { type: 'rate-limited', seconds: 1 },
    )
    await standIn.say(city.target, { user: tanaka, text: 'ヘルプ' })
    await expect.poll(() => answers().length).toBe(1)
  })

  test('a one-off address that is used up leads to the conversation', async () => {
    await begin('http')
    standIn.faults.next('response_url', { type: 'status', status: 404, done: false })
    await standIn.sendCommand(city.target, { user: tanaka, command: '/hagukumi', text: 'ヘルプ' })
    await expect.poll(() => answers().length).toBe(1)
    expect(answers()[0]?.onlyTo).toBeUndefined()
  })

  test('a connection that Slack renews, or that breaks, comes back and misses nothing', async () => {
    await begin('socket')
    await connected(2)
    standIn.sockets.refresh()
    await connected(4)
    await standIn.say('socket', { user: tanaka, text: 'ヘルプ' })
    await expect.poll(() => answers().length).toBe(1)
    standIn.sockets.cut()
    const said = await standIn.say('socket', { user: tanaka, text: '面談' })
    await connected(6)
    clock.advance({ minutes: 1 })
    await standIn.retryDue()
    await expect.poll(() => answers().length).toBe(2)
    expect(said.answer.failure).toBeUndefined()
  })

  test('Slack away while a connection is made again does not end the process', async () => {
    await begin('socket')
    await connected(2)
    standIn.faults.next(
      'apps.connections.open',
      ...Array.from({ length: 4 }, () => ({ type: 'reset', done: false }) as const),
      { type: 'error', error: 'internal_error' },
      { type: 'rate-limited', seconds: 1 },
    )
    standIn.sockets.cut()
    await connected(4)
  })
})

describe('an hour without Slack', () => {
  let standIn: StandIn
  let clock: MovableClock
  let lease: MovableLeaseClock
  beforeEach(async () => {
    await truncateAll(db)
    clock = new MovableClock(wednesday)
    lease = new MovableLeaseClock()
    standIn = await startSlackStandIn({ signingSecret, clock, limits: false })
  })
  afterEach(() => standIn.stop())

  test.each([
    { down: 'everything', count: 60, methods: /./ },
    { down: 'posting alone', count: 200, methods: /^chat\.postMessage$/ },
  ])(
    '($down) loses nothing, doubles nothing, and the oldest goes first afterwards',
    {
      timeout: 120_000,
    },
    async ({ count, methods }) => {
      const { connectSlack } = await import('../../src/adapters/slack/connect.ts')
      const people = Array.from({ length: count }, (_, index) => index + 1)
      const users = people.map((id) => standIn.addUser({ name: `山田 ${id}` }).id)
      await db.prisma.person.createMany({
        data: people.map((id) => ({ id, number: `P${id}`, name: `山田 ${id}` })),
      })
      await db.prisma.identity.createMany({
        data: users.map((userId, at) => ({ personId: at + 1, platform: 'slack', tenant: TEAM, userId })),
      })
      const due = (recipientId: number) => clock.now().add({ seconds: recipientId })
      const wanted = people.map((recipientId) => ({ recipientId, dueAt: due(recipientId) }))
      await want(db, 's:1', wanted, clock.now())
      const port = connectSlack({
        token: async () => standIn.botToken,
        way: { signingSecret },
        directory: { meet: async () => {} },
        mark: (text) => text,
        clock,
        log: createLog('silent'),
        largestFile: 1,
        url: standIn.url,
        ticks: () => clock.now().epochMilliseconds,
      }).platform
      const random = seeded(7)
      const kinds = new Map([['test.plain', plainKind('test.plain')]])
      const work = { db, zone: tokyo, kinds, log: createLog('silent') }
      const dispatcher = createDispatcher({
        ...work,
        ports: new Map<Platform, ChatPlatform>([['slack', port]]),
        clock,
        leaseClock: lease,
        random,
        // One after the other, so that the order of arrival is that of sending.
        batch: 1,
      })
      const look = async () => {
        await gather(work, clock.now())
        await dispatcher.drain()
        clock.advance({ seconds: 30 })
        lease.advance(30_000)
      }
      // Some get through although nobody hears of it, some do not, some are told that Slack is unwell.
      let unheard = 0
      standIn.faults.each(({ method }) => {
        if (!methods.test(method)) return undefined
        const dice = random()
        if (dice < 0.1) unheard += 1
        if (dice < 0.4) return { type: 'reset', done: dice < 0.1 }
        return dice < 0.7
          ? { type: 'status', status: 503, done: false }
          : { type: 'error', error: 'service_unavailable' }
      })
      const end = clock.now().add({ hours: 1 })
      while (Temporal.Instant.compare(clock.now(), end) < 0) await look()
      // It is known to be away after a few calls: most were never handed over, so they are in no doubt.
      const during = standIn.messages.length
      expect(await db.prisma.outbox.count({ where: { status: 'unknown' } })).toBeLessThan(5)
      expect(standIn.calls.length).toBeLessThan(150)
      standIn.faults.clear()
      for (let rounds = 0; rounds < 20; rounds += 1) await look()

      expect(await db.prisma.outbox.groupBy({ by: ['status'], _count: true })).toEqual([
        { status: 'sent', _count: count },
      ])
      expect(standIn.messages).toHaveLength(count)
      expect(standIn.duplicates().size).toBe(0)
      expect(unheard).toBeGreaterThan(0)
      expect(during).toBeLessThan(20)
      const after = standIn.messages.slice(during).map(({ channel }) => channel)
      const inOrder = users.map((id) => standIn.messagesOf({ id })[0]?.channel ?? '')
      expect(after).toEqual(inOrder.filter((channel) => after.includes(channel)))
    },
  )
})
