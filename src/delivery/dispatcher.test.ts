import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../test/support/database.ts'
import {
  addPeople,
  at,
  MovableLeaseClock,
  plainKind,
  quiet,
  statuses,
  tokyo,
  want,
  wednesday,
} from '../../test/support/delivery.ts'
import { type FakePlatform, type Fault, fakePlatform } from '../../test/support/fake-platform.ts'
import type { Block } from '../cards/card.ts'
import type { ChatPlatform, Platform } from '../chat/chat.ts'
import { toDbDate, toDbInstant } from '../db/time.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import { MovableClock } from '../kernel/clock.ts'
import { sendAgain } from './again.ts'
import { createDispatcher } from './dispatcher.ts'
import { type Gathering, gather } from './gather.ts'
import type { NoticeKind } from './notice.ts'
import { claim, settle } from './outbox.ts'

let db: TestDatabase
let clock: MovableClock
let lease: MovableLeaseClock
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  await truncateAll(db)
  clock = new MovableClock(wednesday)
  lease = new MovableLeaseClock()
})

const inTurn = (...faults: readonly Fault[]) => {
  const left = [...faults]
  return (): Fault => left.shift() ?? { type: 'none' }
}

function delivery(port: ChatPlatform, kinds: readonly NoticeKind[] = [plainKind('test.plain')], more = {}) {
  const byName = new Map(kinds.map((kind) => [kind.kind, kind]))
  const gathering: Gathering = { db, zone: tokyo, kinds: byName }
  const dispatcher = createDispatcher({
    ...gathering,
    ports: new Map<Platform, ChatPlatform>([[port.platform, port]]),
    clock,
    leaseClock: lease,
    random: () => 0.5,
    log: quiet,
    maxAttempts: 4,
    askAfterMs: 20_000,
    ...more,
  })
  return {
    async run() {
      await gather(gathering, clock.now())
      return dispatcher.drain()
    },
  }
}

const outbox = () => db.prisma.outbox.findMany({ orderBy: { id: 'asc' } })
const texts = (port: FakePlatform) =>
  port.arrived.map((message) =>
    message.card.blocks.flatMap((block: Block) => (block.type === 'text' ? [block.text] : [])),
  )

