// An hour without a platform: nothing is lost, nothing is doubled, no message dies of it, and afterwards the oldest goes
// first.
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../test/support/database.ts'
import {
  addPeople,
  MovableLeaseClock,
  plainKind,
  quiet,
  seeded,
  tokyo,
  want,
  wednesday,
} from '../../test/support/delivery.ts'
import { type FakePlatform, type Fault, fakePlatform } from '../../test/support/fake-platform.ts'
import type { ChatPlatform, Platform } from '../chat/chat.ts'
import { MovableClock } from '../kernel/clock.ts'
import { createDispatcher } from './dispatcher.ts'
import { gather } from './gather.ts'
import { createOutages } from './outage.ts'

describe('a place that does not answer', () => {
  const place = { platform: 'slack', tenant: 'T1' } as const
  const inSeconds = (seconds: number) => wednesday.add({ seconds })

  it('is away after three silences in a row, and is tried after 15 s, 30 s, a minute, then every two', () => {
    const outages = createOutages(quiet)
    outages.heard(place, false, wednesday)
    outages.heard(place, false, wednesday)
    outages.heard(place, true, wednesday)
    outages.heard(place, false, wednesday)
    outages.heard(place, false, wednesday)
    expect(outages.away()).toEqual([])
    outages.heard(place, false, wednesday)
    expect(outages.away()).toEqual([{ ...place, from: 0 }])
    // Those that were under way with it change nothing.
    outages.heard(place, false, inSeconds(1))
    let at = 0
    for (const seconds of [15, 30, 60, 120, 120]) {
      expect(outages.toTry(inSeconds(at + seconds - 1))).toEqual([])
      at += seconds
      expect(outages.toTry(inSeconds(at))).toEqual([place])
      outages.heard(place, false, inSeconds(at))
    }
    outages.heard(place, true, inSeconds(at))
    expect([outages.away(), outages.toTry(inSeconds(at + 9_999)), outages.until(place)]).toEqual([
      [],
      [],
      undefined,
    ])
  })

  it('is known apart from every other, and is tried although the clock was set back', () => {
    const outages = createOutages(quiet)
    for (let n = 0; n < 3; n++) outages.heard(place, false, wednesday)
    expect(outages.until({ ...place, tenant: 'T2' })).toBeUndefined()
    expect(outages.toTry(wednesday.subtract({ hours: 1 }))).toEqual([place])
  })
})

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

const kinds = new Map(
  [plainKind('test.plain'), plainKind('test.bulk', { priority: 3 })].map((kind) => [kind.kind, kind]),
)

function delivery(...ports: readonly ChatPlatform[]) {
  const gathering = { db, zone: tokyo, kinds }
  const dispatcher = createDispatcher({
    ...gathering,
    ports: new Map<Platform, ChatPlatform>(ports.map((port) => [port.platform, port])),
    clock,
    leaseClock: lease,
    random: seeded(3),
    log: quiet,
  })
  return async (seconds = 20) => {
    await gather(gathering, clock.now())
    const drained = await dispatcher.drain()
    clock.advance({ seconds })
    lease.advance(seconds * 1_000)
    return drained
  }
}

const users = (port: FakePlatform) => port.arrived.map(({ to }) => to.user)
/** One message for each of so many people, falling due one after the other. */
const wantAll = (count: number) =>
  want(
    db,
    's:1',
    Array.from({ length: count }, (_, index) => ({
      kind: 'test.bulk',
      recipientId: index + 1,
      dueAt: wednesday.add({ seconds: ((index + 1) * 7) % 997 }),
    })),
    wednesday,
  )
const byDue = (count: number) =>
  Array.from({ length: count }, (_, index) => index + 1).sort((a, b) => ((a * 7) % 997) - ((b * 7) % 997))

