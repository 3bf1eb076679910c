// Effective-dated rows of one matter (a person's main post, one role of a route, a section's code) and the one
// operation on them: from this day on it is so. Pure; days are ISO strings; spans are [from, to), to null is open.

export interface Span<Value> {
  readonly id: number
  readonly from: string
  readonly to: string | null
  readonly value: Value
}

export interface SpanWrites<Value> {
  readonly remove: readonly number[]
  readonly end: readonly { readonly id: number; readonly to: string | null }[]
  readonly replace: readonly { readonly id: number; readonly value: Value }[]
  readonly insert: readonly { readonly from: string; readonly to: string | null; readonly value: Value }[]
}

const nothing = { remove: [], end: [], replace: [], insert: [] } as const

export interface SetFrom<Value> {
  readonly equal: (a: Value, b: Value) => boolean
  /** Whether a row that ends today and says the same may be continued instead of starting a new one. */
  readonly merge?: boolean
}

/** The row in force on a day. */
export const spanOn = <Value>(spans: readonly Span<Value>[], on: string): Span<Value> | undefined =>
  spans.find((span) => span.from <= on && (span.to === null || span.to > on))

/**
 * Makes the matter `value` (null: nothing) from `on` until the next change already known. What held before stays as it
 * was; what starts the same day is replaced, never shortened to no length; what starts later is left alone.
 */
export function setFrom<Value>(
  spans: readonly Span<Value>[],
  on: string,
  value: Value | null,
  { equal, merge = true }: SetFrom<Value>,
): SpanWrites<Value> {
  const now = spanOn(spans, on)
  if (value === null ? !now : now && equal(now.value, value)) return nothing
  const later = spans.filter((span) => span.from > on).map((span) => span.from)
  const until = now ? now.to : (later.toSorted()[0] ?? null)
  const before =
    value !== null && merge ? spans.find((span) => span.to === on && equal(span.value, value)) : undefined
  const opened = value === null || before ? [] : [{ from: on, to: until, value }]
  const continued = before ? [{ id: before.id, to: until }] : []
  if (!now) return { ...nothing, end: continued, insert: opened }
  if (now.from < on) return { ...nothing, end: [{ id: now.id, to: on }], insert: opened }
  if (value === null || before) return { ...nothing, remove: [now.id], end: continued }
  return { ...nothing, replace: [{ id: now.id, value }] }
}

/** From `on` nothing any more, known later changes included: somebody leaves. */
export function endFrom<Value>(spans: readonly Span<Value>[], on: string): SpanWrites<Value> {
  return {
    ...nothing,
    remove: spans.filter((span) => span.from >= on).map((span) => span.id),
    end: spans
      .filter((span) => span.from < on && (span.to === null || span.to > on))
      .map((span) => ({ id: span.id, to: on })),
  }
}
