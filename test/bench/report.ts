import { cpus, loadavg, totalmem } from 'node:os'
import type { Figure } from './figure.ts'

export interface Report {
  readonly figures: readonly Figure[]
  readonly machine: {
    readonly node: string
    readonly platform: string
    readonly cpu: string
    readonly cpus: number
    readonly memoryGb: number
    /** Processes that wanted to run in the last minute, before and after. */
    readonly load: readonly [number, number]
  }
}

const rounded = (value: number) => Number(value.toPrecision(value < 100 ? 3 : 4))

export const reportOf = (figures: readonly Figure[], loadBefore: number): Report => ({
  figures: figures.map(({ name, unit, value, target, control, atLeast }) => ({
    name,
    unit,
    value: rounded(value),
    target,
    ...(atLeast && { atLeast }),
    ...(control !== undefined && { control: rounded(control) }),
  })),
  machine: {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cpus: cpus().length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    load: [rounded(loadBefore), rounded(load())],
  },
})

export const load = (): number => loadavg()[0] ?? 0

/** One line a figure: ✓ as promised, ✗ not. */
export function lineOf({ name, unit, value, target, control, atLeast }: Figure, about?: string): string {
  const mark = (atLeast ? value >= target : value <= target) ? '✓' : '✗'
  const compared =
    control === undefined
      ? ''
      : `  (${about ?? 'control'}: ${rounded(control)} ${unit}, × ${rounded(value / control)})`
  const sign = atLeast ? '≥' : '≤'
  return `${mark} ${name.padEnd(22)} ${String(rounded(value)).padStart(7)} ${unit}  ${sign} ${target} ${unit}${compared}`
}
