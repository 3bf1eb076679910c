// Figures that are programs of their own, since each wants a process, a clock or a database to itself.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Figure } from './figure.ts'

interface Command {
  readonly names: readonly string[]
  /** Minutes rather than seconds: only with --long, or asked for by name. */
  readonly long?: true
  readonly args: readonly string[]
  /** What its control is. */
  readonly control?: string
  /** What has to be there first; what is not is said. */
  readonly needs?: { readonly file: string; readonly how: string }
  /** Asks for a PostgreSQL of its own. */
  readonly onServer?: true
  // biome-ignore lint/suspicious/noExplicitAny: what a program of ours printed
  readonly figures: (said: any) => readonly Figure[]
}

const figure = (name: string, unit: Figure['unit'], value: number, target: number, control?: number) => ({
  name,
  unit,
  value,
  target,
  ...(control !== undefined && { control }),
})

/** Nearly all that the platform permits, and hardly ever more than it takes. */
function paced(platform: 'teams' | 'slack', count: number, how: 'moved' | 'real'): Command {
  const name = `paced-${platform}-${count}${how === 'real' ? '-real-time' : ''}`
  return {
    names: [name, `${name}-refused`, ...(how === 'real' ? [`${name}-answers`] : [])],
    ...((how === 'real' || count > 1_000) && { long: true as const }),
    args: [
      'paced.ts',
      '--platform',
      platform,
      '--count',
      String(count),
      ...(how === 'moved' ? ['--virtual'] : []),
    ],
    ...(how === 'real' && { onServer: true as const }),
    control: 'the whole rate',
    figures: ({ share, refused, answerP99Ms }) => [
      { ...figure(name, '%', share * 100, 98, 100), atLeast: true },
      figure(`${name}-refused`, '%', (refused * 100) / count, 0.1),
      ...(how === 'real' ? [figure(`${name}-answers`, 'ms', answerP99Ms, 100)] : []),
    ],
  }
}

const commands: readonly Command[] = [
  {
    names: ['dispatch'],
    args: ['dispatch.ts'],
    onServer: true,
    control: 'by its own processor time',
    figures: ({ perSecond, perOwnSecond }) => [
      { ...figure('dispatch', '/s', perSecond, 2_000, perOwnSecond), atLeast: true },
    ],
  },
  paced('teams', 1_000, 'moved'),
  paced('slack', 1_000, 'moved'),
  paced('teams', 10_000, 'moved'),
  paced('slack', 10_000, 'moved'),
  paced('teams', 1_000, 'real'),
  paced('slack', 1_000, 'real'),
  {
    names: ['tick-million'],
    long: true,
    args: ['tick-million.ts'],
    control: 'with a thousand planned',
    figures: ({ ratio }) => [figure('tick-million', '×', ratio, 1.2, 1)],
  },
  {
    names: ['memory-year-heap', 'memory-year-process'],
    long: true,
    args: ['memory-year.ts'],
    control: 'second to fourth month',
    figures: ({ heap, resident, limit }) => [
      figure('memory-year-heap', '×', heap, limit, 1),
      figure('memory-year-process', '×', resident, limit, 1),
    ],
  },
  {
    names: ['peers-drain', 'peers-enqueue', 'peers-enqueue-one'],
    long: true,
    args: ['peers/main.ts'],
    onServer: true,
    control: 'the faster of pg-boss and graphile-worker',
    needs: { file: 'peers/node_modules', how: 'cd test/bench/peers && npm ci' },
    figures: ({ ratios }) => [
      { ...figure('peers-drain', '×', ratios.drain, 1, 1), atLeast: true },
      { ...figure('peers-enqueue', '×', ratios.enqueue, 1.2, 1), atLeast: true },
      { ...figure('peers-enqueue-one', '×', ratios.single, 1.2, 1), atLeast: true },
    ],
  },
]

export interface Running {
  readonly only: string
  readonly long: boolean
  readonly database?: string | undefined
  readonly say: (line: string) => void
  readonly tell: (figure: Figure, control?: string) => void
}

/** What the program printed, also where it ended with 1: a target that is missed is a figure, too. */
const run = (args: readonly string[]) =>
  new Promise<string>((resolve, reject) => {
    const child = execFile(process.execPath, [...args], { maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      if (error && error.code !== 1) reject(new Error(`${args[0]} failed: ${stderr || error.message}`))
      else resolve(stdout)
    })
    child.stdin?.end()
    // What takes minutes says how far it is.
    child.stderr?.pipe(process.stderr)
  })

export async function runCommands({ only, long, database, say, tell }: Running): Promise<void> {
  for (const command of commands) {
    const { names, args, needs, onServer, control } = command
    if (!names.some((name) => name.includes(only))) continue
    if (command.long && !long && only === '') continue
    if (needs && !existsSync(path.join(import.meta.dirname, needs.file))) {
      say(`  ${names.join(', ')}: not measured, what they need is not installed (${needs.how})`)
      continue
    }
    const [file = '', ...rest] = args
    const all = [path.join(import.meta.dirname, file), ...rest, '--json']
    const said = await run([...all, ...(onServer && database ? ['--database', database] : [])])
    // Without a PostgreSQL it says so, and nothing else.
    const last = said.trim().split('\n').at(-1)
    if (!last)
      say(`  ${names.join(', ')}: not measured, no PostgreSQL is named (--database URL) or installed`)
    else for (const each of command.figures(JSON.parse(last))) tell(each, control)
  }
}
