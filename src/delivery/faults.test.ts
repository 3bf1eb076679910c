// Nothing lost and nothing doubled, whatever fails: random faults of the platform, processes that die before or after
// any statement, and several dispatchers at once.
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
import type { Database } from '../db/open.ts'
import { MovableClock } from '../kernel/clock.ts'
import { createDispatcher } from './dispatcher.ts'
import { gather } from './gather.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(() => truncateAll(db))

const people = 6

class Killed extends Error {}

/** The database as a process sees it that is killed at its nth step: before a statement, or just after it. */
function killedAt(step: number): Database {
  let steps = 0
  const alive = () => {
    steps += 1
    if (steps >= step) throw new Killed()
  }
  const around =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args) => {
      alive()
      const result = await call(...args)
      alive()
      return result
    }
  const pool = { query: around((text: string, values: unknown[]) => db.pool.query(text, values)) }
  const prisma = new Proxy(db.prisma, {
    get: (target, name) =>
      name === '$transaction'
        ? around(target.$transaction.bind(target) as (...args: unknown[]) => Promise<unknown>)
        : Reflect.get(target, name),
  })
  return { ...db, pool: pool as unknown as Database['pool'], prisma }
}

interface Setting {
  readonly port: FakePlatform
  readonly clock: MovableClock
  readonly lease: MovableLeaseClock
  readonly random: () => number
}

const kinds = new Map(
  [plainKind('test.plain'), plainKind('test.flagged', { ifUnknown: 'flag', priority: 2 })].map((kind) => [
    kind.kind,
    kind,
  ]),
)

/** One process: looks for work once, and may die over it. */
async function work(from: Database, { port, clock, lease, random }: Setting, batch = 3) {
  const gathering = { db: from, zone: tokyo, kinds, batch: 2 }
  const dispatcher = createDispatcher({
    ...gathering,
    batch,
    ports: new Map<Platform, ChatPlatform>([['slack', port]]),
    clock,
    leaseClock: lease,
    random,
    log: quiet,
    maxAttempts: 100,
  })
  try {
    await gather(gathering, clock.now())
    await dispatcher.drain()
  } catch (error) {
    if (!(error instanceof Killed)) throw error
  }
}

async function plan(kind: string) {
  await addPeople(db, people)
  for (let subject = 1; subject <= 2; subject++)
    await want(
      db,
      `s:${subject}`,
      Array.from({ length: people }, (_, index) => ({ kind, recipientId: index + 1 })),
      wednesday,
    )
}

/** How often each notice arrived. */
function arrivals(port: FakePlatform): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { card } of port.arrived)
    for (const block of card.blocks)
      if (block.type === 'text' && typeof block.text === 'string' && block.text.includes('|')) {
        const id = Number(block.text.split('|').at(-1))
        counts.set(id, (counts.get(id) ?? 0) + 1)
      }
  return counts
}

/** Runs processes that die, then healthy ones until nothing is due. */
async function live(setting: Setting, kills: readonly number[]) {
  const later = () => {
    setting.clock.advance({ hours: 1 })
    setting.lease.advance(3_600_000)
  }
  for (const step of kills) {
    await work(killedAt(step), setting)
    later()
  }
  for (let turn = 0; turn < 60; turn++) {
    await work(db, setting)
    const open = await db.prisma.outbox.count({
      where: { status: { in: ['waiting', 'claimed', 'unknown'] } },
    })
    if (open === 0 && turn > 0) return
    later()
  }
  throw new Error('delivery does not come to an end')
}

const faults = (...types: readonly Fault['type'][]) =>
  fc.array(
    fc.constantFrom(...types).map((type): Fault => {
      if (type === 'refused') return { type, reason: 'blocked' }
      return type === 'later' ? { type, afterMs: 1_000 } : { type }
    }),
    { maxLength: 20 },
  )
const kills = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 4 })

function setting(list: readonly Fault[], finds: boolean, failing: readonly boolean[] = []): Setting {
  const left = [...list]
  const questions = [...failing]
  const clock = new MovableClock(wednesday)
  const port = fakePlatform({
    finds,
    fault: () => left.shift() ?? { type: 'none' },
    findFails: () => questions.shift() ?? false,
  })
  return { port, clock, lease: new MovableLeaseClock(), random: seeded(list.length) }
}

const ended = () =>
  db.prisma.notice.findMany({ include: { outbox: { select: { status: true, reason: true } } } })

