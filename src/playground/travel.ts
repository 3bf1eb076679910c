import type { MovableClock } from '../kernel/clock.ts'

export interface TravelDeps {
  readonly clock: MovableClock
  readonly zone: string
  /** Runs jobs, plans digests and sends whatever is due at the clock's present instant. */
  runDue(): Promise<void>
  /** The earliest instant after `after` at which anything is due; null when nothing is planned. */
  nextDue(after: Temporal.Instant): Promise<Temporal.Instant | null>
}

/**
 * Moves the clock to `target` through every instant at which something happens on the way: each local midnight and
 * each due time, so that reminders arrive at their own hour and in their own order. Going back is refused: what was
 * sent cannot be unsent.
 */
export async function travel(deps: TravelDeps, target: Temporal.Instant): Promise<void> {
  if (Temporal.Instant.compare(target, deps.clock.now()) < 0) throw new RangeError('time only moves forward')
  // What was asked for just now is told before the clock goes on.
  await deps.runDue()
  for (;;) {
    const now = deps.clock.now()
    const midnight = now
      .toZonedDateTimeISO(deps.zone)
      .toPlainDate()
      .add({ days: 1 })
      .toZonedDateTime(deps.zone)
    const stops = [target, midnight.toInstant()]
    const due = await deps.nextDue(now)
    if (due) stops.push(due)
    const next = stops.reduce((a, b) => (Temporal.Instant.compare(a, b) <= 0 ? a : b))
    deps.clock.set(next)
    await deps.runDue()
    if (Temporal.Instant.compare(next, target) >= 0) return
  }
}
