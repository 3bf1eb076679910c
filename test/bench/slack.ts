// node test/bench/slack.ts [--database postgres://…] [--json]: a signed command over HTTP, from Slack's side, at the
// program as it is started, with bare Bolt in the same run. Targets (issue "Slack for real"): acknowledged with its
// record durable first p50 ≤ 5 ms, p99 ≤ 100 ms, ≥ 1,000/s at 50 at once; the full answer p50 ≤ 15 ms, on PostgreSQL.
// Nothing here is a test: machines differ, and other programs use this one.
import { createHmac, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { openDatabase } from '../../src/db/open.ts'
import { median, timed } from './figure.ts'
import { launch } from './program.ts'

const { values } = parseArgs({
  options: { database: { type: 'string' }, json: { type: 'boolean', default: false } },
})
const secret = '0123456789abcdef0123456789abcdef'
const people = 50

/** The half of Slack that answers: who somebody is, and the addresses for answers. */
const answered = new Map<string, () => void>()
let arrived = 0
const slack = http.createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { pathname } = new URL(request.url ?? '/', 'http://slack')
  response.setHeader('content-type', 'application/json')
  const said = Buffer.concat(chunks).toString()
  const answerOf = () => {
    if (pathname === '/api/auth.test') return { ok: true, team_id: 'T1', user_id: 'U0', team: '市役所' }
    const user = new URLSearchParams(said).get('user') ?? ''
    const profile = { email: `${user.toLowerCase()}@city.example.jp` }
    return { ok: true, user: { id: user, team_id: 'T1', is_email_confirmed: true, locale: 'ja-JP', profile } }
  }
  if (pathname.startsWith('/respond/')) {
    arrived += 1
    answered.get(pathname)?.()
  }
  response.end(JSON.stringify(pathname.startsWith('/respond/') ? { ok: true } : answerOf()))
})
await new Promise<void>((resolve) => slack.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${(slack.address() as AddressInfo).port}`

let agent = new http.Agent({ keepAlive: true, maxSockets: 50 })
let serial = 0
/** One signed command; resolves when it is acknowledged. */
function command(port: number): { acknowledged: Promise<void>; answer: string } {
  serial += 1
  const answer = `/respond/${serial}`
  const body = new URLSearchParams({
    team_id: 'T1',
    user_id: `U${serial % people}`,
    channel_id: 'C1',
    command: '/hagukumi',
    text: '面談',
    trigger_id: `1.2.${serial}`,
    response_url: origin + answer,
  }).toString()
  const timestamp = Math.floor(Date.now() / 1000)
  const hmac = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')
  const acknowledged = new Promise<void>((resolve, reject) => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port,
        path: '/slack/events',
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': Buffer.byteLength(body),
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${hmac}`,
        },
      },
      (response) => {
        response.resume()
        response.on('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`answered ${response.statusCode}`)),
        )
      },
    )
    request.on('error', reject)
    request.end(body)
  })
  return { acknowledged, answer }
}

/** Nothing is left over from what was asked before, and no connection that the other side has given up. */
async function rest(): Promise<void> {
  for (let before = -1; before !== arrived; ) {
    before = arrived
    await new Promise((resolve) => setTimeout(resolve, 700))
  }
  agent.destroy()
  agent = new http.Agent({ keepAlive: true, maxSockets: 50 })
}

async function burst(port: number, times: number, atOnce: number) {
  await rest()
  const taken: number[] = []
  let left = times
  const whole = await timed(() =>
    Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (left-- > 0) taken.push(await timed(() => command(port).acknowledged))
      }),
    ),
  )
  taken.sort((a, b) => a - b)
  return { perSecond: (times / whole) * 1000, p50: median(taken), p99: taken[Math.floor(times * 0.99)] ?? 0 }
}

