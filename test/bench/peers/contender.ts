// What each queue is asked to do. The work is the same: a job for each notice, with a key that is
// unique while it waits, written together with a row of the business in one transaction; then every job claimed, and its completion recorded where the claim still holds.
import type { Tx } from '../../../src/db/transaction.ts'

export interface Contender {
  readonly name: string
  /** Enqueues these jobs inside the business' transaction. `first`: the number of the first, each used once. */
  enqueue(tx: Tx, first: number, count: number): Promise<void>
  /** Makes what was enqueued ready to be claimed; does nothing where it is. */
  ready?(): Promise<void>
  /** Claims and completes all, with nothing to do between. Resolves when the last completion is recorded. */
  drain(count: number): Promise<void>
  /** Forgets everything, and leaves the tables as new. */
  clear(): Promise<void>
  close(): Promise<void>
}

/** What makes a job unique, so that planning again plans nothing twice: everybody has one of the same length. */
export const keyOf = (notice: number): string => `bench.told:bench:${notice}:${notice}:-7:bench`

/** Loops that drain side by side where the queue leaves that to its user: as many as the machine can feed. */
export const loops = 2
export const batch = 1_000
