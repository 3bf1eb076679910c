// What becomes of an event whose handling fails after it was acknowledged, or that has to wait.
import { Registry } from 'prom-client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { freshDatabase, type TestDatabase, truncateAll } from '../../test/support/database.ts'
import { plainText } from '../../test/support/plain.ts'
import type { Card } from '../cards/card.ts'
import type { InboundEvent, Reply } from '../chat/chat.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import { MovableClock } from '../kernel/clock.ts'
import { secretOf } from '../kernel/secret.ts'
import { type Answer, action, form, openForm, say } from './handler.ts'
import { Inbox, LEASE, LeaseLost } from './inbox.ts'
import { createIntake, type Intake, type LateAnswer } from './intake.ts'
import { everyStaffMember } from './permissions.ts'
import type { NamedAnswers } from './registry.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

const start = Temporal.Instant.from('2027-05-10T01:00:00Z')
const clock = new MovableClock(start)
const leases = new MovableClock(start)
const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const secret = secretOf(Buffer.alloc(32, 9))
const card = (text: string): Card => ({ summary: '数', blocks: [{ type: 'text', text }] })
const connectionLost = () =>
  Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' })
const defect = () => new TypeError('undefined is not a function')

/** What goes wrong, one entry an attempt; nothing where there are no more. */
let before: (() => Error)[] = []
let after: (() => Error)[] = []
let attempts = 0
const fail = (faults: (() => Error)[]) => {
  const fault = faults.shift()
  if (fault) throw fault()
}

/** A number that everybody may raise. */
const counting: NamedAnswers = {
  name: 'count',
  commands: [
    {
      id: 'count.show',
      phrases: { ja: ['いくつ'], en: ['count'] },
      help: { ja: 'いまの数', en: 'the number' },
      permission: everyStaffMember,
      handle: async (): Promise<Answer> => {
        attempts += 1
        fail(before)
        return say(card('the number'))
      },
    },
  ],
  actions: {
    'count.add': action({
      effect: 'changes',
      permission: everyStaffMember,
      data: z.object({}),
      handle: async () => {
        attempts += 1
        fail(before)
        const n = await inTransaction(db, async (tx) => {
          const at = new Date(0)
          const n = Number((await tx.setting.findUnique({ where: { key: 'n' } }))?.value ?? 0) + 1
          await tx.setting.upsert({
            where: { key: 'n' },
            create: { key: 'n', value: n, updatedAt: at },
            update: { value: n },
          })
          return n
        })
        fail(after)
        return say(card(`now ${n}`))
      },
    }),
    // As most are: the answer is what the transaction gives back, and it is refused to whoever comes too late.
    'count.once': action({
      effect: 'changes',
      permission: everyStaffMember,
      data: z.object({}),
      handle: async () => {
        attempts += 1
        const answer = await inTransaction(db, async (tx) => {
          await tx.$queryRaw`SELECT id FROM person FOR UPDATE`
          if (await tx.setting.findUnique({ where: { key: 'n' } })) return say(card('too late'))
          await tx.setting.create({ data: { key: 'n', value: 1, updatedAt: new Date(0) } })
          return say(card('the first'), { id: 'count.look' })
        })
        fail(after)
        return answer
      },
    }),
    'count.look': action({
      effect: 'reads',
      permission: everyStaffMember,
      data: z.object({}),
      handle: async () => {
        fail(before)
        return say(card(`it is ${await number()}`))
      },
    }),
    'count.twice': action({
      effect: 'changes',
      permission: everyStaffMember,
      data: z.object({}),
      handle: async () => {
        const add = (key: string) => (tx: Tx) =>
          tx.setting.create({ data: { key, value: 1, updatedAt: new Date(0) } })
        await inTransaction(db, add('n'))
        await inTransaction(db, add('m'))
        return say(card('both'))
      },
    }),
    'count.form': action({
      effect: 'reads',
      opensForm: true,
      permission: everyStaffMember,
      data: z.object({}),
      handle: async () => {
        fail(before)
        return openForm({ id: 'count.set', title: 'n', submit: 'ok', cancel: 'no', fields: [] })
      },
    }),
  },
  forms: {
    'count.set': form({
      permission: everyStaffMember,
      data: z.object({}),
      handle: async () => {
        fail(before)
        return { errors: { n: '数を入れてください' } }
      },
    }),
  },
  home: async () => {
    fail(before)
    return []
  },
}

let sent: LateAnswer[] = []
let pauses: number[] = []
/** What a pause lasts until; no time at all unless told. */
let pausing: Promise<unknown> | undefined
let metrics: Registry
let intake: Intake
const open = (): Intake => {
  metrics = new Registry()
  return createIntake({
    core: { db, clock, zone: 'Asia/Tokyo', log },
    features: [counting],
    secret,
    metrics,
    leases,
    pause: async (ms) => {
      pauses.push(ms)
      await pausing
    },
    late: async (_, answer) => {
      sent.push(answer)
    },
  })
}

