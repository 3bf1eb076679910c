import type { Closure } from './closures.ts'

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
  /** Working days or hours of these people, or when the assembly takes them, are other ones now. */
  | { readonly type: 'calendars-changed'; readonly personIds: readonly number[] }
  /** The first tick of a local day. */
  | { readonly type: 'day-opened'; readonly on: Temporal.PlainDate }
  /**
   * Days on which everything rests were set, changed or taken back (closures.ts): what was under way on them is due as
   * many working days later. `was` and `is`: all closures before and after.
   */
  | {
      readonly type: 'closure-changed'
      readonly was: readonly Closure[]
      readonly is: readonly Closure[]
      /** The days from the first to the last that any of the changed ones covers; the end is not among them. */
      readonly from: Temporal.PlainDate
      readonly to: Temporal.PlainDate
      readonly actorId: number
      readonly flow: string
    }
