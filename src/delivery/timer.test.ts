import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../test/support/database.ts'
import { addPeople, at, plainKind, quiet, statuses, tokyo, want } from '../../test/support/delivery.ts'
import { type Fault, fakePlatform } from '../../test/support/fake-platform.ts'
import type { Database } from '../db/open.ts'
import type { DomainEvent } from '../directory/events.ts'
import { MovableClock, systemClock } from '../kernel/clock.ts'
import { daysToTell } from './day.ts'
import { createDelivery, type DeliveryOptions, kindsOf } from './delivery.ts'
import { deliveryHealth } from './health.ts'
import { type Job, lastScheduled } from './jobs.ts'

let db: TestDatabase
let clock: MovableClock
let days: string[]
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  await truncateAll(db)
  clock = new MovableClock(at('2027-03-10T10:00'))
  days = []
})

const port = () => fakePlatform({ now: () => clock.now() })
const make = (more: Partial<DeliveryOptions> = {}) =>
  createDelivery({
    db,
    clock,
    zone: tokyo,
    ports: new Map(),
    features: [{ notices: [plainKind('test.plain', { hours: 'working' })] }],
    tell: async (event: DomainEvent) => {
      if (event.type === 'day-opened') days.push(event.on.toString())
    },
    log: quiet,
    ...more,
  })

describe('when a job is due', () => {
  const morning = '45 8 * * 1-5'
  it.each([
    ['at its very time', '2027-03-09T08:45', '2027-03-10T08:45', '2027-03-10T08:45'],
    ['not twice', '2027-03-10T08:45', '2027-03-10T08:46', undefined],
    ['not before', '2027-03-09T08:45', '2027-03-10T08:44', undefined],
    ['once after a week away', '2027-03-03T08:45', '2027-03-10T12:00', '2027-03-10T08:45'],
    ['not on a Sunday', '2027-03-12T08:45', '2027-03-14T12:00', undefined],
    ['not when the clock went back', '2027-03-10T08:45', '2027-03-10T07:45', undefined],
  ])('%s', (_, last, now, due) => {
    expect(lastScheduled(morning, tokyo, at(last), at(now))?.toString()).toBe(due && at(due).toString())
  })

  it('counts by the zone of the organisation', () => {
    const last = Temporal.Instant.from('2027-03-09T00:00:00Z')
    const due = lastScheduled('45 8 * * *', tokyo, last, Temporal.Instant.from('2027-03-10T00:00:00Z'))
    expect(due?.toString()).toBe('2027-03-09T23:45:00Z')
  })
})

it('missed days are told oldest first, and no more than a month of them', () => {
  const day = (text: string) => Temporal.PlainDate.from(text)
  expect(daysToTell(undefined, day('2027-03-10')).map(String)).toEqual(['2027-03-10'])
  expect(daysToTell(day('2027-03-10'), day('2027-03-10'))).toEqual([])
  expect(daysToTell(day('2027-03-11'), day('2027-03-10'))).toEqual([])
  expect(daysToTell(day('2027-03-08'), day('2027-03-10')).map(String)).toEqual(['2027-03-09', '2027-03-10'])
  const long = daysToTell(day('2026-03-08'), day('2027-03-10'))
  expect([long.length, String(long[0]), String(long.at(-1))]).toEqual([31, '2027-02-08', '2027-03-10'])
})

describe('a tick', () => {
  it('opens each day once, whoever ticks', async () => {
    const one = make()
    const two = make()
    await Promise.all([one.runDue(), two.runDue()])
    await one.runDue()
    clock.set(at('2027-03-13T00:00'))
    await Promise.all([one.runDue(), two.runDue()])
    expect(days).toEqual(['2027-03-10', '2027-03-11', '2027-03-12', '2027-03-13'])
  })

  it('tells a day again whose listener failed, and goes on sending meanwhile', async () => {
    await addPeople(db, 1)
    await want(db, 's:1', [{}], clock.now())
    let fails = true
    const slack = port()
    const timer = make({
      ports: new Map([['slack', slack]]),
      tell: async (event) => {
        if (fails) throw new Error('a defect')
        if (event.type === 'day-opened') days.push(event.on.toString())
      },
    })
    expect(await timer.runDue()).toMatchObject({ days: 0, sent: 1 })
    fails = false
    expect(await timer.runDue()).toMatchObject({ days: 1 })
    expect(days).toEqual(['2027-03-10'])
  })

  it('runs a job once for many processes, catches a missed one up once, and keeps one that fails', async () => {
    const ran: string[] = []
    let fails = false
    const inside: Job = {
      name: 'weekly',
      cron: '0 9 * * *',
      inside: async (tx, scheduled) => {
        await tx.setting.upsert({
          where: { key: 'ran' },
          create: { key: 'ran', value: 1, updatedAt: new Date(0) },
          update: {},
        })
        if (fails) throw new Error('a defect')
        ran.push(scheduled.toZonedDateTimeISO(tokyo).toPlainDateTime().toString())
      },
    }
    const outside: Job = {
      name: 'sweep',
      cron: '0 9 * * *',
      outside: async () => {
        ran.push('sweep')
      },
    }
    const timers = [make({ jobs: [inside, outside] }), make({ jobs: [inside, outside] })]
    const tick = () => Promise.all(timers.map((timer) => timer.runDue()))
    await tick()
    expect(ran).toEqual([]) // met for the first time: counts from now
    clock.set(at('2027-03-14T12:00'))
    fails = true
    await tick()
    expect([ran, await db.prisma.setting.count()]).toEqual([['sweep'], 0])
    fails = false
    await tick()
    await tick()
    expect(ran).toEqual(['sweep', '2027-03-14T09:00:00'])
  })

  it('plays months by moving the date: nothing outside working hours, nothing twice, nothing forgotten', async () => {
    await addPeople(db, 3)
    const slack = port()
    const timer = make({ ports: new Map([['slack', slack]]), vacuums: false })
    const wanted = Array.from({ length: 60 }, (_, index) => ({
      recipientId: (index % 3) + 1,
      rung: `${index}`,
      dueAt: clock.now().add({ hours: index * 43 + (index % 17) }),
    }))
    await want(db, 's:1', wanted, clock.now())
    const end = at('2027-07-01T00:00')
    while (Temporal.Instant.compare(clock.now(), end) < 0) {
      clock.advance({ hours: 9 })
      await timer.runDue()
    }
    expect(new Set(Object.values(await statuses(db)))).toEqual(new Set(['sent']))
    expect(slack.arrived.length).toBeLessThanOrEqual(60)
    const told = slack.arrived.flatMap(({ card }) =>
      card.blocks.slice(1).map((block) => JSON.stringify(block)),
    )
    expect([told.length, new Set(told).size]).toEqual([60, 60])
    for (const message of slack.arrived) {
      const local = message.at?.toZonedDateTimeISO(tokyo)
      expect(local?.dayOfWeek).toBeLessThan(6)
      expect(`${local?.toPlainTime()}` >= '08:30:00' && `${local?.toPlainTime()}` < '17:15:00').toBe(true)
    }
  }, 60_000)
})

