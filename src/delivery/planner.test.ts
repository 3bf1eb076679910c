import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../test/support/database.ts'
import { at, statuses, want, wednesday } from '../../test/support/delivery.ts'
import { toDbInstant } from '../db/time.ts'
import { inTransaction } from '../db/transaction.ts'
import { inFlow } from '../kernel/flow.ts'
import { noticeKey, type WantedNotice } from './notice.ts'
import { createNotices } from './planner.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(() => truncateAll(db))

const now = wednesday
const tomorrow = at('2027-03-11T08:45')
const friday = at('2027-03-12T08:45')
const notices = createNotices()
const all = () => db.prisma.notice.findMany({ orderBy: { key: 'asc' } })
const setStatus = (status: string, outboxId: number | null = null) =>
  db.prisma.notice.updateMany({
    data: {
      status,
      outboxId,
      settledAt: ['planned', 'queued'].includes(status) ? null : toDbInstant(now),
    },
  })
const message = (status: string) =>
  db.prisma.outbox.create({
    data: {
      token: crypto.randomUUID(),
      recipientId: 1,
      priority: 1,
      status,
      nextAt: toDbInstant(now),
      createdAt: toDbInstant(now),
      ...(status === 'claimed' && { leasedUntil: toDbInstant(friday) }),
      ...(status === 'unknown' && { platform: 'slack' }),
    },
  })

describe('what is wanted becomes what is planned', () => {
  it('remembers the flow that planned it, so that a press leads to the message it caused', async () => {
    await inFlow('press-1', () => want(db, 's:1', [{ rung: 'now', dueAt: tomorrow }], now))
    await want(db, 's:2', [{ rung: 'now', dueAt: tomorrow }], now)
    expect((await all()).map((row) => [row.subject, row.flow])).toEqual([
      ['s:1', 'press-1'],
      ['s:2', null],
    ])
    await inFlow('press-2', () => want(db, 's:1', [{ rung: 'now', dueAt: friday }], now))
    expect((await all())[0]?.flow).toBe('press-2')
  })

  it('adds, moves and cancels, and keeps the detail', async () => {
    await want(
      db,
      's:1',
      [
        { rung: '-3', dueAt: tomorrow },
        { rung: '-1', dueAt: friday },
      ],
      now,
    )
    await want(db, 's:1', [{ rung: '-1', dueAt: tomorrow, detail: { by: 7 } }], now)
    const rows = await all()
    expect(rows.map((row) => [row.key, row.status, row.detail])).toEqual([
      ['test.plain:s:1:1:-1:a', 'planned', { by: 7 }],
      ['test.plain:s:1:1:-3:a', 'cancelled', {}],
    ])
    expect(rows[0]?.dueAt).toEqual(toDbInstant(tomorrow))
  })

  it('leaves other subjects alone', async () => {
    await want(db, 's:1', [{ dueAt: tomorrow }], now)
    await want(db, 's:12', [{ dueAt: tomorrow }], now)
    await want(db, 's:1', [], now)
    expect(Object.values(await statuses(db))).toEqual(['cancelled', 'planned'])
  })

  it('does not tell a late joiner of rungs that are past, but plans what is due this very moment', async () => {
    await want(
      db,
      's:1',
      [
        { rung: 'past', dueAt: now.subtract({ milliseconds: 1 }) },
        { rung: 'now', dueAt: now },
      ],
      now,
    )
    expect(Object.keys(await statuses(db))).toEqual(['test.plain:s:1:1:now:a'])
  })

  it('keeps what is due and not yet sent, although it is past by now', async () => {
    await want(db, 's:1', [{ dueAt: tomorrow }], now)
    await want(db, 's:1', [{ dueAt: tomorrow }], friday)
    expect(Object.values(await statuses(db))).toEqual(['planned'])
  })

  it('plans a cancelled notice again while it is still to come, and not afterwards', async () => {
    await want(db, 's:1', [{ dueAt: tomorrow }], now)
    await want(db, 's:1', [], now)
    await want(db, 's:1', [{ dueAt: tomorrow }], friday)
    expect(Object.values(await statuses(db))).toEqual(['cancelled'])
    await want(db, 's:1', [{ dueAt: tomorrow }], now)
    expect(Object.values(await statuses(db))).toEqual(['planned'])
  })

  it.each(['sent', 'failed'])('never plans again what is %s', async (status) => {
    await want(db, 's:1', [{ dueAt: tomorrow }], now)
    await setStatus(status)
    await want(db, 's:1', [{ dueAt: friday }], now)
    await want(db, 's:1', [], now)
    expect(Object.values(await statuses(db))).toEqual([status])
  })

  it('takes a notice out of a message that still waits', async () => {
    await want(db, 's:1', [{ dueAt: now }], now)
    await setStatus('queued', (await message('waiting')).id)
    await want(db, 's:1', [{ dueAt: friday }], now)
    expect(await all()).toMatchObject([{ status: 'planned', outboxId: null, dueAt: toDbInstant(friday) }])
  })

  it.each(['claimed', 'unknown'])(
    'leaves a notice in a message that is %s: it may have arrived',
    async (status) => {
      await want(db, 's:1', [{ dueAt: now }], now)
      const { id } = await message(status)
      await setStatus('queued', id)
      await want(db, 's:1', [{ dueAt: friday }], now)
      await want(db, 's:1', [], now)
      expect(await all()).toMatchObject([{ status: 'queued', outboxId: id }])
    },
  )

  it('takes a notice that is wanted twice once, for the earlier time', async () => {
    await want(db, 's:1', [{ dueAt: friday }, { dueAt: tomorrow }], now)
    expect(await all()).toMatchObject([{ dueAt: toDbInstant(tomorrow) }])
  })
})

