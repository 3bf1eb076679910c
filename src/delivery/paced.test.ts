// The dispatcher under the pace of its platforms.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../test/support/database.ts'
import {
  addPeople,
  MovableLeaseClock,
  plainKind,
  quiet,
  tokyo,
  want,
  wednesday,
} from '../../test/support/delivery.ts'
import { type FakePlatform, type Fault, fakePlatform } from '../../test/support/fake-platform.ts'
import { unhurried } from '../../test/support/unhurried.ts'
import type { ChatPlatform, Platform } from '../chat/chat.ts'
import { MovableClock } from '../kernel/clock.ts'
import { createDispatcher } from './dispatcher.ts'
import { gather } from './gather.ts'
import { usualRates } from './rates.ts'

let db: TestDatabase
let clock: MovableClock
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  await truncateAll(db)
  clock = new MovableClock(wednesday)
})

const kinds = new Map(
  [plainKind('test.plain'), plainKind('test.broadcast', { priority: 3 })].map((kind) => [kind.kind, kind]),
)

function delivery(port: ChatPlatform, waits: boolean) {
  const paced = unhurried(db, clock)
  const gathering = { db: paced.db, zone: tokyo, kinds }
  const dispatcher = createDispatcher({
    ...gathering,
    ports: new Map<Platform, ChatPlatform>([[port.platform, port]]),
    clock,
    leaseClock: new MovableLeaseClock(),
    random: () => 0.5,
    log: quiet,
    rates: usualRates,
    ...(waits && { waitUntil: paced.waitUntil }),
  })
  return async () => {
    await gather(gathering, clock.now())
    return dispatcher.drain()
  }
}

/** Runs until nothing waits, moving the clock to the moment that delivery asks for. */
async function untilDone(run: ReturnType<typeof delivery>) {
  for (let turn = 0; turn < 20_000; turn++) {
    const { again } = await run()
    if (!again) return
    if (Temporal.Instant.compare(again, clock.now()) > 0) clock.set(again)
  }
  throw new Error('no end')
}

const wanted = (kind: string, from: number, count: number) =>
  want(
    db,
    `${kind}:${from}`,
    Array.from({ length: count }, (_, index) => ({ kind, recipientId: from + index })),
    wednesday,
  )

const seconds = (port: FakePlatform) =>
  port.arrived.map(({ at }) => at?.since(wednesday).total('seconds') ?? Number.NaN)

const most = (times: readonly number[], stretch: number) =>
  Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + stretch).length))

it.each([
  ['teams', true, 200, 1, 50],
  ['teams', false, 80, 1, 50],
  ['slack', true, 60, 60, 400],
  ['slack', false, 60, 60, 400],
] as const)(
  '%s (waits: %s) gets %i messages at nearly what it permits, never more',
  async (platform, waits, count, stretch, limit) => {
    await addPeople(db, count, platform)
    await wanted('test.plain', 1, count)
    const port = fakePlatform({ platform, now: () => clock.now() })
    await untilDone(delivery(port, waits))
    const times = seconds(port)
    expect(times).toHaveLength(count)
    expect(most(times, stretch)).toBeLessThanOrEqual(limit)
    expect((Math.max(...times) * limit) / stretch).toBeLessThan((count - 1) / 0.98)
    expect(new Set(port.arrived.map(({ to }) => to.user)).size).toBe(count)
  },
)

it('lets a personal message pass a broadcast that is under way', async () => {
  await addPeople(db, 101)
  await wanted('test.broadcast', 1, 100)
  const port = fakePlatform({ now: () => clock.now() })
  const run = delivery(port, false)
  await run()
  expect(port.arrived).toHaveLength(3)
  await wanted('test.plain', 101, 1)
  await run()
  expect(port.arrived.map(({ to }) => to.user)).toContain('U101')
  expect(port.arrived).toHaveLength(4)
})

it('stops for a workspace that asks for a pause, without drawing the rest again and again', async () => {
  await addPeople(db, 200)
  await addPeople(db, 1, 'slack', 201)
  await db.prisma.identity.updateMany({ where: { personId: 201 }, data: { tenant: 'T2' } })
  await wanted('test.plain', 1, 201)
  const faults: Fault[] = [{ type: 'later', afterMs: 30_000 }]
  const port = fakePlatform({ now: () => clock.now(), fault: () => faults.shift() ?? { type: 'none' } })
  const run = delivery(port, false)
  const first = await run()
  // What was under way with it, one batch that finds it closed, and the other workspace.
  expect(first.claimed).toBeLessThan(60)
  expect(port.arrived.filter(({ to }) => to.tenant === 'T2')).toHaveLength(1)
  const before = port.sends
  clock.advance({ seconds: 20 })
  await run()
  expect(port.sends).toBe(before)
  expect((await db.prisma.outbox.findMany({ where: { attempts: { gt: 0 } } })).length).toBe(0)
  await untilDone(run)
  expect(port.arrived).toHaveLength(201)
  const times = seconds(port).filter((time) => time > 0)
  expect(Math.min(...times)).toBeGreaterThanOrEqual(30)
  // Half as fast at first.
  expect(times.filter((time) => time < 40).length).toBeLessThan(45)
})