describe('a message', () => {
  it('carries all that falls due together for a person, once', async () => {
    await addPeople(db, 2)
    await want(db, 's:1', [{ rung: 'a' }, { rung: 'b' }, { rung: 'c', recipientId: 2 }], wednesday)
    const port = fakePlatform()
    const { run } = delivery(port)
    expect(await run()).toEqual({ claimed: 2, sent: 2 })
    expect(await run()).toEqual({ claimed: 0, sent: 0 })
    expect(texts(port)).toEqual([
      ['お疲れさまです。職員課です。', 'test.plain|s:1|1', 'test.plain|s:1|2'],
      ['お疲れさまです。職員課です。', 'test.plain|s:1|3'],
    ])
    expect(Object.values(await statuses(db))).toEqual(['sent', 'sent', 'sent'])
    expect((await outbox())[0]).toMatchObject({
      status: 'sent',
      platform: 'slack',
      messageRef: 'm1',
      fence: 1,
    })
    // The conversation is kept for the next time.
    expect(await db.prisma.identity.findFirst({ where: { personId: 1 } })).toMatchObject({
      conversation: 'D-U1',
    })
  })

  it('is joined by what falls due while it waits', async () => {
    await addPeople(db, 1)
    const port = fakePlatform({ fault: inTurn({ type: 'later', afterMs: 60_000 }) })
    const { run } = delivery(port)
    await want(db, 's:1', [{}], wednesday)
    await run()
    await want(db, 's:2', [{}], wednesday)
    await run()
    expect(port.arrived).toEqual([])
    clock.advance({ minutes: 1 })
    await run()
    expect(texts(port)).toEqual([['お疲れさまです。職員課です。', 'test.plain|s:1|1', 'test.plain|s:2|2']])
  })

  it('is silent when the world has moved on, in part or whole', async () => {
    await addPeople(db, 2)
    await want(db, 's:1', [{ rung: 'old' }, { rung: 'new' }, { rung: 'x', recipientId: 2 }], wednesday)
    const port = fakePlatform()
    const kind = plainKind('test.plain', {
      draw: async (_tx, due, to) =>
        to.id === 2
          ? null
          : { summary: 's', blocks: [], obsolete: due.slice(0, 1).map((notice) => notice.id) },
    })
    await delivery(port, [kind]).run()
    expect(port.arrived.map(({ to }) => to.user)).toEqual(['U1'])
    expect(Object.values(await statuses(db))).toEqual(['obsolete', 'sent', 'obsolete'])
    expect((await outbox()).map((row) => row.status)).toEqual(['sent', 'obsolete'])
  })

  it('says nothing of what was cancelled after it was made', async () => {
    await addPeople(db, 1)
    const port = fakePlatform({ fault: inTurn({ type: 'later', afterMs: 1_000 }) })
    const { run } = delivery(port)
    await want(db, 's:1', [{}], wednesday)
    await run()
    await want(db, 's:1', [], wednesday)
    clock.advance({ seconds: 1 })
    await run()
    expect(port.arrived).toEqual([])
    expect((await outbox()).map((row) => row.status)).toEqual(['obsolete'])
    expect(Object.values(await statuses(db))).toEqual(['cancelled'])
  })

  it('is made by one process at a time for a person: each is held until the message is there', async () => {
    await addPeople(db, 2)
    await want(db, 's:1', [{ recipientId: 1 }, { recipientId: 2 }], wednesday)
    const held: number[] = []
    const prisma = new Proxy(db.prisma, {
      get: (target, name) =>
        name === '$transaction'
          ? (work: (tx: Tx) => Promise<unknown>, options: object) =>
              target.$transaction(async (tx) => {
                const result = await work(tx)
                const locks = await tx.$queryRaw<{ person: number }[]>`
                  SELECT objid::int AS person FROM pg_locks
                  WHERE locktype = 'advisory' AND classid = 7321 AND granted
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
                held.push(...locks.map((lock) => lock.person))
                return result
              }, options)
          : Reflect.get(target, name),
    })
    const kinds = new Map([['test.plain', plainKind('test.plain')]])
    await gather({ db: { ...db, prisma }, zone: tokyo, kinds }, wednesday)
    expect(held.sort()).toEqual([1, 2])
  })

  it('goes ahead of less urgent ones', async () => {
    await addPeople(db, 3)
    const kinds = [1, 2, 3].map((priority) =>
      plainKind(`test.${priority}`, { priority: priority as 1 | 2 | 3 }),
    )
    for (const [recipientId, kind] of [
      [1, 'test.3'],
      [2, 'test.2'],
      [3, 'test.1'],
    ] as const)
      await want(db, `s:${recipientId}`, [{ kind, recipientId }], wednesday)
    const port = fakePlatform()
    await delivery(port, kinds, { batch: 1 }).run()
    expect(port.arrived.map(({ to }) => to.user)).toEqual(['U3', 'U2', 'U1'])
  })
})

describe('working hours', () => {
  const bound = plainKind('test.bound', { hours: 'working' })

  it.each([
    ['the evening', '2027-03-10T17:15', '2027-03-11T08:45'],
    ['a Saturday', '2027-03-13T11:00', '2027-03-15T08:45'],
    ['before opening', '2027-03-10T07:00', '2027-03-10T08:45'],
    ['the turn of the year', '2027-12-29T10:00', '2028-01-04T08:45'],
  ])('a notice that falls due in %s waits for the morning', async (_, due, opens) => {
    await addPeople(db, 1)
    clock.set(at(due))
    await want(db, 's:1', [{ kind: 'test.bound' }], clock.now())
    const port = fakePlatform()
    const { run } = delivery(port, [bound])
    await run()
    expect([port.sends, (await outbox()).length]).toEqual([0, 0])
    expect(await db.prisma.notice.findMany()).toMatchObject([
      { status: 'planned', dueAt: toDbInstant(at(opens)) },
    ])
    clock.set(at(opens))
    await run()
    expect(port.arrived.length).toBe(1)
  })

  it('a message that could not leave in time lets go of what must wait, and sends what need not', async () => {
    await addPeople(db, 1)
    clock.set(at('2027-03-10T17:10'))
    await want(db, 's:1', [{ kind: 'test.bound' }, { kind: 'test.plain' }], clock.now())
    const port = fakePlatform({ fault: inTurn({ type: 'later', afterMs: 10 * 60_000 }) })
    const { run } = delivery(port, [bound, plainKind('test.plain')])
    await run()
    clock.set(at('2027-03-10T17:20'))
    await run()
    expect(texts(port)).toEqual([['お疲れさまです。職員課です。', expect.stringMatching(/^test.plain/)]])
    clock.set(at('2027-03-11T08:45'))
    await run()
    expect(texts(port)[1]?.[1]).toMatch(/^test.bound/)
  })

  it('goes by the calendar of the section', async () => {
    await addPeople(db, 1)
    const calendar = await db.prisma.calendar.create({
      data: {
        code: 'museum',
        name: '美術館',
        weekdays: [2, 3, 4, 5, 6, 7],
        observesHolidays: false,
        opensAt: '09:30',
      },
    })
    const validFrom = toDbDate(Temporal.PlainDate.from('2020-04-01'))
    const section = await db.prisma.section.create({
      data: { code: '900', name: '美術館', calendarId: calendar.id, validFrom },
    })
    await db.prisma.post.create({ data: { personId: 1, sectionId: section.id, title: '主事', validFrom } })
    clock.set(at('2027-03-14T09:00')) // a Sunday
    await want(db, 's:1', [{ kind: 'test.bound' }], clock.now())
    const port = fakePlatform()
    const { run } = delivery(port, [bound])
    await run()
    expect(port.sends).toBe(0)
    clock.set(at('2027-03-14T09:45'))
    await run()
    expect(port.arrived.length).toBe(1)
  })
})

describe('what cannot be told has a typed reason', () => {
  it('no account, an account elsewhere, and people who left', async () => {
    await addPeople(db, 1)
    await addPeople(db, 1, 'teams', 2)
    await addPeople(db, 1, 'slack', 3)
    await db.prisma.identity.updateMany({ where: { personId: 1 }, data: { state: 'blocked' } })
    await db.prisma.person.update({
      where: { id: 3 },
      data: { leftOn: toDbDate(Temporal.PlainDate.from('2027-03-10')) },
    })
    for (const recipientId of [1, 2, 3, 4]) await want(db, `s:${recipientId}`, [{ recipientId }], wednesday)
    const port = fakePlatform()
    await delivery(port).run()
    expect(port.sends).toBe(0)
    expect((await outbox()).map((row) => [row.status, row.reason])).toEqual([
      ['refused', 'blocked'],
      ['refused', 'no-account'],
      ['refused', 'left'],
      ['refused', 'no-account'],
    ])
    expect(Object.values(await statuses(db))).toEqual(['failed', 'failed', 'failed', 'failed'])
  })

  it('a refusal is final', async () => {
    await addPeople(db, 1)
    await want(db, 's:1', [{}], wednesday)
    const port = fakePlatform({ fault: inTurn({ type: 'refused', reason: 'not-installed' }) })
    const { run } = delivery(port)
    await run()
    clock.advance({ hours: 24 * 7 })
    await run()
    expect(port.sends).toBe(1)
    expect(await outbox()).toMatchObject([{ status: 'refused', reason: 'not-installed' }])
  })

  it('a port that keeps failing is left after so many attempts, each later than the one before', async () => {
    await addPeople(db, 1)
    await want(db, 's:1', [{}], wednesday)
    const port = fakePlatform({ finds: false, fault: () => ({ type: 'throws-before' }) })
    const { run } = delivery(port)
    const pauses: number[] = []
    for (;;) {
      await run()
      const [row] = await outbox()
      if (row?.status !== 'waiting') break
      pauses.push(row.nextAt.getTime() - clock.now().epochMilliseconds)
      clock.set(Temporal.Instant.fromEpochMilliseconds(row.nextAt.getTime()))
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000])
    expect(await outbox()).toMatchObject([{ status: 'dead', reason: 'gave-up', attempts: 3 }])
    expect(Object.values(await statuses(db))).toEqual(['failed'])
  })

  it('a defect in one kind holds up only the messages that carry it', async () => {
    await addPeople(db, 3)
    const broken = plainKind('test.broken', {
      draw: async (tx) => {
        await tx.$queryRaw`SELECT 1 / 0`
        return null
      },
    })
    await want(db, 's:1', [{ recipientId: 1 }], wednesday)
    await want(db, 's:2', [{ recipientId: 2, kind: 'test.broken' }], wednesday)
    await want(db, 's:3', [{ recipientId: 3 }], wednesday)
    const port = fakePlatform()
    const { run } = delivery(port, [plainKind('test.plain'), broken])
    await run()
    expect(port.arrived.map(({ to }) => to.user)).toEqual(['U1', 'U3'])
    for (let turn = 0; turn < 4; turn++) {
      clock.advance({ hours: 1 })
      await run()
    }
    expect(await outbox()).toMatchObject([{}, { status: 'dead', reason: 'not-drawable' }, {}])
  })
})

describe('a send whose end is unknown', () => {
  const flagged = plainKind('test.flagged', { ifUnknown: 'flag' })

  it.each(['answer-lost', 'request-lost', 'throws-after'] as const)(
    'is asked about, and told exactly once (%s)',
    async (type) => {
      await addPeople(db, 1)
      await want(db, 's:1', [{}], wednesday)
      const port = fakePlatform({ fault: inTurn({ type }) })
      const { run } = delivery(port)
      await run()
      expect(await outbox()).toMatchObject([{ status: 'unknown' }])
      clock.advance({ minutes: 5 })
      await run()
      expect(port.arrived.length).toBe(1)
      expect(await outbox()).toMatchObject([{ status: 'sent', messageRef: 'm1', reason: null }])
    },
  )

  it('stays in doubt while nobody answers, and is not sent again', async () => {
    await addPeople(db, 1)
    await want(db, 's:1', [{}], wednesday)
    let broken = true
    const port = fakePlatform({ fault: inTurn({ type: 'answer-lost' }), findFails: () => broken })
    const { run } = delivery(port)
    for (let turn = 0; turn < 4; turn++) {
      await run()
      clock.advance({ hours: 1 })
    }
    expect([port.sends, (await outbox())[0]?.status]).toEqual([1, 'unknown'])
    broken = false
    await run()
    expect([port.sends, (await outbox())[0]?.status]).toEqual([1, 'sent'])
  })

  it('follows the policy of each kind where nobody can be asked: repeat one, flag the other', async () => {
    await addPeople(db, 2)
    await want(db, 's:1', [{ kind: 'test.plain' }, { kind: 'test.flagged' }], wednesday)
    await want(db, 's:2', [{ kind: 'test.flagged', recipientId: 2 }], wednesday)
    const port = fakePlatform({
      finds: false,
      fault: inTurn({ type: 'answer-lost' }, { type: 'request-lost' }),
    })
    const { run } = delivery(port, [plainKind('test.plain'), flagged])
    await run()
    clock.advance({ minutes: 1 })
    await run()
    expect(await statuses(db)).toEqual({
      'test.plain:s:1:1:now:a': 'sent',
      'test.flagged:s:1:1:now:a': 'failed',
      'test.flagged:s:2:2:now:a': 'failed',
    })
    expect((await outbox()).map((row) => [row.status, row.reason])).toEqual([
      ['sent', 'repeated'],
      ['dead', 'unknown'],
    ])
    expect(texts(port)[1]).toEqual(['お疲れさまです。職員課です。', 'test.plain|s:1|2'])
  })

  it('remembers through the night, in whatever message goes out then, what may have arrived', async () => {
    await addPeople(db, 1)
    clock.set(at('2027-03-10T17:14'))
    const bound = plainKind('test.bound', { hours: 'working' })
    await want(db, 's:1', [{ kind: 'test.bound' }, { kind: 'test.plain' }], clock.now())
    const port = fakePlatform({
      finds: false,
      fault: inTurn({ type: 'answer-lost' }, { type: 'answer-lost' }),
    })
    const { run } = delivery(port, [bound, plainKind('test.plain')])
    await run()
    clock.set(at('2027-03-10T17:20'))
    await run()
    clock.set(at('2027-03-10T17:30'))
    await run()
    expect((await outbox()).map((row) => [row.status, row.reason])).toEqual([['sent', 'repeated']])
    // Another matter that falls due in the morning shares the message, and the record.
    clock.set(at('2027-03-11T08:45'))
    await want(db, 's:2', [{ kind: 'test.bound' }], clock.now())
    await run()
    expect((await outbox()).map((row) => [row.status, row.reason])).toEqual([
      ['sent', 'repeated'],
      ['sent', 'repeated'],
    ])
    expect(texts(port).at(-1)?.length).toBe(3)
    await want(db, 's:3', [{ kind: 'test.bound' }], clock.now())
    await run()
    expect((await outbox()).at(-1)).toMatchObject({ status: 'sent', reason: null })
  })

  it('remembers through tries that did not leave, and then through the night, what may have arrived', async () => {
    await addPeople(db, 1)
    clock.set(at('2027-03-10T17:10'))
    const bound = plainKind('test.bound', { hours: 'working' })
    await want(db, 's:1', [{ kind: 'test.bound' }], clock.now())
    const port = fakePlatform({
      finds: false,
      fault: inTurn({ type: 'answer-lost' }, { type: 'later', afterMs: 1_000 }, { type: 'away' }),
    })
    const { run } = delivery(port, [bound])
    for (const minute of [10, 11, 12]) {
      clock.set(at(`2027-03-10T17:${minute}`))
      await run()
    }
    expect(await outbox()).toMatchObject([{ status: 'unknown', platform: 'slack' }])
    clock.set(at('2027-03-10T17:20'))
    await run()
    clock.set(at('2027-03-11T08:45'))
    await run()
    expect((await outbox()).map((row) => [row.status, row.reason])).toEqual([
      ['obsolete', 'repeated'],
      ['sent', 'repeated'],
    ])
  })

  it('flags what this program could not tell while in doubt, once one that knows it draws it', async () => {
    await addPeople(db, 1)
    await want(db, 's:1', [{ kind: 'test.flagged' }], wednesday)
    const port = fakePlatform({ finds: false, fault: inTurn({ type: 'answer-lost' }) })
    await delivery(port, [flagged]).run()
    clock.advance({ minutes: 1 })
    await delivery(port).run()
    expect(await statuses(db)).toEqual({ 'test.flagged:s:1:1:now:a': 'planned' })
    await delivery(port, [flagged]).run()
    expect([await statuses(db), port.arrived.length]).toEqual([{ 'test.flagged:s:1:1:now:a': 'failed' }, 1])
    // HR knows, and asks for it all the same.
    await inTransaction(db, (tx) => sendAgain(tx, 1, clock.now()))
    await delivery(port, [flagged]).run()
    expect(port.arrived.length).toBe(2)
  })

  it('a port that never answers counts as unknown', async () => {
    await addPeople(db, 1)
    await want(db, 's:1', [{}], wednesday)
    let hang = true
    const port = fakePlatform({ during: () => (hang ? new Promise(() => {}) : undefined) })
    const { run } = delivery(port, undefined, { sendTimeoutMs: 30 })
    await run()
    expect(await outbox()).toMatchObject([{ status: 'unknown' }])
    hang = false
    clock.advance({ minutes: 1 })
    await run()
    expect([port.arrived.length, (await outbox())[0]?.status]).toEqual([1, 'sent'])
  })
})

describe('leases', () => {
  const due = { limit: 10, leaseMs: 120_000 }

  it('who lost the lease cannot complete the message', async () => {
    await addPeople(db, 1)
    await want(db, 's:1', [{}], wednesday)
    let other: Promise<unknown> | undefined
    const second = fakePlatform()
    const port = fakePlatform({
      during: async () => {
        // Asleep for longer than the lease while sending; another process takes over meanwhile.
        lease.advance(121_000)
        other ??= delivery(second).run()
        await other
      },
      fault: () => ({ type: 'refused', reason: 'blocked' }),
    })
    await delivery(port).run()
    expect(await outbox()).toMatchObject([{ status: 'sent', fence: 3 }])
    expect(Object.values(await statuses(db))).toEqual(['sent'])
  })

  it('a message claimed by a process that died before sending is sent by another, unasked', async () => {
    await addPeople(db, 1)
    await want(db, 's:1', [{}], wednesday)
    await gather({ db, zone: tokyo, kinds: new Map([['test.plain', plainKind('test.plain')]]) }, wednesday)
    expect(await claim(db, wednesday, await lease.now(), due)).toHaveLength(1)
    const port = fakePlatform({ finds: false })
    const { run } = delivery(port)
    await run()
    expect(port.sends).toBe(0)
    lease.advance(120_000)
    await run()
    expect(await outbox()).toMatchObject([{ status: 'sent', reason: null, attempts: 1 }])
  })

  it('a message whose process died after handing it over is asked about', async () => {
    await addPeople(db, 1)
    await want(db, 's:1', [{}], wednesday)
    await gather({ db, zone: tokyo, kinds: new Map([['test.plain', plainKind('test.plain')]]) }, wednesday)
    const [claimed] = await claim(db, wednesday, await lease.now(), due)
    if (!claimed) throw new Error('nothing claimed')
    await settle(db, [{ claimed, ending: { to: 'handed', platform: 'slack' } }], wednesday)
    const port = fakePlatform()
    await port.send(
      { platform: 'slack', tenant: 'T1', user: 'U1' },
      { summary: '', blocks: [] },
      claimed.token,
    )
    lease.advance(120_000)
    await delivery(port).run()
    expect([port.sends, (await outbox())[0]?.status, Object.values(await statuses(db))]).toEqual([
      1,
      'sent',
      ['sent'],
    ])
  })

  it('who slept through most of the lease before sending lets the next one do it', async () => {
    await addPeople(db, 1)
    await want(db, 's:1', [{}], wednesday)
    const port = fakePlatform()
    const sleepy = plainKind('test.plain', {
      draw: async () => {
        lease.advance(100_000)
        return { summary: 's', blocks: [] }
      },
    })
    await delivery(port, [sleepy]).run()
    expect([port.sends, (await outbox())[0]?.status]).toEqual([0, 'claimed'])
    lease.advance(20_000)
    await delivery(port).run()
    expect([port.sends, (await outbox())[0]?.status]).toEqual([1, 'sent'])
  })
})