describe('a tick with nothing due', () => {
  it('reads no notice that is not due, however many are planned', async () => {
    await db.pool.query(
      `INSERT INTO notice (key, kind, subject, recipient_id, due_at)
       SELECT 'k' || i, 'test.plain', 's', 1, timestamptz '2027-06-01T08:45:00+09' + make_interval(hours => i % 999)
       FROM generate_series(1, 20000) i`,
    )
    const asked: [string, unknown[]][] = []
    const pool = {
      query: (text: string, values: unknown[]) => {
        asked.push([text, values])
        return db.pool.query(text, values)
      },
    }
    const timer = make({ db: { ...db, pool: pool as unknown as Database['pool'] } })
    await timer.runDue()
    asked.length = 0
    clock.advance({ minutes: 1 })
    await timer.runDue()
    expect(asked.length).toBeLessThanOrEqual(8)
    for (const [text, values] of asked) {
      const { rows } = await db.pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values)
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      expect(plan).not.toMatch(/Seq Scan on notice/)
      if (text.includes('FROM notice')) expect(plan).toMatch(/notice_due/)
    }
  })
})

describe('a process', () => {
  it('looks at once when it starts or is poked, and finishes what is claimed when it stops', async () => {
    await addPeople(db, 40)
    const slack = fakePlatform({ during: () => new Promise((resolve) => setTimeout(resolve, 20)) })
    const timer = make({ ports: new Map([['slack', slack]]), batch: 5 })
    timer.start()
    await want(
      db,
      's:1',
      Array.from({ length: 40 }, (_, index) => ({ recipientId: index + 1 })),
      clock.now(),
    )
    timer.poke()
    timer.poke()
    while (slack.sends === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await timer.stop()
    const claimed = await db.prisma.outbox.count({ where: { status: 'claimed' } })
    const sent = await db.prisma.outbox.count({ where: { status: 'sent' } })
    expect([claimed, sent]).toEqual([0, slack.arrived.length])
    expect(sent).toBeGreaterThanOrEqual(5)
    timer.poke()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(slack.arrived.length).toBe(sent)
  })

  it('tries again what wants it sooner than the next tick', async () => {
    await addPeople(db, 1)
    await want(db, 's:1', [{}], clock.now())
    await db.prisma.notice.updateMany({ data: { dueAt: new Date(0) } })
    const faults: Fault[] = [{ type: 'throws-before' }]
    const slack = fakePlatform({ fault: () => faults.shift() ?? { type: 'none' }, finds: false })
    const timer = make({
      ports: new Map([['slack', slack]]),
      features: [{ notices: [plainKind('test.plain')] }],
      random: () => 0, // no pause between attempts
      clock: systemClock,
    })
    timer.start()
    while (slack.arrived.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    await timer.stop()
    expect(slack.sends).toBe(2)
  })

  it('says that it is alive, and what is late', async () => {
    expect(await deliveryHealth(db, clock.now())).toEqual({
      oldestOverdueMs: 0,
      lastSignOfLife: null,
      silent: true,
      messages: {},
    })
    await addPeople(db, 1)
    await want(db, 's:1', [{}], clock.now())
    clock.advance({ minutes: 2 })
    expect(await deliveryHealth(db, clock.now())).toMatchObject({ oldestOverdueMs: 120_000 })
    await make({ ports: new Map([['slack', port()]]) }).runDue()
    expect(await deliveryHealth(db, clock.now())).toEqual({
      oldestOverdueMs: 0,
      lastSignOfLife: clock.now(),
      silent: false,
      messages: { sent: 1 },
    })
    clock.advance({ minutes: 4 })
    expect(await deliveryHealth(db, clock.now())).toMatchObject({ silent: true })
  })
})

it('two features cannot register the same kind', () => {
  const features = [{ notices: [plainKind('a.b')] }, { notices: [plainKind('a.b')] }]
  expect(() => kindsOf(features)).toThrow('a.b')
})
