// An answer on its way to a person who waits for it: past the queue, tried again for as long as somebody may still be
// waiting.
import { setTimeout as rest } from 'node:timers/promises'
import type { SendOutcome } from '../chat/chat.ts'
import type { Log } from '../kernel/log.ts'

export interface Surely {
  readonly log: Log
  readonly pause?: (ms: number) => Promise<unknown>
  readonly random?: () => number
  /** Asks whether it is there, where the platform can be asked; rejects where nobody knows. */
  readonly there?: () => Promise<boolean>
  /** It may be there already: ask first. */
  readonly doubt?: boolean
}

/** Nobody waits longer than this for the next try of an answer. */
export const longestWaitMs = 60_000
const times = 6

/** Sends until it is there, is refused, or would come too late. Rejects where `send` does. */
export async function surely(send: () => Promise<SendOutcome>, options: Surely): Promise<void> {
  const { log, pause = rest, random = Math.random, there } = options
  let { doubt = false } = options
  for (let tried = 0; tried < times; tried += 1) {
    if (doubt && there) {
      const known = await there().catch(() => undefined)
      if (known) return
      if (known === undefined) {
        await pause(2_000)
        continue
      }
    }
    const outcome = await send()
    switch (outcome.type) {
      case 'done':
        return
      case 'refused':
        log.warn({ reason: outcome.reason }, 'an answer was refused')
        return
      case 'later':
        if (outcome.afterMs > longestWaitMs) {
          log.warn({ afterMs: outcome.afterMs }, 'an answer would come too late and was not sent')
          return
        }
        await pause(outcome.afterMs)
        break
      case 'away':
        // Those who were turned away together do not come back together.
        await pause(Math.min(5_000 * 2 ** tried, longestWaitMs) * (0.75 + random() * 0.25))
        break
      case 'unknown':
        // A second one of something that cannot be asked about would be worse than none.
        if (!there) {
          log.warn('whether an answer came is not known')
          return
        }
        doubt = true
        await pause(1_000)
        break
      default:
        outcome satisfies never
    }
  }
  log.warn('an answer could not be sent')
}
