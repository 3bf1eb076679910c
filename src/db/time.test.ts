import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/support/database.ts'
import {
  fromDbDate,
  fromDbDateOrNull,
  fromDbInstant,
  fromDbInstantOrNull,
  toDbDate,
  toDbDateOrNull,
  toDbInstant,
  toDbInstantOrNull,
} from './time.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

/** Zones a host may stand in, with their offset in July as Date gives it. */
const offsets: Record<string, number> = {
  UTC: 0,
  'Asia/Tokyo': -540,
  'America/New_York': 240,
  'Pacific/Kiritimati': -840,
}

/** Runs the work as if the host stood in each zone. */
async function everywhere(work: (zone: string) => Promise<void>) {
  const before = process.env.TZ
  try {
    for (const zone of Object.keys(offsets)) {
      process.env.TZ = zone
      expect(new Date(2027, 6, 1).getTimezoneOffset()).toBe(offsets[zone]) // it did move
      await work(zone)
    }
  } finally {
    if (before === undefined) delete process.env.TZ
    else process.env.TZ = before
  }
}

describe('days and moments', () => {
  it('come back as they went, whichever they are', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 400_000 }), (days) => {
        const day = Temporal.PlainDate.from('1970-01-01').add({ days })
        expect(fromDbDate(toDbDate(day)).equals(day)).toBe(true)
        expect(toDbDate(day).toISOString().endsWith('T00:00:00.000Z')).toBe(true)
      }),
    )
    fc.assert(
      fc.property(fc.integer({ min: -4e12, max: 8e12 }), (milliseconds) => {
        const instant = Temporal.Instant.fromEpochMilliseconds(milliseconds)
        expect(fromDbInstant(toDbInstant(instant)).equals(instant)).toBe(true)
      }),
    )
  })

  it('keep null null', () => {
    for (const convert of [toDbDateOrNull, fromDbDateOrNull, toDbInstantOrNull, fromDbInstantOrNull]) {
      expect(convert(null)).toBeNull()
      expect(convert(undefined)).toBeNull()
    }
    const day = Temporal.PlainDate.from('2027-04-01')
    expect(fromDbDateOrNull(toDbDateOrNull(day))?.equals(day)).toBe(true)
    const instant = Temporal.Instant.from('2027-04-01T00:00Z')
    expect(fromDbInstantOrNull(toDbInstantOrNull(instant))?.equals(instant)).toBe(true)
  })

  it('are stored right through Prisma and through plain SQL, wherever the host stands', async () => {
    const day = Temporal.PlainDate.from('2027-04-01')
    const instant = Temporal.Instant.from('2027-03-31T15:30:00.123Z') // 1 April, 0:30 in Tokyo
    await everywhere(async (zone) => {
      const { id } = await db.prisma.section.create({
        data: { code: zone, name: zone, validFrom: toDbDate(day) },
        select: { id: true },
      })
      await db.prisma.jobRun.create({ data: { name: zone, lastAt: toDbInstant(instant) } })
      const section = await db.prisma.section.findUniqueOrThrow({ where: { id } })
      const run = await db.prisma.jobRun.findUniqueOrThrow({ where: { name: zone } })
      expect(fromDbDate(section.validFrom).toString()).toBe('2027-04-01')
      expect(fromDbInstant(run.lastAt).toString()).toBe('2027-03-31T15:30:00.123Z')
      expect(await db.prisma.section.count({ where: { id, validFrom: { lte: toDbDate(day) } } })).toBe(1)
      expect(await db.prisma.section.count({ where: { id, validFrom: { lt: toDbDate(day) } } })).toBe(0)

      const { rows } = await db.pool.query(
        `SELECT valid_from, valid_from = $2 AS same_day, last_at, last_at = $3 AS same_moment,
                to_char(last_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') AS written
         FROM section, job_run WHERE code = $1 AND job_run.name = $1`,
        [zone, toDbDate(day), toDbInstant(instant)],
      )
      expect(rows).toEqual([
        {
          valid_from: '2027-04-01',
          same_day: true,
          last_at: toDbInstant(instant),
          same_moment: true,
          written: '2027-03-31 15:30:00.123',
        },
      ])
      expect(fromDbDate(rows[0].valid_from).equals(day)).toBe(true)

      const raw = await db.prisma.$queryRaw<{ valid_from: Date; last_at: Date; due: boolean }[]>`
        SELECT valid_from, last_at, last_at <= ${toDbInstant(instant)} AS due
        FROM section, job_run WHERE code = ${zone} AND job_run.name = ${zone}`
      expect(raw.map((row) => fromDbDate(row.valid_from).toString())).toEqual(['2027-04-01'])
      expect(raw.map((row) => fromDbInstant(row.last_at).toString())).toEqual(['2027-03-31T15:30:00.123Z'])
      expect(raw.map((row) => row.due)).toEqual([true])
    })
  })
})
