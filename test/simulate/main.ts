// npm run simulate -- --staff 60 --year 2027 --seed 1 --faults all [--seeds 200 --results file] [--until day] [--trace]
// A fiscal year on the real core and a real database, with everything going wrong. The last line is one JSON object;
// the exit code is 1 when a promise was broken. The same seed goes the same way every time. With --seeds so many
// seeds from --seed on; with --results each one's line is kept there, and those that are there are not run again.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { kept, type Result, run } from './run.ts'

const { values } = parseArgs({
  options: {
    staff: { type: 'string', default: '60' },
    year: { type: 'string', default: '2027' },
    seed: { type: 'string', default: '1' },
    faults: { type: 'string', default: 'all' },
    seeds: { type: 'string', default: '1' },
    until: { type: 'string' },
    results: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
})
const say = (line: string) => process.stdout.write(`${line}\n`)
const staff = Number(values.staff)
const year = Number(values.year)
if (values.faults !== 'all' && values.faults !== 'none') throw new Error('--faults is all or none')
const faults = values.faults

const done = new Map<string, Result>()
if (values.results && existsSync(values.results))
  for (const line of readFileSync(values.results, 'utf8').split('\n').filter(Boolean)) {
    const result = JSON.parse(line) as Result
    done.set(`${result.staff} ${result.seed}`, result)
  }

const results: Result[] = []
for (let seed = Number(values.seed); seed < Number(values.seed) + Number(values.seeds); seed += 1) {
  let result = done.get(`${staff} ${seed}`)
  if (!result) {
    result = await run({
      staff,
      year,
      seed,
      faults,
      ...(values.until && { until: values.until }),
      ...(values.trace && { trace: say }),
    })
    for (const finding of result.findings.slice(0, 40)) say(`  ${finding}`)
    if (values.results) appendFileSync(values.results, `${JSON.stringify(result)}\n`)
    if (Number(values.seeds) > 1)
      say(`seed ${seed}: ${kept(result) ? 'kept' : 'BROKEN'} in ${result.seconds} s`)
  }
  results.push(result)
}

const sum = (of: (result: Result) => number) => results.reduce((total, result) => total + of(result), 0)
const [first] = results
if (!first) throw new Error('nothing was run')
const counts = Object.fromEntries(
  Object.keys(first.faults).map((kind) => [
    kind,
    sum((result) => result.faults[kind as keyof Result['faults']]),
  ]),
)
say(
  JSON.stringify({
    seed: first.seed,
    ...(results.length > 1 && { seeds: results.length }),
    staff,
    year,
    sent: sum((result) => result.sent),
    lost: sum((result) => result.lost),
    doubled: sum((result) => result.doubled),
    misdirected: sum((result) => result.misdirected),
    untimely: sum((result) => result.untimely),
    flagged: sum((result) => result.flagged),
    repeatedByPolicy: sum((result) => result.repeatedByPolicy),
    differences: sum((result) => result.differences),
    events: sum((result) => result.events),
    deaths: sum((result) => result.deaths),
    errors: sum((result) => result.errors),
    seconds: sum((result) => result.seconds),
    faults: counts,
  }),
)
// What a dead process still waited for would hold this one for half a minute.
process.exit(results.every(kept) ? 0 : 1)
