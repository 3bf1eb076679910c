/** A stretch of time, [start, end). */
export interface Span {
  readonly start: Temporal.Instant
  readonly end: Temporal.Instant
}

export const before = (a: Temporal.Instant, b: Temporal.Instant): boolean =>
  Temporal.Instant.compare(a, b) < 0

/** Whether two stretches share a moment; one that ends as the other begins does not. */
export const overlaps = (a: Span, b: Span): boolean => before(a.start, b.end) && before(b.start, a.end)