describe('laws, whatever the sequence', () => {
  const wanted = fc.record({
    kind: fc.constantFrom('test.a', 'test.b'),
    recipientId: fc.integer({ min: 1, max: 2 }),
    rung: fc.constantFrom('-1', '+1'),
    anchor: fc.constant('x'),
    dueAt: fc.integer({ min: 0, max: 12 }).map((hour) => wednesday.add({ hours: hour })),
  })
  const step = fc.oneof(
    fc.record({
      type: fc.constant('want' as const),
      subjects: fc.uniqueArray(
        fc.record({
          subject: fc.constantFrom('s:1', 's:2', 's:3'),
          wanted: fc.array(wanted, { maxLength: 5 }),
        }),
        { selector: (each) => each.subject, maxLength: 3 },
      ),
    }),
    // Sends, or finds overtaken, what is due.
    fc.record({ type: fc.constant('settle' as const), to: fc.constantFrom('sent', 'obsolete', 'failed') }),
    fc.record({ type: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 4 }) }),
  )

  it('plans exactly what is wanted and to come, never what was sent or failed, and touches no other subject', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        await truncateAll(db)
        let time = wednesday
        const history = new Set<string>()
        for (const each of steps) {
          if (each.type === 'wait') time = time.add({ hours: each.hours })
          else if (each.type === 'settle') {
            const due = { status: 'planned', dueAt: { lte: toDbInstant(time) } }
            if (each.to !== 'obsolete')
              for (const row of await db.prisma.notice.findMany({ where: due })) history.add(row.key)
            await db.prisma.notice.updateMany({
              where: due,
              data: { status: each.to, settledAt: toDbInstant(time) },
            })
          } else {
            const before = new Map((await all()).map((row) => [row.key, row]))
            await inTransaction(db, (tx) => notices.reconcile(tx, each.subjects, time))
            const after = new Map((await all()).map((row) => [row.key, row]))
            const expected = new Map<string, WantedNotice>()
            for (const { subject, wanted } of each.subjects)
              for (const notice of wanted) {
                const known = expected.get(noticeKey(subject, notice))
                if (!known || Temporal.Instant.compare(notice.dueAt, known.dueAt) < 0)
                  expected.set(noticeKey(subject, notice), notice)
              }
            const named = new Set<string>(each.subjects.map(({ subject }) => subject))
            for (const key of new Set([...before.keys(), ...after.keys(), ...expected.keys()])) {
              const old = before.get(key)
              const row = after.get(key)
              const wish = expected.get(key)
              if (old && !named.has(old.subject)) expect(row).toEqual(old)
              else if (history.has(key)) expect(row).toEqual(old)
              else if (!wish) expect(['cancelled', 'obsolete']).toContain(row?.status)
              else if (Temporal.Instant.compare(wish.dueAt, time) >= 0 || old?.status === 'planned')
                expect(row).toMatchObject({ status: 'planned', dueAt: toDbInstant(wish.dueAt) })
              else expect(row).toEqual(old)
            }
            // Wanting the same again changes nothing.
            await inTransaction(db, (tx) => notices.reconcile(tx, each.subjects, time))
            expect(new Map((await all()).map((row) => [row.key, row]))).toEqual(after)
          }
        }
      }),
      { numRuns: 60 },
    )
  }, 120_000)
})
