// Clocks as they are: set back, set forward, and standing still for a week.
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../test/support/database.ts'
import { addPeople, at, plainKind, quiet, statuses, tokyo, want } from '../../test/support/delivery.ts'
import { type Fault, fakePlatform } from '../../test/support/fake-platform.ts'
import { MovableClock } from '../kernel/clock.ts'
import { createDelivery, kindsOf } from './delivery.ts'
import { gather } from './gather.ts'
import type { Job } from './jobs.ts'
import { type RatesOf, unpaced, usualRates } from './rates.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(() => truncateAll(db))

function city(begins: string, more: { fault?: () => Fault; rates?: RatesOf } = {}) {
  const clock = new MovableClock(at(begins))
  const port = fakePlatform({ now: () => clock.now(), ...(more.fault && { fault: more.fault }) })
  const days: string[] = []
  const jobs: string[] = []
  const local = (instant: Temporal.Instant) => instant.toZonedDateTimeISO(tokyo).toPlainDateTime().toString()
  const job: Job = {
    name: 'morning',
    cron: '0 9 * * *',
    inside: async (_, scheduled) => {
      jobs.push(local(scheduled))
    },
  }
  const timer = createDelivery({
    db,
    clock,
    zone: tokyo,
    ports: new Map([[port.platform, port]]),
    features: [{ notices: [plainKind('test.plain', { hours: 'working' })] }],
    tell: async (event) => {
      if (event.type === 'day-opened') days.push(event.on.toString())
    },
    jobs: [job],
    log: quiet,
    rates: more.rates ?? unpaced,
    random: () => 0.5,
  })
  return {
    clock,
    port,
    days,
    jobs,
    timer,
    async goTo(time: string) {
      clock.set(at(time))
      await timer.runDue()
    },
    /** What arrived, as "local time: rungs", each message one line. */
    told: async () => {
      const keys = new Map((await db.prisma.notice.findMany()).map(({ id, key }) => [id, key.split(':')[4]]))
      return port.arrived.map(({ at: when, card }) => {
        const ids = card.blocks.flatMap((block) =>
          block.type === 'text' && typeof block.text === 'string' && block.text.includes('|')
            ? [Number(block.text.split('|').at(-1))]
            : [],
        )
        return `${when ? local(when) : ''}: ${ids
          .map((id) => keys.get(id))
          .toSorted()
          .join(' ')}`
      })
    },
  }
}

it('a server that was down over Golden Week tells all that fell due in one message, in working hours', async () => {
  const c = city('2027-04-28T16:00')
  await addPeople(db, 2)
  await c.timer.runDue()
  const rungs = ['2027-04-30T08:45', '2027-05-06T08:45', '2027-05-07T08:45']
  for (const matter of ['s:1', 's:2', 's:3'])
    await want(
      db,
      matter,
      [1, 2].flatMap((recipientId) =>
        rungs.map((due, n) => ({ recipientId, rung: `${matter.at(-1)}${'abc'[n]}`, dueAt: at(due) })),
      ),
      c.clock.now(),
    )
  // Back on a holiday: nothing goes out, and nothing is lost.
  await c.goTo('2027-05-04T11:00')
  expect(c.port.arrived).toEqual([])
  await c.goTo('2027-05-07T10:00')
  expect((await c.told()).toSorted()).toEqual([
    '2027-05-07T10:00:00: 1a 1b 1c 2a 2b 2c 3a 3b 3c',
    '2027-05-07T10:00:00: 1a 1b 1c 2a 2b 2c 3a 3b 3c',
  ])
  await c.goTo('2027-05-07T10:01')
  expect(c.port.arrived).toHaveLength(2)
  // Each day is told, in order; a daily job is caught up once after each pause.
  expect([c.days.length, c.days.at(0), c.days.at(-1)]).toEqual([10, '2027-04-28', '2027-05-07'])
  expect(c.jobs).toEqual(['2027-05-04T09:00:00', '2027-05-07T09:00:00'])
})

it('a pause of months is a message, not a flood, under the pace of the platform too', async () => {
  const c = city('2027-04-05T09:00', { rates: usualRates })
  await addPeople(db, 1)
  await c.timer.runDue()
  const wanted = Array.from({ length: 60 }, (_, n) => ({
    rung: String(n),
    dueAt: at('2027-04-06T09:00').add({ hours: 24 * n }),
  }))
  await want(db, 's:1', wanted, c.clock.now())
  await c.goTo('2027-07-01T09:00')
  await c.goTo('2027-07-01T09:01')
  expect(c.port.arrived).toHaveLength(1)
  expect(new Set(Object.values(await statuses(db)))).toEqual(new Set(['sent']))
})

