// npm run simulate:mutations [-- --only part-of-a-name]: takes one safeguard out of a copy of the source at a time and
// shows that the simulation notices. Exit 1 when one is not noticed, or when the untouched copy fails.
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

interface Mutation {
  readonly name: string
  /** Each must be found in its file or folder; a mutation that no longer finds its place is an error, not a pass. */
  readonly changes: readonly (readonly [place: string, from: string | RegExp, to: string])[]
  /** What tries it: those kinds alone, so that it is tried often enough to be no matter of luck. */
  readonly faults?: string
  readonly noticedAs: readonly ('lost' | 'doubled' | 'misdirected' | 'untimely' | 'broken' | 'differences')[]
}

const mutations: readonly Mutation[] = [
  {
    name: 'the unique key of a notice',
    changes: [
      [
        'prisma/migrations',
        'CREATE UNIQUE INDEX "notice_subject_key_key"',
        'CREATE INDEX "notice_subject_key_key"',
      ],
      ['src/delivery/planner.ts', /ON CONFLICT \(subject, key\)[^`]*::timestamptz\)\)/, ')'],
    ],
    noticedAs: ['doubled'],
  },
  {
    name: 'the fence of a claim',
    changes: [['src/delivery/outbox.ts', 'o.fence = x.fence AND ', '']],
    faults: 'stalled,stalled-crosswise',
    noticedAs: ['doubled'],
  },
  {
    name: 'the question whether an unknown message arrived',
    changes: [
      [
        'src/delivery/dispatcher.ts',
        'await inTime(port.find(address, each.token), sendTimeoutMs)',
        'await Promise.resolve(null)',
      ],
    ],
    faults: 'answer-lost,connection-broke,kill-after-send',
    noticedAs: ['doubled'],
  },
  {
    name: 'the shift into working hours',
    changes: [['src/delivery/hours.ts', /return toWorkingTime\(calendar, zone, now\)/, 'return now']],
    noticedAs: ['untimely'],
  },
  {
    name: 'the pace of a workspace',
    changes: [
      [
        'src/delivery/dispatcher.ts',
        'const turns = await pace.take(asking, clock.now())',
        'const turns = new Map(asking.map((each) => [each.id, { go: true, at: clock.now() }]))',
      ],
      ['src/delivery/dispatcher.ts', 'until = departures.leave(to, clock.now())', 'until = undefined'],
    ],
    noticedAs: ['broken'],
  },
]

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    staff: { type: 'string', default: '30' },
    seed: { type: 'string', default: '11' },
    until: { type: 'string', default: '2027-06-18' },
  },
})
const say = (line: string) => process.stdout.write(`${line}\n`)
const root = path.resolve(import.meta.dirname, '../..')

/** The last line of a simulation of the tree in `folder`, and how it ended. */
function simulate(
  folder: string,
  faults = 'all',
): { status: number | null; counts: Record<string, number>; output: string } {
  const args = ['--staff', values.staff, '--seed', values.seed, '--until', values.until, '--faults', faults]
  const { status, stdout, stderr } = spawnSync(process.execPath, ['test/simulate/main.ts', ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  const last = stdout.trim().split('\n').at(-1) ?? ''
  const counts = last.startsWith('{') ? (JSON.parse(last) as Record<string, number>) : {}
  return { status, counts, output: `${stdout}${stderr}` }
}

function copyOf(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'hagukumi-mutation-'))
  for (const part of ['src', 'test', 'prisma', 'package.json'])
    cpSync(path.join(root, part), path.join(folder, part), { recursive: true })
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  return folder
}

function mutate(folder: string, { changes, name }: Mutation): void {
  for (const [place, from, to] of changes) {
    const whole = path.join(folder, place)
    const files = statSync(whole).isDirectory()
      ? readdirSync(whole, { recursive: true, encoding: 'utf8' })
          .filter((file) => file.endsWith('.sql'))
          .map((file) => path.join(whole, file))
      : [whole]
    const changed = files.filter((file) => {
      const text = readFileSync(file, 'utf8')
      const without = text.replace(from, () => to)
      if (without !== text) writeFileSync(file, without)
      return without !== text
    })
    if (changed.length === 0) throw new Error(`${name}: nothing to take out in ${place} any more`)
  }
}

let missed = 0
const cases: readonly (Mutation | undefined)[] = [undefined, ...mutations]
for (const mutation of cases) {
  const name = mutation?.name ?? 'nothing'
  if (!name.includes(values.only)) continue
  const folder = copyOf()
  try {
    if (mutation) mutate(folder, mutation)
    const { status, counts, output } = simulate(folder, mutation?.faults)
    const caught = mutation?.noticedAs.filter((what) => (counts[what] ?? 0) > 0) ?? []
    const right = mutation ? status === 1 && caught.length > 0 : status === 0
    if (!right) missed += 1
    const seen = caught.map((what) => `${counts[what]} ${what}`).join(', ')
    say(
      `${right ? 'as it should be' : 'NOT NOTICED'}: without ${name}: exit ${status}${seen ? `, ${seen}` : ''}`,
    )
    if (!right) say(output.split('\n').slice(-15).join('\n'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
process.exit(missed === 0 ? 0 : 1)
