// What comes in, at the program as it is started: how soon it is acknowledged with its record on the disk, and how many
// at once, beside the platform's own library that keeps nothing, turn by turn in the same run.
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import http from 'node:http'
import { createServer } from 'node:net'
import { openDatabase } from '../../src/db/open.ts'
import { type Figure, median, timed } from './figure.ts'
import { launch } from './program.ts'

/** The other side of a platform, which has told the product's database of its people. */
export interface Platform {
  readonly name: 'slack' | 'teams'
  /** The library alone. */
  readonly control: string
  readonly product: Readonly<Record<string, string>>
  readonly bare: { readonly file: string; readonly env: Readonly<Record<string, string>> }
  readonly people: readonly { readonly name: string; readonly email: string }[]
  /** One signed delivery; resolves when it is acknowledged. */
  send(port: number, agent: http.Agent): Promise<void>
  /** One signed command; milliseconds until its answer is there. */
  answer?(port: number, agent: http.Agent): Promise<number>
  stop(): Promise<void>
}

interface Started {
  readonly port: number
  /** Milliseconds of processor time; undefined where Linux is not there to be asked. */
  cpuMs(): Promise<number | undefined>
  stop(): Promise<void>
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })

async function start(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  sign: RegExp,
): Promise<Started> {
  const port = await freePort()
  const child = launch(args, { ...env, PORT: String(port) })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    const hear = (part: Buffer) => {
      said += part.toString()
      if (sign.test(said)) resolve()
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', () => reject(new Error(`did not start: ${said}`)))
  })
  return {
    port,
    cpuMs: async () => {
      const text = await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => '')
      const [user, system] = text
        .slice(text.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 13)
        .map(Number)
      return user !== undefined && system !== undefined ? (user + system) * 10 : undefined
    },
    stop: () =>
      new Promise<void>((done) => {
        child.once('exit', () => done())
        child.kill('SIGTERM')
      }),
  }
}

export interface Taken {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

async function burst(platform: Platform, port: number, times: number, atOnce: number): Promise<Taken> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce })
  const taken: number[] = []
  let left = times
  const whole = await timed(() =>
    Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (left-- > 0) taken.push(await timed(() => platform.send(port, agent)))
      }),
    ),
  )
  agent.destroy()
  taken.sort((a, b) => a - b)
  return { perSecond: (times / whole) * 1000, p50: median(taken), p99: taken[Math.floor(times * 0.99)] ?? 0 }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** One after the other, each after the answer to the one before has had its time. */
async function alone(platform: Platform, port: number, times: number): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const taken: number[] = []
  for (let turn = 0; turn < times; turn += 1) {
    taken.push(await timed(() => platform.send(port, agent)))
    await pause(30)
  }
  agent.destroy()
  return median(taken)
}

async function answers(platform: Platform, port: number, times: number): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const taken: number[] = []
  for (let turn = 0; turn < times; turn += 1) taken.push((await platform.answer?.(port, agent)) ?? Number.NaN)
  agent.destroy()
  return median(taken)
}

/** Until the program has done what it was left with: its processor rests. */
async function rest(program: Started): Promise<void> {
  for (let before = await program.cpuMs(), turn = 0; turn < 120; turn += 1) {
    await pause(before === undefined ? 3_000 : 500)
    const now = await program.cpuMs()
    if (now === undefined || before === undefined || now - before < 30) return
    before = now
  }
}

export interface InboundOptions {
  /** The product's data folder. */
  readonly dir: string
  /** A PostgreSQL; the embedded database otherwise. */
  readonly url?: string
  readonly say: (line: string) => void
  /** For whoever looks where the time goes: Node's own flags. */
  readonly flags?: readonly string[]
}

/**
 * Targets (issues "Slack for real", "Microsoft Teams for real"), on PostgreSQL: acknowledged p50 ≤ 5 ms; 50 at once
 * ≥ 1,000/s, p99 ≤ 100 ms; Slack's answer to 面談 p50 ≤ 15 ms.
 */
export async function measureInbound(
  platform: Platform,
  { dir, url, say, flags = [] }: InboundOptions,
): Promise<Figure[]> {
  const db = await openDatabase({ dir, ...(url && { url }) })
  await db.prisma.person.createMany({
    data: platform.people.map((about, at) => ({ number: `B${platform.name}${at}`, ...about })),
    skipDuplicates: true,
  })
  await db.close()
  const env = {
    HAGUKUMI_DATA: dir,
    HAGUKUMI_KEY: randomBytes(32).toString('base64'),
    ...(url && { DATABASE_URL: url }),
    LOG_LEVEL: 'error',
    ...platform.product,
  }
  const product = await start([...flags, 'src/start.cjs'], env, /running/)
  const bare = await start([platform.bare.file], platform.bare.env, /listening/)
  try {
    for (const { port } of [product, bare]) await burst(platform, port, 500, 20)
    const rounds = 3
    const ours: Taken[] = []
    const theirs: Taken[] = []
    const one: number[] = []
    const bareOne: number[] = []
    const answered: number[] = []
    const cpu: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      await rest(product)
      one.push(await alone(platform, product.port, 60))
      bareOne.push(await alone(platform, bare.port, 60))
      if (platform.answer) answered.push(await answers(platform, product.port, 100))
      await rest(product)
      const before = await product.cpuMs()
      ours.push(await burst(platform, product.port, 2_000, 50))
      await rest(product)
      const after = await product.cpuMs()
      if (before !== undefined && after !== undefined) cpu.push((after - before) / 2_000)
      theirs.push(await burst(platform, bare.port, 2_000, 50))
    }
    const of = (all: readonly Taken[], part: keyof Taken) => median(all.map((each) => each[part]))
    const ms = (name: string, target: number, value: number, control?: number): Figure => ({
      name: `${platform.name}-${name}`,
      unit: 'ms',
      target,
      value,
      ...(control !== undefined && { control }),
    })
    if (cpu.length > 0)
      say(`  processor time of the program, answer included: ${median(cpu).toFixed(2)} ms a delivery`)
    return [
      ms('ack', 5, median(one), median(bareOne)),
      {
        name: `${platform.name}-acks-at-50`,
        unit: '/s',
        target: 1_000,
        atLeast: true,
        value: of(ours, 'perSecond'),
        control: of(theirs, 'perSecond'),
      },
      ms('ack-p99-at-50', 100, of(ours, 'p99'), of(theirs, 'p99')),
      ...(platform.answer ? [ms('answer', 15, median(answered))] : []),
    ]
  } finally {
    await Promise.all([product.stop(), bare.stop()])
  }
}
