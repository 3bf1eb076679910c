/**
 * What happens to people that programmes must follow. Told inside the transaction that makes it so; a listener may
 * be told twice and must then change nothing.
 */
export type DomainEvent =
  /** Joined, renamed, left, changed kind: whatever the staff list or HR changed, effective now or earlier. */
  | { readonly type: 'people-changed'; readonly personIds: readonly number[] }
  /** Posts or routes that begin or end on this day: whose evaluator may be another one from now on. */
  | {
      readonly type: 'transfer-effective'
      readonly personIds: readonly number[]
      readonly on: Temporal.PlainDate
    }
  /** A leave begins, ends or was changed. */
  | { readonly type: 'absence-changed'; readonly personIds: readonly number[] }
  /** The first tick of a local day. */
  | { readonly type: 'day-opened'; readonly on: Temporal.PlainDate }