let keys = 0
const sender = { platform: 'slack', tenant: 'T1', user: 'U1', locale: 'ja' } as const
const click = (id: string): InboundEvent => {
  keys += 1
  return { type: 'click', key: `k${keys}`, sender, action: { id } }
}
const add = () => click('count.add')
const words = (text: string): InboundEvent => {
  keys += 1
  return { type: 'words', key: `k${keys}`, sender, text }
}
const shown = (replies: readonly Reply[]) =>
  replies.map((reply) => ('card' in reply ? plainText(reply.card) : JSON.stringify(reply))).join('\n')
const ask = async (event: InboundEvent) => shown(await intake.receive(event))
const told = () => sent.map((each) => (each.type === 'card' ? plainText(each.card) : each.file.name))
const number = async () => Number((await db.prisma.setting.findUnique({ where: { key: 'n' } }))?.value ?? 0)
const row = () => db.prisma.inbox.findFirstOrThrow()
/** So much later, another process looks. */
const later = async (duration: Temporal.DurationLike) => {
  leases.advance(duration)
  return open().recover(clock.now())
}

beforeEach(async () => {
  await truncateAll(db)
  clock.set(start)
  leases.set(start)
  before = []
  after = []
  attempts = 0
  sent = []
  pauses = []
  pausing = undefined
  for (const spy of Object.values(log)) spy.mockClear()
  const person = await db.prisma.person.create({ data: { number: '1', name: '山田 花子' } })
  await db.prisma.identity.create({
    data: { personId: person.id, platform: 'slack', tenant: 'T1', userId: 'U1' },
  })
  intake = open()
})

