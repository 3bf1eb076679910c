import { Registry } from 'prom-client'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../test/support/database.ts'
import { addPeople, plainKind, quiet, tokyo, want, wednesday } from '../../test/support/delivery.ts'
import { type Fault, fakePlatform } from '../../test/support/fake-platform.ts'
import { MovableClock } from '../kernel/clock.ts'
import { createDelivery } from './delivery.ts'
import { deliveryMetrics } from './metrics.ts'
import { type Cursor, nextDueAt, plannedBetween, sentTo } from './outlook.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  await truncateAll(db)
  await addPeople(db, 2)
})

const hour = (hours: number) => wednesday.add({ hours })

describe('what will be told', () => {
  it('comes page by page in the order of time, and only for whom one may see', async () => {
    const wanted = [1, 2, 2, 2, 3, 9].map((hours, index) => ({
      recipientId: index === 1 || index === 3 ? 2 : 1,
      rung: `${index}`,
      dueAt: hour(hours),
      detail: { index },
    }))
    await want(db, 's:1', wanted, wednesday)
    const read = async (more: { recipientIds?: number[]; after?: Cursor }) => {
      const page = await plannedBetween(db.prisma, { from: hour(1), until: hour(9), limit: 2, ...more })
      return { ids: page.items.map((item) => item.detail.index), next: page.next }
    }
    const first = await read({})
    const second = await read({ after: first.next })
    const third = await read({ after: second.next })
    expect([first.ids, second.ids, third.ids]).toEqual([[0, 2], [1, 3], [4]]) // at one time in the order they were planned
    expect(third.next).toBeUndefined()
    expect((await read({ recipientIds: [2] })).ids).toEqual([1, 3])
    expect((await read({ recipientIds: [] })).ids).toEqual([])
    expect(await nextDueAt(db.prisma, hour(0))).toEqual(hour(1))
    expect(await nextDueAt(db.prisma, hour(1))).not.toEqual(hour(1))
  })
})

describe('what was told', () => {
  it('says what arrived and why something did not, latest first', async () => {
    const clock = new MovableClock(wednesday)
    const faults: Fault[] = [{ type: 'none' }, { type: 'refused', reason: 'blocked' }]
    const registry = new Registry()
    const { told } = deliveryMetrics(registry, db, clock)
    const timer = createDelivery({
      db,
      clock,
      zone: tokyo,
      ports: new Map([['slack', fakePlatform({ fault: () => faults.shift() ?? { type: 'none' } })]]),
      features: [{ notices: [plainKind('test.plain')] }],
      tell: async () => {},
      log: quiet,
      told,
    })
    for (const subject of ['s:1', 's:2', 's:3']) {
      await want(db, subject, [{}], clock.now())
      await timer.runDue()
      // Whoever has blocked the bot takes it back at once.
      await db.prisma.identity.updateMany({ data: { state: 'active' } })
      clock.advance({ hours: 1 })
    }
    await want(db, 's:4', [{ dueAt: hour(9) }], clock.now())
    const page = await sentTo(db.prisma, 1, { limit: 2 })
    expect(page.items.map((item) => [item.subject, item.status, item.reason])).toEqual([
      ['s:3', 'sent', null],
      ['s:2', 'failed', 'blocked'],
    ])
    const rest = await sentTo(db.prisma, 1, { limit: 2, before: page.next })
    expect(rest.items.map((item) => item.subject)).toEqual(['s:1'])
    expect(rest.next).toBeUndefined()
    expect((await sentTo(db.prisma, 2)).items).toEqual([])

    const metrics = await registry.metrics()
    for (const line of [
      'hagukumi_message_endings_total{ending="sent",platform="slack"} 2',
      'hagukumi_message_endings_total{ending="refused",platform="none"} 1',
      'hagukumi_messages{status="sent"} 2',
      'hagukumi_notices{status="planned"} 1',
      'hagukumi_oldest_overdue_seconds 0',
      'hagukumi_delivery_silence_seconds 3600',
    ])
      expect(metrics).toContain(line)
  })
})
