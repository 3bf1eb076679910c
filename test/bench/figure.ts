// What a figure is, and how a stretch of time is taken: medians, since other programs use the machine too.

export type Unit = 'ms' | 'MB' | '/s' | '%' | '×'

/** A value, and what the same machine needs for the least that could be done instead, measured in the same run. */
export interface Measured {
  readonly value: number
  readonly control?: number
}

export interface Figure extends Measured {
  readonly name: string
  readonly unit: Unit
  /** Not above this, unless told. */
  readonly target: number
  /** Not below the target. */
  readonly atLeast?: true
}

/** A figure that a scene can be asked for. */
export interface Bench<Scene> {
  readonly name: string
  readonly unit: Unit
  readonly target: number
  /** What is compared with, for the reader of the table. */
  readonly control?: string
  measure(scene: Scene): Promise<Measured>
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
  return (lower + upper) / 2
}

/** Milliseconds that some work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

/** The median of many times, after a few that do not count (unless told: a tenth). */
export async function medianOf(
  times: number,
  work: (turn: number) => Promise<unknown>,
  warmUp = Math.ceil(times / 10),
): Promise<number> {
  for (let turn = 0; turn < warmUp; turn++) await work(turn)
  const taken: number[] = []
  for (let turn = 0; turn < times; turn++) taken.push(await timed(() => work(warmUp + turn)))
  return median(taken)
}
