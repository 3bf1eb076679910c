// What Teams does not keep for us between two steps of a person, for another process or another start of this one: the
// form they have open, the file they were offered. Where it lies is the composition's matter.

export interface Keeping {
  /** Keeps bytes under a name for so long; what was there before gives way. */
  keep(name: string, bytes: Uint8Array, forMs: number): Promise<void>
  /** What is there and has not run out. */
  find(name: string): Promise<Uint8Array | undefined>
  forget(name: string): Promise<void>
}
