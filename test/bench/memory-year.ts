// node test/bench/memory-year.ts [--staff 100] [--json]: what a process that runs for a fiscal year holds in memory, a
// line a month, after collecting garbage: interviews of a whole city with everything that is sent in them, people who
// ask and press every day, the nightly jobs.
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Action } from '../../src/cards/card.ts'
import { actionsIn, at, importStaff, openCity, zone } from './city.ts'
import { median } from './figure.ts'
import { load } from './report.ts'
import { startYear } from './year.ts'

const { values } = parseArgs({
  options: { staff: { type: 'string', default: '100' }, json: { type: 'boolean', default: false } },
})
/** The last months beside the second to fourth: the first one fills what is kept on purpose. */
const limit = 1.1
/** Of a day: the night's jobs, the morning's reminders, and the hours in which people answer. */
const hours = ['02:45', '08:45', '11:00', '15:30']
const asking = 5

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Numbers that follow from a seed: every run is the same year. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

interface Month {
  readonly month: string
  readonly heapMb: number
  /** All of the process, the embedded database included. */
  readonly residentMb: number
  readonly sent: number
}

const say = (line: string) => {
  const out = values.json ? process.stderr : process.stdout
  out.write(`${line}\n`)
}

/** What people were sent last, and may press. */
const offered = new Map<string, readonly Action[]>()
let sent = 0
const bench = await openCity({
  staff: Number(values.staff),
  arrived: (to, card) => {
    sent += 1
    offered.set(to.user, actionsIn(card.blocks))
  },
})

function held(month: string): Month {
  collect()
  collect()
  const { heapUsed, rss } = process.memoryUsage()
  return { month, heapMb: heapUsed / 2 ** 20, residentMb: rss / 2 ** 20, sent }
}

try {
  const staff = await importStaff(bench)
  const { interviews } = await startYear(bench, staff, 0)
  say(`  ${staff.people.length} staff, ${interviews} interviews; a line a month`)
  const random = seeded(7)
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)]

  /** Somebody asks, or presses what was offered last; what is not possible any more is answered, too. */
  async function live(person: number) {
    const action = pick(offered.get(String(person)) ?? [])
    const event = action && random() < 0.6 ? { type: 'click' as const, action } : undefined
    const words = pick(['面談', 'ヘルプ', '予定', '空き']) ?? 'ヘルプ'
    const replies = await bench.tell(person, event ?? { type: 'words', text: words })
    offered.set(
      String(person),
      replies.flatMap((reply) => (reply.type === 'card' ? actionsIn(reply.card.blocks) : [])),
    )
  }

  const months: Month[] = []
  let day = bench.clock.now().toZonedDateTimeISO(zone).toPlainDate().add({ days: 1 })
  const end = Temporal.PlainDate.from('2028-04-20')
  for (; Temporal.PlainDate.compare(day, end) <= 0; day = day.add({ days: 1 })) {
    for (const hour of hours) {
      bench.clock.set(at(`${day}T${hour}`))
      await bench.city.delivery.runDue()
      if (hour > '08' && day.dayOfWeek < 6)
        for (let turn = 0; turn < asking; turn++) await live(pick(staff.people) ?? staff.hr)
    }
    if (day.day !== day.daysInMonth) continue
    const month = held(day.toPlainYearMonth().toString())
    months.push(month)
    say(
      `  ${month.month}  heap ${month.heapMb.toFixed(1).padStart(6)} MB  process ${month.residentMb.toFixed(0).padStart(5)} MB  sent ${month.sent}`,
    )
  }
  const early = months.slice(1, 4)
  const late = months.slice(-3)
  const grown = (of: 'heapMb' | 'residentMb') =>
    median(late.map((each) => each[of])) / median(early.map((each) => each[of]))
  const figure = { name: 'memory-year', staff: staff.people.length, sent, months, limit }
  const heap = grown('heapMb')
  const resident = grown('residentMb')
  const good = heap <= limit && resident <= limit
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ ...figure, heap, resident, load: load() })}\n`
      : `${good ? '✓' : '✗'} memory-year  heap × ${heap.toFixed(2)}, process × ${resident.toFixed(2)} ≤ ${limit} (the last three months beside the second to fourth; ${sent} sent)\n`,
  )
  process.exitCode = good ? 0 : 1
} finally {
  await bench.close()
  await bench.remove()
}