it('a clock set back by an hour tells nothing twice, and what waits is told all the same', async () => {
  const faults: Fault[] = [{ type: 'none' }, { type: 'later', afterMs: 300_000 }, { type: 'answer-lost' }]
  const c = city('2027-03-10T10:00', { fault: () => faults.shift() ?? { type: 'none' } })
  await addPeople(db, 4)
  for (const recipientId of [1, 2, 3])
    await want(db, `s:${recipientId}`, [{ recipientId, rung: `r${recipientId}` }], c.clock.now())
  await want(
    db,
    's:4',
    [{ recipientId: 4, rung: 'r4', dueAt: at('2027-03-10T09:30') }],
    at('2027-03-10T08:00'),
  )
  await c.timer.runDue()
  const first = c.port.arrived.length
  await c.goTo('2027-03-10T09:00')
  await c.goTo('2027-03-10T09:59')
  expect(c.port.arrived).toHaveLength(first)
  await c.goTo('2027-03-10T10:30')
  await c.goTo('2027-03-10T10:31')
  expect(c.port.arrived).toHaveLength(4)
  expect(new Set(c.port.arrived.map(({ to }) => to.user)).size).toBe(4)
  expect(Object.values(await statuses(db))).toEqual(['sent', 'sent', 'sent', 'sent'])
  expect(c.days).toEqual(['2027-03-10'])
})

it('what a process with a clock an hour ahead put into a message waits for its own time with the next process', async () => {
  const c = city('2027-03-10T08:35')
  await addPeople(db, 1)
  await c.timer.runDue()
  await want(db, 's:1', [{ rung: 'r1', dueAt: at('2027-03-10T09:00') }], c.clock.now())
  const kinds = kindsOf([{ notices: [plainKind('test.plain', { hours: 'working' })] }])
  await gather({ db, zone: tokyo, kinds }, at('2027-03-10T09:35'))
  // It died with the message in hand: whoever finds that out lets it wait no longer.
  await db.prisma.outbox.updateMany({ data: { nextAt: new Date(at('2027-03-10T08:36').epochMilliseconds) } })
  await c.goTo('2027-03-10T08:36')
  expect(c.port.arrived).toEqual([])
  expect(Object.values(await statuses(db))).toEqual(['planned'])
  await c.goTo('2027-03-10T09:00')
  expect(await c.told()).toEqual(['2027-03-10T09:00:00: r1'])
})

it('a clock set back over midnight does not tell the day again', async () => {
  const c = city('2027-03-10T23:50')
  await c.timer.runDue()
  for (const time of ['2027-03-11T00:10', '2027-03-10T23:40', '2027-03-11T00:20', '2027-03-11T10:00'])
    await c.goTo(time)
  expect(c.days).toEqual(['2027-03-10', '2027-03-11'])
  expect(c.jobs).toEqual(['2027-03-11T09:00:00'])
})

it('whatever the clock does: each notice once, never before its time or out of hours, each morning at most once', async () => {
  const jump = fc.oneof(
    fc.constantFrom(-60, 60),
    fc.integer({ min: 1, max: 30 }),
    fc.integer({ min: 60, max: 10 * 24 * 60 }),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(jump, { minLength: 1, maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 8 * 24 * 60 }), { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      async (jumps, dues, paced) => {
        await truncateAll(db)
        const begins = at('2027-04-28T08:00')
        const c = city('2027-04-28T08:00', { rates: paced ? usualRates : unpaced })
        await addPeople(db, 3)
        await c.timer.runDue()
        const due = (n: number) => begins.add({ minutes: dues[n] ?? 0 })
        await want(
          db,
          's:1',
          dues.map((_, n) => ({ recipientId: (n % 3) + 1, rung: String(n), dueAt: due(n) })),
          begins,
        )
        for (const minutes of jumps) {
          c.clock.advance({ minutes })
          await c.timer.runDue()
        }
        // Days enough for one of them to be a working day, after all that is due.
        const over = [c.clock.now(), begins.add({ hours: 8 * 24 })].toSorted(Temporal.Instant.compare).at(-1)
        const last = over?.toZonedDateTimeISO(tokyo).toPlainDate()
        for (let days = 1; days <= 5; days += 1) await c.goTo(`${last?.add({ days })}T10:00`)
        const told = await c.told()
        const rungs = told.flatMap((line) => line.split(': ')[1]?.split(' ') ?? [])
        expect(rungs.toSorted()).toEqual(dues.map((_, n) => String(n)).toSorted())
        for (const line of told) {
          const [time = '', rest = ''] = line.split(': ')
          const when = Temporal.PlainDateTime.from(time)
          expect(when.hour).toBeGreaterThanOrEqual(8)
          expect(when.hour).toBeLessThan(18)
          expect(when.dayOfWeek).toBeLessThan(6)
          for (const rung of rest.split(' '))
            expect(Temporal.Instant.compare(at(time), due(Number(rung)))).toBeGreaterThanOrEqual(0)
        }
        expect(new Set(c.jobs).size).toBe(c.jobs.length)
        expect(new Set(c.days).size).toBe(c.days.length)
      },
    ),
    { numRuns: 20 },
  )
})
