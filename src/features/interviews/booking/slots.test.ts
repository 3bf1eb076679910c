import fc from 'fast-check'
import { expect, test } from 'vitest'
import { overlaps, type Span } from '../../../agenda/span.ts'
import { cityCalendar, isWorkingDay } from '../../../kernel/calendar.ts'
import { proposeSlots } from './slots.ts'

const zone = 'Asia/Tokyo'
const first = Temporal.PlainDate.from('2027-04-20')
const time = fc
  .integer({ min: 0, max: 95 })
  .map((n) => new Temporal.PlainTime(Math.floor(n / 4), (n % 4) * 15))
const request = fc.record({
  from: fc.integer({ min: 0, max: 40 }).map((days) => first.add({ days })),
  days: fc.integer({ min: 0, max: 20 }),
  weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 })).map((days) => new Set(days)),
  hours: fc.record({ from: time, to: time }),
  minutes: fc.integer({ min: 5, max: 180 }),
  lunch: fc.boolean(),
})
const busy = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 60 * 24 * 60 }), fc.integer({ min: 1, max: 600 }))
    .map(([from, length]): Span => {
      const start = first.toZonedDateTime(zone).toInstant().add({ minutes: from })
      return { start, end: start.add({ minutes: length }) }
    }),
  { maxLength: 12 },
)

test('laws: every hour on offer is open, wanted, free, to come, of the length asked for, and alone', () => {
  let offered = 0
  fc.assert(
    fc.property(request, busy, fc.integer({ min: 0, max: 60 * 24 * 12 }), (wanted, taken, past) => {
      const now = first.toZonedDateTime(zone).toInstant().add({ minutes: past })
      const asked = { ...wanted, to: wanted.from.add({ days: wanted.days }) }
      const outcome = proposeSlots(asked, cityCalendar, zone, taken, now, 200)
      if (outcome.type !== 'slots') return
      offered += 1
      expect(outcome.slots.length).toBeLessThanOrEqual(200)
      outcome.slots.forEach((slot, n) => {
        const [start, end] = [slot.start, slot.end].map((each) => each.toZonedDateTimeISO(zone))
        if (!start || !end) throw new Error('a slot has two ends')
        const day = start.toPlainDate()
        expect(Temporal.PlainDate.compare(asked.from, day)).toBeLessThanOrEqual(0)
        expect(Temporal.PlainDate.compare(day, asked.to)).toBeLessThanOrEqual(0)
        expect(isWorkingDay(cityCalendar, day) && asked.weekdays.has(day.dayOfWeek)).toBe(true)
        const minute = (of: Temporal.ZonedDateTime) => of.hour * 60 + of.minute
        expect(minute(start)).toBeGreaterThanOrEqual(8 * 60 + 30)
        expect(minute(end)).toBeLessThanOrEqual(17 * 60 + 15)
        expect(minute(start)).toBeGreaterThanOrEqual(asked.hours.from.hour * 60 + asked.hours.from.minute)
        if (!asked.lunch) expect(minute(end) <= 12 * 60 || minute(start) >= 13 * 60).toBe(true)
        expect(slot.end.since(slot.start).total('minutes')).toBe(asked.minutes)
        expect(Temporal.Instant.compare(slot.start, now)).toBeGreaterThanOrEqual(0)
        expect(taken.some((each) => overlaps(each, slot))).toBe(false)
        expect(outcome.slots.slice(n + 1).some((each) => overlaps(each, slot))).toBe(false)
      })
    }),
    { numRuns: 400 },
  )
  // Not about nothing: about one request in five leaves hours to offer.
  expect(offered).toBeGreaterThan(40)
})