describe('an hour away', () => {
  it.each<[string, boolean, number, Fault[]]>([
    ['that can be asked and takes no messages', true, 200, [{ type: 'request-lost' }]],
    ['that is out of reach', true, 60, [{ type: 'away' }]],
    ['that cannot be asked and is out of reach', false, 60, [{ type: 'away' }]],
    [
      'that fails in every way',
      true,
      60,
      [{ type: 'request-lost' }, { type: 'away' }, { type: 'request-lost' }],
    ],
  ])(
    'of a platform %s: all arrive once, oldest first, what is urgent before',
    async (_, finds, count, faults) => {
      await addPeople(db, count + 1)
      await wantAll(count)
      let down = true
      let turn = 0
      const fault = (): Fault => (down && faults[turn++ % faults.length]) || { type: 'none' }
      const port = fakePlatform({ finds, fault })
      const look = delivery(port)
      for (let looks = 0; looks < 90; looks++) await look(40)
      expect(port.arrived).toEqual([])
      // A message each two minutes or so tries; nobody counts it against one.
      expect(port.sends).toBeLessThan(100)
      const { _max } = await db.prisma.outbox.aggregate({ _max: { attempts: true } })
      expect(_max.attempts).toBeLessThanOrEqual(2)
      down = false
      await want(db, 's:now', [{ recipientId: count + 1 }], clock.now())
      for (let looks = 0; looks < 12; looks++) await look()
      // A try was under way when the urgent one came: no more than that is before it.
      const order = users(port)
      expect(order.indexOf(`U${count + 1}`)).toBeLessThanOrEqual(1)
      expect(order.filter((user) => user !== `U${count + 1}`)).toEqual(byDue(count).map((id) => `U${id}`))
      expect(await db.prisma.outbox.groupBy({ by: ['status'], _count: true })).toEqual([
        { status: 'sent', _count: count + 1 },
      ])
    },
  )

  it('holds up nobody elsewhere, also those who have an account there too', async () => {
    await addPeople(db, 4)
    await addPeople(db, 1, 'teams', 5)
    await db.prisma.identity.create({
      data: { personId: 4, platform: 'teams', tenant: 'T1', userId: 'V4', preferred: true },
    })
    for (let id = 1; id <= 3; id++) await want(db, `s:${id}`, [{ recipientId: id }], wednesday)
    const slack = fakePlatform({ fault: () => ({ type: 'away' }) })
    const teams = fakePlatform({ platform: 'teams', finds: false })
    const look = delivery(slack, teams)
    for (let looks = 0; looks < 4; looks++) await look()
    for (const id of [4, 5]) await want(db, `s:${id}`, [{ recipientId: id }], clock.now())
    expect((await look()).sent).toBe(2)
    expect(users(teams)).toEqual(['V4', 'U5'])
  })

  it('says when it looks again, and does nothing until then', async () => {
    await addPeople(db, 1)
    await want(db, 's:1', [{}], wednesday)
    const port = fakePlatform({ fault: () => ({ type: 'away' }) })
    const look = delivery(port)
    const pauses: number[] = []
    for (let looks = 0; looks < 6; looks++) {
      const before = clock.now()
      const { again } = await look(0)
      pauses.push(again?.since(before).total('seconds') ?? Number.NaN)
      if (again) clock.set(again)
    }
    expect(pauses).toEqual([1, 1, 15, 30, 60, 120])
    expect(port.sends).toBe(6)
  })
})

it('a message that alone fails, while others are taken, is given up', async () => {
  await addPeople(db, 2)
  const port = fakePlatform()
  const send: ChatPlatform['send'] = async (to, card, token) =>
    to.user === 'U1' ? { type: 'unknown' } : port.send(to, card, token)
  const look = delivery({ ...port, send })
  await want(db, 's:1', [{}], clock.now())
  for (let n = 0; n < 12; n++) {
    await want(db, `s:other:${n}`, [{ recipientId: 2 }], clock.now())
    await look(15 * 60)
  }
  expect(await db.prisma.outbox.findFirst({ where: { recipientId: 1 } })).toMatchObject({
    status: 'dead',
    reason: 'gave-up',
    attempts: 8,
  })
  expect(port.arrived).toHaveLength(12)
})

it('whatever a platform does for an hour, each message arrives once', async () => {
  const kind = fc.constantFrom<Fault['type']>('none', 'answer-lost', 'request-lost', 'away')
  await fc.assert(
    fc.asyncProperty(fc.array(kind, { minLength: 1, maxLength: 40 }), fc.integer(), async (types, seed) => {
      await truncateAll(db)
      clock = new MovableClock(wednesday)
      lease = new MovableLeaseClock()
      await addPeople(db, 12)
      for (let id = 1; id <= 12; id++) await want(db, `s:${id}`, [{ recipientId: id }], wednesday)
      const random = seeded(seed)
      const end = wednesday.add({ hours: 1 })
      const findsFail = random() < 0.5
      const down = () => Temporal.Instant.compare(clock.now(), end) < 0
      const port = fakePlatform({
        // Whole stretches of the hour are alike, as outages are.
        fault: () => {
          const at = Math.floor(clock.now().since(wednesday).total('minutes') / 3 + random() * 2)
          return { type: down() ? (types[at % types.length] ?? 'none') : 'none' } as Fault
        },
        findFails: () => findsFail && down() && random() < 0.7,
      })
      const look = delivery(port)
      for (let looks = 0; looks < 45; looks++) await look(80 + Math.floor(30 * random()))
      for (let looks = 0; looks < 25; looks++) await look(900)
      expect(new Set(users(port)).size).toBe(12)
      expect(port.arrived).toHaveLength(12)
    }),
    { numRuns: 6 },
  )
})
