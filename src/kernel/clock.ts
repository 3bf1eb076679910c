/** Where the present moment comes from. Rules never ask it: they are given `now`. */
export interface Clock {
  now(): Temporal.Instant
}

/** The real clock, and the only place in the product that reads it. */
export const systemClock: Clock = {
  now: () => Temporal.Now.instant(),
}

/** A clock that stands still until it is moved: the playground's date and the clock of tests. */
export class MovableClock implements Clock {
  #now: Temporal.Instant

  constructor(start: Temporal.Instant) {
    this.#now = start
  }

  now(): Temporal.Instant {
    return this.#now
  }

  /** Jumps to an instant, earlier or later. */
  set(instant: Temporal.Instant): void {
    this.#now = instant
  }

  /** Moves by a duration; a day counts 24 hours, months and years go by the UTC calendar. */
  advance(duration: Temporal.Duration | Temporal.DurationLike): void {
    this.#now = this.#now.toZonedDateTimeISO('UTC').add(duration).toInstant()
  }
}