describe('whatever fails', () => {
  it('every notice arrives exactly once or is refused, where the platform can be asked', async () => {
    const list = faults(
      'none',
      'answer-lost',
      'request-lost',
      'throws-after',
      'throws-before',
      'later',
      'refused',
    )
    await fc.assert(
      fc.asyncProperty(
        list,
        kills,
        fc.array(fc.boolean(), { maxLength: 8 }),
        async (given, dying, failing) => {
          await truncateAll(db)
          await plan('test.plain')
          const world = setting(given, true, failing)
          await live(world, dying)
          const counts = arrivals(world.port)
          for (const notice of await ended()) {
            const times = counts.get(notice.id) ?? 0
            if (notice.status === 'sent') expect(times).toBe(1)
            else {
              expect([notice.status, notice.outbox?.reason]).toEqual(['failed', 'blocked'])
              expect(times).toBe(0)
            }
          }
        },
      ),
      { numRuns: 40 },
    )
  }, 120_000)

  const blind = faults('none', 'answer-lost', 'request-lost', 'throws-before', 'later')

  it('a kind that is flagged never arrives twice where nobody can be asked, and what is in doubt says so', async () => {
    await fc.assert(
      fc.asyncProperty(blind, kills, async (given, dying) => {
        await truncateAll(db)
        await plan('test.flagged')
        const world = setting(given, false)
        await live(world, dying)
        const counts = arrivals(world.port)
        for (const notice of await ended()) {
          const times = counts.get(notice.id) ?? 0
          if (notice.status === 'sent') expect(times).toBe(1)
          else {
            expect([notice.status, notice.outbox?.reason]).toEqual(['failed', 'unknown'])
            expect(times).toBeLessThanOrEqual(1)
          }
        }
      }),
      { numRuns: 25 },
    )
  }, 120_000)

  it('a kind that is repeated always arrives, and what may have arrived twice says so', async () => {
    await fc.assert(
      fc.asyncProperty(blind, kills, async (given, dying) => {
        await truncateAll(db)
        await plan('test.plain')
        const world = setting(given, false)
        await live(world, dying)
        const counts = arrivals(world.port)
        for (const notice of await ended()) {
          expect(notice.status).toBe('sent')
          const times = counts.get(notice.id) ?? 0
          expect(times).toBeGreaterThanOrEqual(1)
          if (times > 1) expect(notice.outbox?.reason).toBe('repeated')
        }
      }),
      { numRuns: 25 },
    )
  }, 120_000)
})

describe('several processes on one database', () => {
  it('share the work and tell each person once', async () => {
    const many = 150
    await addPeople(db, many)
    await want(
      db,
      's:1',
      Array.from({ length: many * 2 }, (_, index) => ({
        recipientId: (index % many) + 1,
        rung: `${Math.floor(index / many)}`,
      })),
      wednesday,
    )
    const random = seeded(7)
    const pick = (): Fault =>
      ({ type: random() < 0.2 ? 'answer-lost' : random() < 0.1 ? 'later' : 'none', afterMs: 1_000 }) as Fault
    const clock = new MovableClock(wednesday)
    const lease = new MovableLeaseClock()
    const port = fakePlatform({
      fault: pick,
      during: () => new Promise((resolve) => setTimeout(resolve, random() * 3)),
    })
    const world = { port, clock, lease, random }
    for (let turn = 0; turn < 10; turn++) {
      await Promise.all([work(db, world, 7), work(db, world, 7), work(db, world, 7)])
      clock.advance({ minutes: 1 })
    }
    const counts = arrivals(port)
    expect(counts.size).toBe(many * 2)
    expect([...counts.values()].filter((times) => times !== 1)).toEqual([])
    expect(port.arrived.length).toBe(many)
    expect(await db.prisma.notice.count({ where: { status: 'sent' } })).toBe(many * 2)
    expect(await db.prisma.outbox.count()).toBe(many)
  })

  it('send each notice at most once while features cancel, move and want them again', async () => {
    const many = 30
    await addPeople(db, many)
    const random = seeded(11)
    const clock = new MovableClock(wednesday)
    const world = {
      port: fakePlatform({
        fault: () => ({ type: random() < 0.2 ? 'answer-lost' : 'none' }),
        during: () => new Promise((resolve) => setTimeout(resolve, random() * 5)),
      }),
      clock,
      lease: new MovableLeaseClock(),
      random,
    }
    const person = (id: number, minutes: number | null) =>
      want(
        db,
        `s:${id}`,
        minutes === null ? [] : [{ recipientId: id, dueAt: clock.now().add({ minutes }) }],
        clock.now(),
      )
    const meddle = async () => {
      for (let turn = 0; turn < 15; turn++) {
        const chance = random()
        const id = 1 + Math.floor(random() * many)
        await person(id, chance < 0.3 ? null : chance < 0.6 ? 1 : 0)
      }
    }
    for (let id = 1; id <= many; id++) await person(id, 0)
    for (let turn = 0; turn < 8; turn++) {
      await Promise.all([work(db, world, 4), meddle(), work(db, world, 4), meddle()])
      clock.advance({ minutes: 1 })
    }
    await live(world, [])
    const counts = arrivals(world.port)
    for (const notice of await ended()) {
      const sent = notice.status === 'sent'
      expect([notice.id, counts.get(notice.id) ?? 0]).toEqual([notice.id, sent ? 1 : 0])
      expect(['sent', 'cancelled']).toContain(notice.status)
    }
    expect(counts.size).toBeGreaterThan(many / 2)
  }, 60_000)
})
