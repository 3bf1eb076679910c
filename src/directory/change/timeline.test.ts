import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endFrom, type Span, type SpanWrites, setFrom, spanOn } from './timeline.ts'

const equal = (a: string, b: string) => a === b
const day = (n: number) => `2027-04-${String(n).padStart(2, '0')}`

function applied(spans: readonly Span<string>[], writes: SpanWrites<string>): Span<string>[] {
  let id = Math.max(0, ...spans.map((span) => span.id))
  const kept = spans
    .filter((span) => !writes.remove.includes(span.id))
    .map((span) => {
      const end = writes.end.find((each) => each.id === span.id)
      const replace = writes.replace.find((each) => each.id === span.id)
      return { ...span, ...(end && { to: end.to }), ...(replace && { value: replace.value }) }
    })
  for (const insert of writes.insert) {
    id += 1
    kept.push({ id, ...insert })
  }
  return kept.toSorted((a, b) => (a.from < b.from ? -1 : 1))
}

/** Spans as any sequence of changes leaves them, with gaps. */
const timelines = fc
  .uniqueArray(fc.integer({ min: 2, max: 28 }), { maxLength: 7 })
  .chain((days) =>
    fc.tuple(
      fc.constant(days.toSorted((a, b) => a - b)),
      fc.array(fc.constantFrom('a', 'b', null), { minLength: 8, maxLength: 8 }),
    ),
  )
  .map(([days, values]) =>
    days.flatMap((from, i): Span<string>[] => {
      const value = values[i] ?? null
      const next = days[i + 1]
      return value === null
        ? []
        : [{ id: i + 1, from: day(from), to: next === undefined ? null : day(next), value }]
    }),
  )
const days = fc.integer({ min: 1, max: 30 })
const values = fc.constantFrom('a', 'b', 'c', null)
const at = (spans: readonly Span<string>[], n: number) => spanOn(spans, day(n))?.value ?? null

describe('from this day on', () => {
  test('it is so from that day until the next known change, and was as it was before', () => {
    fc.assert(
      fc.property(timelines, days, values, (spans, on, value) => {
        const after = applied(spans, setFrom(spans, day(on), value, { equal }))
        const now = spanOn(spans, day(on))
        const later = spans
          .map((span) => span.from)
          .filter((from) => from > day(on))
          .toSorted()[0]
        const until = now ? now.to : (later ?? null)
        for (let n = 1; n <= 30; n++) {
          const inside = n >= on && (until === null || day(n) < until)
          expect(at(after, n)).toBe(inside ? value : at(spans, n))
        }
      }),
    )
  })

  test('rows never overlap, never have no length, and the same again changes nothing', () => {
    fc.assert(
      fc.property(timelines, fc.array(fc.tuple(days, values), { maxLength: 12 }), (spans, moves) => {
        let now: readonly Span<string>[] = spans
        for (const [on, value] of moves) {
          now = applied(now, setFrom(now, day(on), value, { equal }))
          const again = setFrom(now, day(on), value, { equal })
          expect([...again.remove, ...again.end, ...again.replace, ...again.insert]).toEqual([])
        }
        for (const [i, span] of now.entries()) {
          if (span.to !== null) expect(span.from < span.to).toBe(true)
          const next = now[i + 1]
          if (next) expect(span.to !== null && span.to <= next.from).toBe(true)
        }
      }),
    )
  })

  test('a transfer taken back on its own day leaves one row, as if it had never been', () => {
    const spans = [{ id: 1, from: day(1), to: null, value: 'a' }]
    const there = applied(spans, setFrom(spans, day(9), 'b', { equal }))
    const back = applied(there, setFrom(there, day(9), 'a', { equal }))
    expect(there).toHaveLength(2)
    expect(back).toEqual(spans)
  })

  test('leaving ends what holds and takes away what was to come', () => {
    fc.assert(
      fc.property(timelines, days, (spans, on) => {
        const after = applied(spans, endFrom(spans, day(on)))
        for (let n = 1; n <= 30; n++) expect(at(after, n)).toBe(n < on ? at(spans, n) : null)
      }),
    )
  })
})