async function fullAnswer(port: number, times: number): Promise<number> {
  await rest()
  const taken: number[] = []
  for (let turn = 0; turn < times; turn += 1)
    taken.push(
      await timed(async () => {
        const { promise, resolve } = Promise.withResolvers<void>()
        const { acknowledged, answer } = command(port)
        answered.set(answer, resolve)
        await Promise.all([acknowledged, promise])
        answered.delete(answer)
      }),
    )
  return median(taken)
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
async function started(args: readonly string[], env: Readonly<Record<string, string>>, sign: RegExp) {
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
    stop: () =>
      new Promise<void>((done) => {
        child.once('exit', () => done())
        child.kill('SIGTERM')
      }),
  }
}

const dir = await mkdtemp(path.join(tmpdir(), 'hagukumi-bench-'))
const key = randomBytes(32).toString('base64')
const db = await openDatabase({ dir, ...(values.database && { url: values.database }) })
for (let id = 0; id < people; id += 1) {
  const about = { name: `職員 ${id}`, email: `u${id}@city.example.jp` }
  await db.prisma.person.upsert({
    where: { number: `B${id}` },
    create: { number: `B${id}`, ...about },
    update: about,
  })
}
await db.close()
const product = await started(
  ['src/start.cjs'],
  {
    HAGUKUMI_DATA: dir,
    HAGUKUMI_KEY: key,
    ...(values.database && { DATABASE_URL: values.database }),
    SLACK_BOT_TOKEN: 'xoxb-1',
    SLACK_SIGNING_SECRET: secret,
    SLACK_API_URL: `${origin}/api/`,
    LOG_LEVEL: 'error',
  },
  /running/,
)
const bare = await started(['test/bench/bare-bolt.ts'], { SIGNING_SECRET: secret }, /listening/)
try {
  for (const { port } of [product, bare]) await burst(port, 300, 10)
  const rounds = { one: [] as number[], bareOne: [] as number[], answer: [] as number[] }
  const many: { perSecond: number; p50: number; p99: number }[] = []
  const bareMany: typeof many = []
  for (let round = 0; round < 3; round += 1) {
    rounds.one.push((await burst(product.port, 400, 1)).p50)
    rounds.bareOne.push((await burst(bare.port, 400, 1)).p50)
    rounds.answer.push(await fullAnswer(product.port, 150))
    many.push(await burst(product.port, 2_000, 50))
    bareMany.push(await burst(bare.port, 2_000, 50))
  }
  const report = {
    database: values.database ? 'postgresql' : 'embedded',
    ackP50: median(rounds.one),
    bareAckP50: median(rounds.bareOne),
    answerP50: median(rounds.answer),
    at50: {
      perSecond: median(many.map((each) => each.perSecond)),
      p99: median(many.map((each) => each.p99)),
    },
    bareAt50: {
      perSecond: median(bareMany.map((each) => each.perSecond)),
      p99: median(bareMany.map((each) => each.p99)),
    },
  }
  const ms = (value: number) => `${value.toFixed(2)} ms`
  process.stdout.write(
    values.json
      ? `${JSON.stringify(report)}\n`
      : [
          `signed command → acknowledgement, on ${report.database}`,
          `  p50 ${ms(report.ackP50)} (target 5), bare Bolt ${ms(report.bareAckP50)}, × ${(report.ackP50 / report.bareAckP50).toFixed(1)}`,
          `  50 at once: ${report.at50.perSecond.toFixed(0)}/s (target 1,000), p99 ${ms(report.at50.p99)} (target 100); bare Bolt ${report.bareAt50.perSecond.toFixed(0)}/s, p99 ${ms(report.bareAt50.p99)}`,
          `full answer of 面談: p50 ${ms(report.answerP50)} (target 15)`,
          '',
        ].join('\n'),
  )
} finally {
  await Promise.all([product.stop(), bare.stop()])
  agent.destroy()
  slack.closeAllConnections()
  slack.close()
  await rm(dir, { recursive: true, force: true })
}
