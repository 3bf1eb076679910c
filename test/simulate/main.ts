// npm run simulate -- --staff 60 --year 2027 --seed 1 --faults all
//   --seeds 1-200        so many seeds, one after the other (eight share a city); --part 1/2 takes one of two parts
//   --results file       each one's line is kept there (JSON lines), and those that are there are not run again
//   --faults none        or some alone: stalled,answer-lost
//   --until 2027-06-30   ends on that day; --trace says all that happens
//   --reread             remembers nothing that was read (reads.ts); TEST_DATABASE_URL: on that PostgreSQL server
// A fiscal year on the real core and a real database, with everything going wrong. The last line is one JSON object;
// the exit code is 1 when a promise was broken. The same seed goes the same way every time: `digest` tells.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { faultKinds } from './chaos.ts'
import { cityOf, kept, type Result, run } from './run.ts'

const { values } = parseArgs({
  options: {
    staff: { type: 'string', default: '60' },
    year: { type: 'string', default: '2027' },
    seed: { type: 'string', default: '1' },
    faults: { type: 'string', default: 'all' },
    seeds: { type: 'string' },
    part: { type: 'string', default: '1/1' },
    until: { type: 'string' },
    results: { type: 'string' },
    trace: { type: 'boolean', default: false },
    reread: { type: 'boolean', default: false },
  },
})
const say = (line: string) => process.stdout.write(`${line}\n`)
const staff = Number(values.staff)
const year = Number(values.year)
const named = values.faults.split(',').flatMap((name) => faultKinds.find((kind) => kind === name) ?? [])
const faults = values.faults === 'all' || values.faults === 'none' ? values.faults : named
if (faults === named && named.length !== values.faults.split(',').length)
  throw new Error(`--faults is all, none, or some of ${faultKinds.join(',')}`)

const pair = (text: string, between: string): [number, number] => {
  const [a = '', b = a] = text.split(between)
  return [Number(a), Number(b)]
}
const [first, last] = pair(values.seeds ?? values.seed, '-')
const [part, parts] = pair(values.part, '/')
const seeds = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter(
  (seed) => cityOf(seed) % parts === part % parts,
)
if (seeds.length === 0) throw new Error('no seeds: --seeds is like 1-200')

const nameOf = (of: Pick<Result, 'staff' | 'year' | 'seed'>) => `${of.staff} ${of.year} ${of.seed}`
const done = new Map<string, Result>()
if (values.results && existsSync(values.results))
  for (const line of readFileSync(values.results, 'utf8').split('\n').filter(Boolean)) {
    const result = JSON.parse(line) as Result
    done.set(nameOf(result), result)
  }

const results: Result[] = []
/** Seeds that came to no end. */
const threw: number[] = []
for (const seed of seeds) {
  let result = done.get(nameOf({ staff, year, seed }))
  if (!result) {
    result = await run({
      staff,
      year,
      seed,
      faults,
      ...(values.until && { until: values.until }),
      ...(values.trace && { trace: say }),
      rereads: values.reread,
    }).catch((error: unknown) => {
      say(`seed ${seed} came to no end: ${error instanceof Error ? error.stack : error}`)
      return undefined
    })
    if (!result) {
      threw.push(seed)
      continue
    }
    for (const finding of result.findings.slice(0, 40)) say(`  ${finding}`)
    if (values.results) appendFileSync(values.results, `${JSON.stringify(result)}\n`)
    if (seeds.length > 1) say(`seed ${seed}: ${kept(result) ? 'kept' : 'BROKEN'} in ${result.seconds} s`)
  }
  results.push(result)
}

const sum = (of: (result: Result) => number) =>
  Math.round(results.reduce((total, result) => total + of(result), 0))
say(
  JSON.stringify({
    seed: first,
    ...(seeds.length > 1
      ? {
          seeds: results.length,
          notKept: [...threw, ...results.filter((result) => !kept(result)).map(({ seed }) => seed)],
        }
      : { digest: results[0]?.digest }),
    staff,
    year,
    sent: sum((result) => result.sent),
    lost: sum((result) => result.lost),
    doubled: sum((result) => result.doubled),
    misdirected: sum((result) => result.misdirected),
    untimely: sum((result) => result.untimely),
    broken: sum((result) => result.broken),
    flagged: sum((result) => result.flagged),
    repeatedByPolicy: sum((result) => result.repeatedByPolicy),
    latest: [0, 1].map((i) => Math.max(...results.map((result) => result.latest[i] ?? 0))),
    differences: sum((result) => result.differences),
    events: sum((result) => result.events),
    deaths: sum((result) => result.deaths),
    givenUp: sum((result) => result.givenUp ?? 0),
    errors: sum((result) => result.errors),
    seconds: sum((result) => result.seconds),
    faults: Object.fromEntries(faultKinds.map((kind) => [kind, sum((result) => result.faults[kind] ?? 0)])),
  }),
)
// What a dead process still waited for would hold this one for half a minute.
process.exit(threw.length === 0 && results.every(kept) ? 0 : 1)
