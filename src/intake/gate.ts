// How many events are worked on at once. What has only just arrived is recorded first (that is what a platform waits
// three seconds for): meanwhile one event at a time is worked on. What a person waits for with a dialog open goes before
// what is answered by a message. Between any two the network is listened to: on the embedded database, which answers
// within the same turn, one handler after the other would otherwise keep the process from hearing anything at all.
import { setImmediate } from 'node:timers/promises'

export interface Gate {
  /** Runs the work when there is room for it. */
  pass<Result>(urgent: boolean, work: () => Promise<Result>): Promise<Result>
}

/** `pressed`: others wait to be recorded. */
export function createGate(atOnce: number, pressed: () => boolean = () => false): Gate {
  let inside = 0
  const urgentOnes: (() => void)[] = []
  const others: (() => void)[] = []
  const hasRoom = () => inside < (pressed() ? 1 : atOnce)
  const letIn = () => {
    while (hasRoom()) {
      const next = urgentOnes.shift() ?? others.shift()
      if (!next) return
      inside += 1
      next()
    }
  }
  return {
    async pass(urgent, work) {
      const turn = new Promise<void>((enter) => (urgent ? urgentOnes : others).push(enter))
      letIn()
      await turn
      try {
        await setImmediate()
        return await work()
      } finally {
        inside -= 1
        letIn()
      }
    },
  }
}
