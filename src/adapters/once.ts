// One delivery of a platform, worked on once in this process: a retry that comes while the first is under way, or shortly
// after, waits for the same answer. What other processes and restarts know is the core's inbox.
import type { InboundEvent, Reply } from '../chat/chat.ts'

/** The core's door: `intake.receive`. */
export type Receive = (event: InboundEvent, recorded: () => void) => Promise<readonly Reply[]>

interface Under {
  /** Whether the core has it on disk. */
  readonly recorded: Promise<boolean>
  readonly replies: Promise<readonly Reply[]>
}

/** Deliveries whose answer this process remembers: longer than any platform's last retry comes. */
const rememberedMs = 10 * 60_000
const mostRemembered = 5_000

/** Hands an event to the core unless this process is at it already, or was a moment ago (`first` is false then). */
export function createOnce(receive: Receive): (event: InboundEvent) => Under & { readonly first: boolean } {
  const under = new Map<string, Under & { readonly since: number }>()
  return (event) => {
    const known = under.get(event.key)
    if (known && performance.now() - known.since < rememberedMs) return { ...known, first: false }
    const { promise: recorded, resolve } = Promise.withResolvers<boolean>()
    const answered = receive(event, () => resolve(true)).finally(() => resolve(false))
    const entry = { recorded, replies: answered, since: performance.now() }
    under.delete(event.key)
    under.set(event.key, entry)
    // What could not be recorded is to be tried again when it comes again.
    void recorded.then((is) => {
      if (!is) under.delete(event.key)
    })
    const [oldest] = under.keys()
    if (under.size > mostRemembered && oldest !== undefined) under.delete(oldest)
    return { ...entry, first: true }
  }
}
