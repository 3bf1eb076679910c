// How fast a workspace takes messages. Slack posts no figure for it ("several hundred a minute"; 230 to 525 were seen),
// so the pace is found: it is halved when Slack asks for a pause and grows slowly while all goes well. Answers to what a
// person has just done are not held up by it; they only use up its room.

export interface Pace {
  /** Milliseconds until one more message may go; 0: now, and the place is taken. */
  take(): number
  /** A message that went past the queue. */
  count(): void
  wentWell(): void
  tooFast(): void
}

export interface PaceOptions {
  readonly ticks?: () => number
  /** Messages a minute. */
  readonly first?: number
  readonly least?: number
  readonly most?: number
  /** Messages that may go at once after a rest. */
  readonly burst?: number
}

export function createPace(options: PaceOptions = {}): Pace {
  const { ticks = () => performance.now(), first = 240, least = 30, most = 480, burst = 20 } = options
  let perMinute = first
  let room = burst
  let seen = ticks()
  /** Until when messages were told to come back: each is given a moment of its own, so that they do not crowd. */
  let turned = 0

  const refill = () => {
    const now = ticks()
    room = Math.min(burst, room + ((now - seen) * perMinute) / 60_000)
    seen = now
    return now
  }
  return {
    take() {
      const now = refill()
      if (room >= 1) {
        room -= 1
        return 0
      }
      const gap = 60_000 / perMinute
      const from = turned > now ? turned : now + (1 - room) * gap
      turned = from + gap
      return Math.max(1, Math.ceil(from - now))
    },
    count() {
      refill()
      room = Math.max(-burst, room - 1)
    },
    wentWell() {
      perMinute = Math.min(most, perMinute + 0.5)
    },
    tooFast() {
      refill()
      perMinute = Math.max(least, perMinute / 2)
      room = Math.min(room, 0)
    },
  }
}
