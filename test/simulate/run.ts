// One seed: the year without a fault, then the same year with all of them, and what the two must have in common.

import { type FaultKind, faultKinds } from './chaos.ts'
import { at, withoutRealTime } from './clock.ts'
import type { FindingKind } from './features/feature.ts'
import { notesProgramme } from './features/notes.ts'
import { knownYear } from './japan.ts'
import { type Finding, Observer } from './observer.ts'
import { noticesOf, stateOf } from './state.ts'
import { World } from './world.ts'
import { Year, type YearOptions } from './year.ts'

export interface RunOptions extends YearOptions {
  readonly seed: number
  readonly faults: 'all' | 'none' | readonly FaultKind[]
  readonly trace?: (line: string) => void
  readonly rereads?: boolean
}

export interface Result {
  readonly seed: number
  readonly staff: number
  readonly year: number
  readonly sent: number
  readonly lost: number
  readonly doubled: number
  readonly misdirected: number
  readonly untimely: number
  /** Promises of the programmes that were not kept. */
  readonly broken: number
  readonly flagged: number
  readonly repeatedByPolicy: number
  readonly latest: readonly [number, number]
  /** Notices that arrived, by their kind. */
  readonly kinds: Readonly<Record<string, number>>
  readonly faults: Readonly<Record<FaultKind, number>>
  /** Lines by which the domain state differs from the fault-free run's. */
  readonly differences: number
  readonly events: number
  readonly deaths: number
  readonly ticks: number
  /** Instructions that the product gave up, and said so; they were given anew. */
  readonly givenUp: number
  readonly explained: Readonly<Record<string, number>>
  /** What the product called an error in the fault-free run. */
  readonly errors: number
  /** Of processor time. */
  readonly seconds: number
  /** Two runs of one seed have the same. */
  readonly digest: string
  readonly findings: readonly string[]
}

/** So many seeds share a city: its year without a fault is lived once, and each of them has faults of its own. */
const seedsPerCity = 8
export const cityOf = (seed: number) => Math.ceil(seed / seedsPerCity)

/** A year that was lived through, without its database. */
interface Lived {
  readonly state: readonly string[]
  readonly notices: ReadonlyMap<string, string>
  readonly findings: readonly Finding[]
  readonly sent: number
  readonly repeatedByPolicy: number
  readonly latest: readonly [number, number]
  /** Notices that arrived, by their kind. */
  readonly kinds: Readonly<Record<string, number>>
  readonly flagged: number
  readonly explained: Readonly<Record<string, number>>
  readonly faults: Readonly<Record<FaultKind, number>>
  readonly errors: ReadonlyMap<string, number>
  readonly events: number
  readonly deaths: number
  readonly ticks: number
  readonly givenUp: number
  readonly digest: string
}

async function live(options: RunOptions, kinds: readonly FaultKind[]): Promise<Lived> {
  const observer = new Observer()
  const world = await World.open({
    city: cityOf(options.seed),
    faults: kinds.length > 0 ? { seed: options.seed, kinds } : undefined,
    start: at(`${options.year}-04-20T09:00`),
    extra: notesProgramme,
    arrived: observer.hear,
    ...(options.rereads && { rereads: true }),
    ...(options.trace && { trace: options.trace }),
  })
  try {
    const year = new Year(world, observer, options)
    await year.start()
    await year.live()
    const { flagged, explained } = await observer.close(world)
    const { findings, sent, repeatedByPolicy, latest, kinds } = observer
    const { errors, events, deaths, ticks, givenUp, digest } = world
    const state = await stateOf(world, year.features)
    const notices = await noticesOf(world, year.features)
    const told = {
      findings,
      sent,
      repeatedByPolicy,
      latest,
      kinds,
      flagged,
      explained,
      faults: world.chaos.counts,
    }
    return { state, notices, ...told, errors, events, deaths, ticks, givenUp, digest }
  } finally {
    await world.close()
  }
}

let lastPlain: { readonly name: string; readonly lived: Lived } | undefined

/** The fault-free year of the seed's city; the last one is kept for the next seed. */
async function plainYear(options: RunOptions): Promise<Lived> {
  const { seed, staff, year, until, rereads } = options
  const name = JSON.stringify([cityOf(seed), staff, year, until, rereads])
  if (lastPlain?.name !== name) lastPlain = { name, lived: await withoutRealTime(() => live(options, [])) }
  return lastPlain.lived
}

/** Lines that only one of the two has. */
function differences(expected: readonly string[], found: readonly string[]): string[] {
  const count = (lines: readonly string[]) => {
    const counts = new Map<string, number>()
    for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
    return counts
  }
  const [a, b] = [count(expected), count(found)]
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((line) => a.get(line) !== b.get(line))
    .map((line) => `${a.get(line) ?? 0} → ${b.get(line) ?? 0}: ${line}`)
}

/** Ends that explain why a notice that was told without faults was not told with them. */
const explains = new Set(['sent', 'failed', 'obsolete', 'cancelled'])

export async function run(options: RunOptions): Promise<Result> {
  if (options.year !== knownYear) throw new RangeError(`the observer knows the holidays of ${knownYear} only`)
  const began = process.cpuUsage().user
  const plain = await plainYear(options)
  const { faults } = options
  const kinds = faults === 'all' ? faultKinds : faults === 'none' ? [] : faults
  const lived = kinds.length > 0 ? await withoutRealTime(() => live(options, kinds)) : plain
  const different = differences(plain.state, lived.state)
  const findings: Finding[] = [...new Set([...plain.findings, ...lived.findings])]
  if (different.length === 0)
    for (const [name, status] of plain.notices) {
      const now = lived.notices.get(name)
      if (status === 'sent' && !explains.has(now ?? ''))
        findings.push({
          what: 'lost',
          at: 'end',
          text: `${name}: told without faults, with them ${now ?? 'unknown'}`,
        })
    }
  const count = (what: FindingKind) => findings.filter((finding) => finding.what === what).length
  return {
    seed: options.seed,
    staff: options.staff,
    year: options.year,
    sent: lived.sent,
    lost: count('lost'),
    doubled: count('doubled'),
    misdirected: count('misdirected'),
    untimely: count('untimely'),
    broken: count('broken'),
    flagged: lived.flagged,
    repeatedByPolicy: lived.repeatedByPolicy,
    latest: lived.latest,
    kinds: lived.kinds,
    faults: lived.faults,
    differences: different.length,
    events: lived.events,
    deaths: lived.deaths,
    ticks: lived.ticks,
    givenUp: lived.givenUp,
    explained: lived.explained,
    errors: [...plain.errors.values()].reduce((sum, n) => sum + n, 0),
    seconds: Math.round((process.cpuUsage().user - began) / 100_000) / 10,
    digest: `${plain.digest}-${lived.digest}`,
    findings: [
      ...findings.map(({ what, at: when, text }) => `${what} ${when} ${text}`),
      ...different.map((line) => `state ${line}`),
      ...[...plain.errors].map(([line, n]) => `error ${n} × ${line}`),
    ],
  }
}

/** Whether the promises were kept. */
export const kept = ({
  lost,
  doubled,
  misdirected,
  untimely,
  broken,
  differences,
  errors,
}: Result): boolean => lost + doubled + misdirected + untimely + broken + differences + errors === 0
