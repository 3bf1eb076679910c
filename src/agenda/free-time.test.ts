import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cityCalendar, isWorkingDay } from '../kernel/calendar.ts'
import { commonHours, freeSpans, slotsIn, without } from './free-time.ts'
import { overlaps, type Span } from './span.ts'

const zone = 'Asia/Tokyo'
const at = (text: string) => Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant()
const span = (from: string, to: string): Span => ({ start: at(from), end: at(to) })
const shown = (spans: readonly Span[]) =>
  spans.map(({ start, end }) =>
    [start, end].map((i) => i.toZonedDateTimeISO(zone).toPlainDateTime().toString().slice(5, 16)).join(' '),
  )
const day = (text: string) => Temporal.PlainDate.from(text)

describe('free time', () => {
  test('is the working hours of working days less what is booked', () => {
    // 3 to 5 May 2027 are holidays, 8 and 9 a weekend
    const free = freeSpans(cityCalendar, zone, day('2027-05-03'), day('2027-05-09'), [
      span('2027-05-06T10:00', '2027-05-06T11:00'),
      span('2027-05-06T10:30', '2027-05-06T12:00'),
      span('2027-05-07T08:00', '2027-05-07T18:00'),
    ])
    expect(shown(free)).toEqual(['05-06T08:30 05-06T10:00', '05-06T12:00 05-06T17:15'])
  })

  test('slots start on the quarter and never end late', () => {
    const slots = slotsIn([span('2027-05-06T10:07', '2027-05-06T11:10')], 30)
    expect(shown(slots)).toEqual(['05-06T10:15 05-06T10:45'])
    expect(() => slotsIn([], 0)).toThrow(RangeError)
  })

  test('hours in common; midnight is the end of the day', () => {
    const hours = (from: string, to: string) => ({
      from: Temporal.PlainTime.from(from),
      to: Temporal.PlainTime.from(to),
    })
    expect(commonHours(hours('08:30', '17:15'), hours('17:15', '19:00'))).toBeUndefined()
    expect(String(commonHours(hours('00:00', '00:00'), hours('13:00', '15:00'))?.to)).toBe('15:00:00')
  })
})

test('law: what is left lies within, touches nothing taken, and with it makes up the whole', () => {
  const minute = fc.integer({ min: 0, max: 3000 })
  const anySpan = fc
    .tuple(minute, fc.integer({ min: 1, max: 600 }))
    .map(([from, length]) => ({ from, to: from + length }))
  const toSpan = ({ from, to }: { from: number; to: number }): Span => ({
    start: Temporal.Instant.fromEpochMilliseconds(from * 60_000),
    end: Temporal.Instant.fromEpochMilliseconds(to * 60_000),
  })
  fc.assert(
    fc.property(
      anySpan,
      fc.array(anySpan, { maxLength: 8 }),
      fc.integer({ min: 5, max: 90 }),
      (one, taken, minutes) => {
        const left = without([toSpan(one)], taken.map(toSpan))
        const covered = (m: number, spans: readonly Span[]) =>
          spans.some((s) => s.start.epochMilliseconds <= m * 60_000 && m * 60_000 < s.end.epochMilliseconds)
        for (let m = one.from; m < one.to; m += 7)
          expect(covered(m, left)).toBe(!taken.some((t) => t.from <= m && m < t.to))
        const slots = slotsIn(left, minutes)
        for (const slot of slots) {
          expect(
            left.some(
              (s) =>
                slot.start.epochMilliseconds >= s.start.epochMilliseconds &&
                slot.end.epochMilliseconds <= s.end.epochMilliseconds,
            ),
          ).toBe(true)
          expect(slot.end.since(slot.start).total('minutes')).toBe(minutes)
        }
        slots.forEach((a, i) => {
          for (const b of slots.slice(i + 1)) expect(overlaps(a, b)).toBe(false)
        })
      },
    ),
  )
  expect(isWorkingDay(cityCalendar, day('2027-05-06'))).toBe(true)
})
