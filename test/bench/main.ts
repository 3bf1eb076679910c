// npm run bench [-- --json] [-- --only part-of-a-name] [-- --long] [-- --database postgres://…]: the figures that the
// product promises for 3,000 staff and a year of interviews on the embedded database, what comes in over Slack and Teams
// on PostgreSQL, and how messages go out. What takes minutes is measured with --long, or when it is asked for by name.
// Nothing here is a test: machines differ.
import { parseArgs } from 'node:util'
import { importStaff, openCity } from './city.ts'
import { runCommands } from './commands.ts'
import type { Bench, Figure } from './figure.ts'
import { countAudience, openAnnouncing, queueAnnouncement } from './figures/announcements.ts'
import { roundTables } from './figures/gatherings.ts'
import { inboundFigures, takeInbound } from './figures/inbound.ts'
import {
  hrBoard,
  importPreview,
  importPreviewAgain,
  nextInterview,
  pauseEverything,
  replanCycle,
  startCycle,
  tickFew,
  tickMany,
} from './figures/inside.ts'
import { answersMeanwhile, match500, match1000, match5000, openMentored } from './figures/matching.ts'
import { memory, start } from './figures/outside.ts'
import { importReorganised } from './figures/reorganisation.ts'
import { lastSeat, selectSeats } from './figures/trainings.ts'
import { lineOf, load, reportOf } from './report.ts'
import { liveUntil, startYear } from './year.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    long: { type: 'boolean', default: false },
    database: { type: 'string' },
  },
})
const loadBefore = load()
const figures: Figure[] = []
const say = (line: string) => {
  if (!values.json) process.stdout.write(`${line}\n`)
}

const wanted = (names: readonly string[]) => names.some((name) => name.includes(values.only))
const tell = (figure: Figure, control?: string) => {
  figures.push(figure)
  say(lineOf(figure, control))
}

async function measure<Scene>(scene: Scene, ...benches: readonly Bench<Scene>[]): Promise<void> {
  for (const bench of benches) {
    if (!bench.name.includes(values.only)) continue
    const { name, unit, target, control } = bench
    tell({ name, unit, target, ...(await bench.measure(scene)) }, control)
  }
}

const ofTheCity = [
  importPreview,
  importPreviewAgain,
  tickFew,
  startCycle,
  replanCycle,
  pauseEverything,
  nextInterview,
  hrBoard,
  lastSeat,
  roundTables,
]
if (wanted([...ofTheCity, tickMany, start, memory].map(({ name }) => name))) {
  const city = await openCity()
  try {
    await measure(city, importPreview)
    const staff = await importStaff(city)
    await measure(city, importPreviewAgain, tickFew)
    const year = await startYear(city, staff, 'plan-cycle'.includes(values.only) ? 2 : 0)
    say(`  ${staff.people.length} staff, ${year.interviews} interviews, ${year.planned} planned notices`)
    await measure({ ...city, year }, startCycle, replanCycle, pauseEverything)
    await liveUntil(city, '2027-05-11T09:30')
    await measure({ ...city, staff }, nextInterview, hrBoard, lastSeat, roundTables)
    await measure(city, tickMany)
    await city.close()
    await measure({ folder: city.folder, staff }, start, memory)
  } finally {
    await city.close()
    await city.remove()
  }
}

await measure(undefined, importReorganised)

if ([countAudience, queueAnnouncement, selectSeats].some(({ name }) => name.includes(values.only))) {
  const announcing = await openAnnouncing()
  try {
    await measure(announcing, countAudience, queueAnnouncement, selectSeats)
  } finally {
    await announcing.close()
  }
}

const matching = [match500, match1000, match5000, answersMeanwhile]
if (wanted(matching.map(({ name }) => name))) {
  const mentored = await openMentored()
  try {
    await measure(mentored, ...matching)
  } finally {
    await mentored.close()
  }
}

if (wanted(inboundFigures)) await takeInbound({ only: values.only, database: values.database, say, tell })

await runCommands({ only: values.only, long: values.long, database: values.database, say, tell })

const report = reportOf(figures, loadBefore)
if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`)
else {
  const few = figures.find(({ name }) => name === tickFew.name)
  const many = figures.find(({ name }) => name === tickMany.name)
  if (few && many)
    say(`  a tick with a hundred times as much planned: × ${(many.value / few.value).toFixed(2)}`)
  const { node, platform, cpu, cpus, load: loads } = report.machine
  say(`  Node ${node}, ${platform}, ${cpus} × ${cpu}, load ${loads.join(' → ')}`)
}