describe('a failure that lies in the moment', () => {
  test.each([
    ['a lost connection', connectionLost],
    ["somebody else's transaction", () => Object.assign(new Error('deadlock'), { code: '40P01' })],
    ['a database that has no room', () => Object.assign(new Error('wait'), { code: 'P2024' })],
  ])('%s: it is tried again, has one effect, and the person hears the answer alone', async (_, fault) => {
    before = [fault, fault]
    expect(await ask(add())).toBe('数\nnow 1')
    expect([attempts, pauses, await number()]).toEqual([3, [300, 1_000], 1])
    expect(await row()).toMatchObject({ status: 'done', outcome: 'changed', payload: null })
    expect([sent, log.error.mock.calls]).toEqual([[], []])
  })

  test('of a question: it is asked again', async () => {
    before = [connectionLost]
    expect(await ask(words('いくつ'))).toBe('数\nthe number')
  })

  test('after the effect was committed: it is not done twice, and said to be done', async () => {
    after = [connectionLost]
    expect(await ask(add())).toContain('すでに承っています')
    expect([attempts, await number()]).toEqual([1, 1])
    expect(await row()).toMatchObject({ status: 'done', outcome: 'changed' })
    leases.advance(LEASE)
    expect(await intake.recover(clock.now())).toBe(0)
  })

  test('after the effect was committed with its answer: what is now is shown, at once or by whoever finds it', async () => {
    after = [connectionLost]
    expect(await ask(click('count.once'))).toBe('数\nit is 1')
    expect(await row()).toMatchObject({ status: 'done', outcome: 'changed', again: { id: 'count.look' } })
    await db.prisma.setting.deleteMany()
    await db.prisma.inbox.deleteMany()
    const inbox = new Inbox({ db, secret, leases })
    const settle = vi.spyOn(Inbox.prototype, 'settle').mockImplementation(() => new Promise(() => {}))
    // The process is gone before it could say so.
    void ask(click('count.once'))
    await vi.waitFor(() => expect(settle).toHaveBeenCalled())
    settle.mockRestore()
    expect(await later(LEASE)).toBe(1)
    expect([attempts, told(), await number()]).toEqual([2, ['数\nit is 1'], 1])
    expect(await row()).toMatchObject({ status: 'done', outcome: 'changed', again: { id: 'count.look' } })
    expect(await inbox.orphans(clock.now(), { owner: true })).toEqual([])
  })

  test('after the effect was committed, and what is now cannot be shown either: it is said to be done', async () => {
    after = [connectionLost]
    before = [connectionLost]
    expect(await ask(click('count.once'))).toContain('すでに承っています')
    expect(await number()).toBe(1)
  })

  test('after rows were only locked: it is asked again, and hears what the first would have heard', async () => {
    await ask(click('count.once'))
    after = [connectionLost]
    expect(await ask(click('count.once'))).toBe('数\ntoo late')
    expect([attempts, await number()]).toEqual([3, 1])
  })

  test('that lasts is told once; the answer comes from the record, from whichever process is there', async () => {
    before = Array(6).fill(connectionLost)
    expect(await ask(add())).toContain('少し時間がかかっています')
    expect([attempts, pauses]).toEqual([4, [300, 1_000, 3_000]])
    expect(await row()).toMatchObject({ status: 'received', outcome: 'postponed' })
    expect(await later({ seconds: 29 })).toBe(0)
    expect(await later({ seconds: 1 })).toBe(1)
    expect(await later({ minutes: 1 })).toBe(0)
    expect(await later({ minutes: 1 })).toBe(1)
    expect([attempts, told()]).toEqual([6, []])
    expect(await later({ minutes: 5 })).toBe(1)
    expect([attempts, told(), await number()]).toEqual([7, ['数\nnow 1'], 1])
    expect(await later({ hours: 1 })).toBe(0)
    expect(log.error).not.toHaveBeenCalled()
  })

  test('and a clock that was set back meanwhile: it is done at the moment at which it came, not before', async () => {
    before = Array(4).fill(connectionLost)
    await ask(add())
    clock.set(start.subtract({ hours: 1 }))
    expect(await later({ seconds: 30 })).toBe(1)
    const { receivedAt, doneAt, outcome } = await row()
    expect([outcome, receivedAt, doneAt?.getTime()]).toEqual([
      'changed',
      new Date(start.epochMilliseconds),
      start.epochMilliseconds,
    ])
  })

  test('that does not end is apologised for, once, after the last attempt', async () => {
    before = Array(99).fill(connectionLost)
    await ask(add())
    for (let hour = 0; hour < 12; hour += 1) await later({ hours: 1 })
    expect(attempts).toBe(8)
    expect(told()).toEqual([expect.stringMatching(/受付番号/)])
    expect(await row()).toMatchObject({ status: 'failed', outcome: 'error', payload: null })
    expect(await number()).toBe(0)
  })

  test('of a Home is not brought later: it is opened again', async () => {
    before = []
    const sick = vi
      .spyOn(db.pool, 'query')
      .mockImplementation(((...args: unknown[]) =>
        String(args[0]).includes('FROM identity')
          ? Promise.reject(connectionLost())
          : query(...args)) as never)
    keys += 1
    const [home] = await intake.receive({ type: 'home', key: `k${keys}`, sender })
    sick.mockRestore()
    expect([home?.type, shown(home ? [home] : [])]).toEqual(['home', expect.stringContaining('受付番号')])
    expect((await row()).status).toBe('failed')
  })

  test('of a dialog: what is ready later is asked for by another press, and what needs mending is said', async () => {
    before = Array(4).fill(connectionLost)
    await ask(click('count.form'))
    before.push(...Array(4).fill(connectionLost))
    keys += 1
    await ask({ type: 'submit', key: `k${keys}`, sender, form: 'count.set', data: {}, values: {} })
    await later({ minutes: 2 })
    expect(told()).toEqual([
      expect.stringContaining('もう一度ボタンを押してください'),
      expect.stringContaining('数を入れてください'),
    ])
  })
})

const query = (...args: unknown[]) =>
  (Object.getPrototypeOf(db.pool) as { query(...args: unknown[]): unknown }).query.apply(db.pool, args)

describe('a defect', () => {
  test('is tried a few times, apologised for once, and kept in the record for whoever looks after the system', async () => {
    before = Array(99).fill(defect)
    const event = add()
    const apology = await ask(event)
    expect(apology).toMatch(/受付番号 [0-9a-f]{8}/)
    expect([attempts, pauses, sent]).toEqual([3, [500, 2_000], []])
    expect(await row()).toMatchObject({ status: 'failed', outcome: 'error', payload: null })
    expect(log.error).toHaveBeenCalledOnce()
    expect(await metrics.metrics()).toContain('hagukumi_inbound_dead_total{why="error"} 1')
    expect(await ask(event)).toBe(apology)
    expect([attempts, await later({ hours: 1 })]).toEqual([3, 0])
  })

  test('is a second transaction of one instruction: had the process died before it, nobody would have gone on', async () => {
    expect(await ask(click('count.twice'))).toBe('数\nboth')
    expect(log.error).toHaveBeenCalledExactlyOnceWith(
      expect.anything(),
      expect.stringContaining('more than one piece'),
    )
  })

  test('that shows after the effect was committed leaves the effect, and says that it was taken', async () => {
    after = [defect]
    expect(await ask(add())).toContain('すでに承っています')
    expect(await number()).toBe(1)
  })
})

