// How many events are worked on at once. What has only just arrived is recorded first (that is what a platform waits
// three seconds for), and what a person waits for with a dialog open goes before what is answered by a message.

export interface Gate {
  /** Runs the work when there is room for it. */
  pass<Result>(urgent: boolean, work: () => Promise<Result>): Promise<Result>
}

export function createGate(atOnce: number): Gate {
  let inside = 0
  const urgentOnes: (() => void)[] = []
  const others: (() => void)[] = []
  return {
    async pass(urgent, work) {
      if (inside >= atOnce) await new Promise<void>((enter) => (urgent ? urgentOnes : others).push(enter))
      else inside += 1
      try {
        return await work()
      } finally {
        // The place goes straight to the next one, so that nobody slips in between.
        const next = urgentOnes.shift() ?? others.shift()
        if (next) next()
        else inside -= 1
      }
    },
  }
}
