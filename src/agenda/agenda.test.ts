import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../test/support/database.ts'
import { OverlapError } from '../db/errors.ts'
import { inTransaction } from '../db/transaction.ts'
import { book, bookingOf, busySpans, release } from './bookings.ts'
import { feedAddress, hasFeed, replaceFeed, revokeFeed, serveFeed } from './feeds.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
beforeEach(() => truncateAll(db))
afterAll(() => db.drop())

const at = (time: string) => Temporal.Instant.from(`2027-05-10T${time}:00+09:00`)
const meeting = (subject: string, personIds: number[], from: string, to: string) => ({
  subject,
  personIds,
  startsAt: at(from),
  endsAt: at(to),
  exclusive: true,
})

describe('bookings', () => {
  test('two at once are refused whole, and the first one stays', async () => {
    await inTransaction(db, (tx) => book(tx, meeting('meeting:1', [1, 2], '09:00', '09:30')))
    const second = inTransaction(db, (tx) => book(tx, meeting('meeting:2', [3, 2], '09:15', '09:45')))
    await expect(second).rejects.toBeInstanceOf(OverlapError)
    expect(await busySpans(db.prisma, [1, 2, 3], at('08:00'), at('12:00'))).toHaveLength(2)
  })

  test('moving keeps the row, counts up, and lets go of who is no longer in it', async () => {
    await inTransaction(db, (tx) => book(tx, meeting('meeting:1', [1, 2], '09:00', '09:30')))
    await inTransaction(db, (tx) => book(tx, meeting('meeting:1', [2, 3], '09:15', '09:45')))
    expect(await bookingOf(db.prisma, 'meeting:1', 1)).toMatchObject({ released: true, sequence: 1 })
    expect(await bookingOf(db.prisma, 'meeting:1', 2)).toMatchObject({ released: false, sequence: 1 })
    expect(await bookingOf(db.prisma, 'meeting:1', 3)).toMatchObject({ released: false, sequence: 0 })
    expect(await busySpans(db.prisma, [1], at('08:00'), at('12:00'))).toEqual([])
  })

  test('released time is free for others; releasing twice counts once', async () => {
    await inTransaction(db, (tx) => book(tx, meeting('meeting:1', [1], '09:00', '09:30')))
    await inTransaction(db, (tx) => release(tx, ['meeting:1']))
    await inTransaction(db, (tx) => release(tx, ['meeting:1']))
    await inTransaction(db, (tx) => book(tx, meeting('meeting:2', [1], '09:00', '09:30')))
    expect(await bookingOf(db.prisma, 'meeting:1', 1)).toMatchObject({ released: true, sequence: 1 })
  })
})

describe('a private feed', () => {
  const now = at('12:00')
  const source = {
    zone: 'Asia/Tokyo',
    describe: [async () => new Map([['meeting:1', { summary: '期首面談', place: '会議室' }]])],
  }
  const make = async () => {
    await db.prisma.person.create({ data: { number: '1', name: '山田 花子' } })
    return inTransaction(db, (tx) => replaceFeed(tx, 1, now))
  }

  test('shows the bookings of its owner alone, and keeps no secret', async () => {
    const secret = await make()
    await inTransaction(db, (tx) => book(tx, meeting('meeting:1', [1, 2], '09:00', '09:30')))
    await inTransaction(db, (tx) => book(tx, meeting('meeting:2', [2], '10:00', '10:30')))
    const answer = await serveFeed(db.prisma, secret, now, source)
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toBe('text/calendar; charset=utf-8')
    expect(answer.body).toContain('SUMMARY:期首面談')
    expect(answer.body.match(/BEGIN:VEVENT/g)).toHaveLength(1)
    expect(JSON.stringify(await db.prisma.feed.findMany())).not.toContain(secret)
    expect(feedAddress('https://x.example', secret)).toBe(`https://x.example/feeds/${secret}.ics`)
  })

  test('ends when it is replaced, revoked, or its owner leaves', async () => {
    const first = await make()
    const second = await inTransaction(db, (tx) => replaceFeed(tx, 1, now))
    const status = async (secret: string) => (await serveFeed(db.prisma, secret, now, source)).status
    expect(await status(first)).toBe(404)
    expect(await status(second)).toBe(200)
    await db.prisma.person.update({ where: { id: 1 }, data: { leftOn: new Date('2027-05-01') } })
    expect(await status(second)).toBe(404)
    await db.prisma.person.update({ where: { id: 1 }, data: { leftOn: null } })
    expect(await inTransaction(db, (tx) => revokeFeed(tx, 1, now))).toBe(true)
    expect(await inTransaction(db, (tx) => revokeFeed(tx, 1, now))).toBe(false)
    expect(await status(second)).toBe(404)
    expect(await hasFeed(db.prisma, 1)).toBe(false)
  })

  test('guesses of every shape find nothing', async () => {
    await make()
    for (const guess of ['', 'a'.repeat(43), '../../etc', 'あ'.repeat(43), 'a'.repeat(10_000)])
      expect((await serveFeed(db.prisma, guess, now, source)).status).toBe(404)
  })
})