describe('the fence', () => {
  test('of an attempt that was given up for lost undoes what it would still commit', async () => {
    const inbox = new Inbox({ db, secret, leases })
    const accepted = await inbox.accept(add() as never, 'f', start)
    if (accepted.type !== 'mine') throw new Error('not mine')
    const again = await inbox.again(accepted.entry)
    expect(again.type).toBe('mine')
    const late = inTransaction(db, async (tx) => {
      await tx.setting.create({ data: { key: 'late', value: 1, updatedAt: new Date(0) } })
      await inbox.noteEffect(tx, accepted.entry)
    })
    await expect(late).rejects.toBeInstanceOf(LeaseLost)
    expect(await db.prisma.setting.count()).toBe(0)
  })
})

describe('the record itself', () => {
  test('is written again where the connection was lost, and is known as our own where only its answer was', async () => {
    const lost = [false, true]
    const spy = vi.spyOn(db.pool, 'query').mockImplementation((async (...args: unknown[]) => {
      if (!String(args[0]).includes('INSERT INTO inbox') || lost.length === 0) return query(...args)
      if (lost.shift()) await query(...args)
      throw connectionLost()
    }) as never)
    const recorded = vi.fn()
    expect(shown(await intake.receive(add(), recorded))).toContain('受付番号')
    expect(recorded).not.toHaveBeenCalled()
    // Twice in a row is too much for one delivery; the platform's next one finds it recorded and without an owner.
    lost.splice(0, lost.length, true)
    expect(await ask(add())).toBe('数\nnow 1')
    spy.mockRestore()
    expect(attempts).toBe(1)
  })

  test('of many that come at once is written in a few statements, each with its own end', async () => {
    const spy = vi.spyOn(db.pool, 'query')
    const inserts = () => spy.mock.calls.filter(([sql]) => String(sql).includes('INSERT INTO inbox')).length
    const events = Array.from({ length: 50 }, () => words('いくつ'))
    const [first] = events
    if (!first) throw new Error('nobody')
    const firsts = events.map((each) => ask(each))
    // However long it takes: its second delivery is patient until the first one has its answer.
    pausing = firsts[0]
    const ends = await Promise.all([...firsts, ask(first)])
    expect(new Set(ends)).toEqual(new Set(['数\nthe number']))
    expect(inserts()).toBeLessThan(30)
    spy.mockRestore()
    expect(await db.prisma.inbox.count({ where: { status: 'done' } })).toBe(50)
  })
})

describe('an event that waits for its turn', () => {
  afterEach(() => vi.useRealTimers())

  test('longer than a lease lasts is held on to, and worked on once', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { promise: opened, resolve: openUp } = Promise.withResolvers<void>()
    const inside = Promise.withResolvers<void>()
    let busy = 0
    const slow: NamedAnswers = {
      name: 'slow',
      commands: [
        {
          id: 'slow.wait',
          phrases: { ja: ['待つ'], en: ['wait'] },
          help: { ja: '待つ', en: 'wait' },
          permission: everyStaffMember,
          handle: async () => {
            busy += 1
            if (busy === 3) inside.resolve()
            await opened
            return say(card('waited'))
          },
        },
      ],
    }
    intake = createIntake({
      core: { db, clock, zone: 'Asia/Tokyo', log },
      features: [counting, slow],
      secret,
      metrics: new Registry(),
      leases,
      pause: async () => {},
    })
    const places = db.kind === 'embedded' ? 3 : 8
    const workers = Array.from({ length: places }, () => ask(words('待つ')))
    await inside.promise
    const recorded = Promise.withResolvers<void>()
    const waiting = intake.receive(add(), () => recorded.resolve())
    await recorded.promise
    const id = (await db.prisma.inbox.findFirstOrThrow({ where: { type: 'click' } })).id
    const leasedUntil = async () =>
      (await db.prisma.inbox.findUniqueOrThrow({ where: { id } })).leasedUntil?.getTime() ?? 0
    for (let third = 0; third < 6; third += 1) {
      leases.advance({ seconds: 20 })
      vi.advanceTimersByTime(20_000)
      await vi.waitFor(async () =>
        expect(await leasedUntil()).toBe(leases.now().add(LEASE).epochMilliseconds),
      )
    }
    // Two minutes on, those at work are taken for dead, and the one that waits is not.
    const others = new Inbox({ db, secret, leases })
    const found = await others.orphans(clock.now())
    expect(found.map(({ entry }) => entry.id)).not.toContain(id)
    openUp()
    expect(shown(await waiting)).toBe('数\nnow 1')
    await Promise.all(workers)
    expect([attempts, await number()]).toEqual([1, 1])
  })
})
