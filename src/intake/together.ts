// Writes that come while one is under way go together in the next one: one statement and one wait for the disk for all
// of them ("group commit"). Before each write all that has already arrived is heard: the embedded database keeps the
// process busy until it has written, so that nothing would ever come meanwhile.
import { setImmediate } from 'node:timers/promises'

export interface Together<Item, Result> {
  /**
   * Writes all of them at once and gives each its result, in their order. Where it rejects, none was written, and all
   * who wait for it are told so.
   */
  write(items: readonly Item[]): Promise<readonly Result[]>
  /** Bytes of one of them; nothing unless told. */
  weigh?(item: Item): number
}

/** A statement stays small enough to be quick; whatever is heavier than this goes alone. */
const most = 200
const heaviest = 1024 * 1024

interface Waiting<Item, Result> {
  readonly item: Item
  readonly weight: number
  resolve(result: Result): void
  reject(reason: unknown): void
}

/** One write at a time; each call is settled with its own result once the write that it went with is committed. */
export function together<Item, Result>(options: Together<Item, Result>): (item: Item) => Promise<Result> {
  const { write, weigh = () => 0 } = options
  const waiting: Waiting<Item, Result>[] = []
  let writing = false

  /** The first in line, and those behind it that fit. */
  const take = () => {
    let count = 0
    for (let weight = 0; count < waiting.length && count < most; count += 1) {
      weight += waiting[count]?.weight ?? 0
      if (count > 0 && weight > heaviest) break
    }
    return waiting.splice(0, count)
  }

  const run = async () => {
    writing = true
    while (waiting.length > 0) {
      await setImmediate()
      const group = take()
      try {
        const results = await write(group.map(({ item }) => item))
        if (results.length !== group.length)
          throw new Error('a write gave more or fewer results than it had items')
        for (const [at, result] of results.entries()) group[at]?.resolve(result)
      } catch (error) {
        for (const each of group) each.reject(error)
      }
    }
    writing = false
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, weight: weigh(item), resolve, reject })
      if (!writing) void run()
    })
}
