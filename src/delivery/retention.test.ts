import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../test/support/database.ts'
import {
  addPeople,
  at,
  plainKind,
  quiet,
  statuses,
  tokyo,
  want,
  wednesday,
} from '../../test/support/delivery.ts'
import { fakePlatform } from '../../test/support/fake-platform.ts'
import { writeAudit } from '../db/audit.ts'
import { toDbInstant } from '../db/time.ts'
import { inTransaction } from '../db/transaction.ts'
import { writeSetting } from '../directory/settings.ts'
import { MovableClock } from '../kernel/clock.ts'
import { sendAgain } from './again.ts'
import { createDelivery } from './delivery.ts'
import { keptMonths, pruneSettled } from './retention.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(() => truncateAll(db))

const make = (port = fakePlatform(), clock = new MovableClock(wednesday)) => ({
  port,
  clock,
  timer: createDelivery({
    db,
    clock,
    zone: tokyo,
    ports: new Map([[port.platform, port]]),
    features: [{ notices: [plainKind('test.plain')] }],
    tell: async () => {},
    log: quiet,
  }),
})

describe('what is kept', () => {
  it('is what is not settled, what is young, and the audit trail', async () => {
    await addPeople(db, 5)
    await want(
      db,
      's:1',
      [1, 2, 3, 4].map((recipientId) => ({ recipientId })),
      wednesday,
    )
    await want(db, 's:2', [{ recipientId: 5, dueAt: wednesday.add({ hours: 1 }) }], wednesday)
    const { timer } = make()
    await timer.runDue()
    const old = toDbInstant(at('2025-03-09T10:00'))
    await db.prisma.notice.updateMany({ where: { recipientId: { in: [1, 2, 3] } }, data: { settledAt: old } })
    await db.prisma.outbox.updateMany({ where: { recipientId: { in: [1, 2, 3] } }, data: { settledAt: old } })
    await db.prisma.outbox.updateMany({
      where: { recipientId: 3 },
      data: { settledAt: toDbInstant(wednesday) },
    })
    const waiting = { token: '3f2c1d7e-8a35-4d5e-9a52-0b7a0d7a9d11', recipientId: 5, priority: 1 }
    await db.prisma.outbox.create({ data: { ...waiting, nextAt: old, createdAt: old } })
    await writeAudit(db.prisma, {
      at: at('2020-04-01T09:00'),
      actorId: null,
      via: 'system',
      action: 'a',
      subject: 's',
      change: {},
    })

    expect(await pruneSettled(db, tokyo, wednesday, 2)).toEqual({ notices: 3, messages: 2 })
    expect(Object.keys(await statuses(db)).map((key) => key.split(':')[3])).toEqual(['4', '5'])
    expect(
      (await db.prisma.outbox.findMany({ orderBy: { id: 'asc' } })).map((row) => row.recipientId),
    ).toEqual([3, 4, 5])
    expect(await db.prisma.audit.count()).toBe(1)
  })

  it('follows the setting of the city', async () => {
    await addPeople(db, 1)
    await want(db, 's:1', [{}], wednesday)
    await make().timer.runDue()
    const later = (months: number) =>
      wednesday.toZonedDateTimeISO(tokyo).add({ months, minutes: 1 }).toInstant()
    expect(await pruneSettled(db, tokyo, later(23))).toEqual({ notices: 0, messages: 0 })
    await inTransaction(db, (tx) => writeSetting(tx, keptMonths, 13, wednesday))
    expect(await pruneSettled(db, tokyo, later(13))).toEqual({ notices: 1, messages: 1 })
  })

  it('is looked after every night by itself', async () => {
    await addPeople(db, 1)
    await want(db, 's:1', [{}], wednesday)
    const { timer, clock } = make()
    await timer.runDue()
    clock.set(at('2029-04-01T02:19'))
    await timer.runDue()
    clock.set(at('2029-04-02T02:21'))
    await timer.runDue()
    expect(await db.prisma.notice.count()).toBe(0)
    expect(await db.prisma.outbox.count()).toBe(0)
  })
})

describe('an account that refuses', () => {
  it.each([
    ['blocked', 'blocked'],
    ['not-installed', 'uninstalled'],
    ['left', 'left'],
    ['rejected', 'active'],
  ] as const)('%s: it is %s from then on, and not written to while it is', async (reason, state) => {
    await addPeople(db, 1)
    await db.prisma.identity.create({
      data: { personId: 1, platform: 'slack', tenant: 'T2', userId: 'U1', state: 'left' },
    })
    await want(db, 's:1', [{}], wednesday)
    const refusals = [{ type: 'refused', reason } as const]
    const { timer, port } = make(fakePlatform({ fault: () => refusals.shift() ?? { type: 'none' } }))
    await timer.runDue()
    const accounts = await db.prisma.identity.findMany({ orderBy: { id: 'asc' } })
    expect(accounts.map((account) => account.state)).toEqual([state, 'left'])
    await want(db, 's:2', [{}], wednesday)
    await timer.runDue()
    expect(port.sends).toBe(state === 'active' ? 2 : 1)
    expect(await db.prisma.outbox.findMany({ orderBy: { id: 'asc' } })).toMatchObject([
      { status: 'refused', reason },
      state === 'active' ? { status: 'sent' } : { status: 'refused', reason },
    ])
    // It has been mended, and HR sends it again: both matters in one message, once.
    if (state === 'left')
      await db.prisma.identity.updateMany({ where: { tenant: 'T1' }, data: { state: 'active' } })
    const failed = state === 'active' ? 1 : 2
    expect(await inTransaction(db, (tx) => sendAgain(tx, 1, wednesday))).toHaveLength(failed)
    expect(await inTransaction(db, (tx) => sendAgain(tx, 1, wednesday))).toEqual([])
    await timer.runDue()
    await timer.runDue()
    expect(port.arrived).toHaveLength(state === 'active' ? 2 : 1)
    expect(Object.values(await statuses(db))).toEqual(['sent', 'sent'])
  })
})
