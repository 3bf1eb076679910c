// node test/bench/teams.ts [--database postgres://…]: a signed activity, from Teams' side, at the program as it is
// started, with the bare SDK in the same run. Targets (issue "Microsoft Teams for real"): acknowledged with its record
// durable first p50 ≤ 5 ms, and ≥ 1,000/s at 50 at once. Nothing here is a test: machines differ.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { openDatabase } from '../../src/db/open.ts'
import { CLIENT, startTeamsStandIn, TENANT } from '../teams-stand-in/index.ts'
import { median, timed } from './figure.ts'
import { launch } from './program.ts'

const { values } = parseArgs({ options: { database: { type: 'string' } } })
const standIn = await startTeamsStandIn()
const users = Array.from({ length: 50 }, (_, at) =>
  standIn.addUser({ name: `職員 ${at}`, email: `b${at}@city.example.jp` }),
)
const authorization = `Bearer ${standIn.signer.token(standIn.serviceUrl)}`

async function started(args: readonly string[], env: Readonly<Record<string, string>>, sign: RegExp) {
  const port = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address() as AddressInfo
      server.close(() => resolve(address.port))
    })
  })
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
  const stop = () =>
    new Promise<void>((done) => {
      child.once('exit', () => done())
      child.kill('SIGTERM')
    })
  return { port, stop }
}

let serial = 0
function send(port: number, agent: http.Agent): Promise<void> {
  serial += 1
  const user = users[serial % users.length] ?? users[0]
  if (!user) return Promise.reject(new Error('nobody'))
  const body = JSON.stringify(standIn.activity(user, { type: 'message', text: 'ありがとう' }))
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization,
    }
    const where = { host: '127.0.0.1', port, path: '/api/messages', method: 'POST', agent, headers }
    const request = http.request(where, (response) => {
      response.resume()
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`answered ${response.statusCode}`)),
      )
    })
    request.on('error', reject)
    request.end(body)
  })
}

async function burst(port: number, times: number, atOnce: number) {
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce })
  const taken: number[] = []
  let left = times
  const whole = await timed(() =>
    Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (left-- > 0) taken.push(await timed(() => send(port, agent)))
      }),
    ),
  )
  agent.destroy()
  return { perSecond: (times / whole) * 1000, p50: median(taken) }
}

const dir = await mkdtemp(path.join(tmpdir(), 'hagukumi-bench-'))
const database = values.database ? { DATABASE_URL: values.database } : undefined
const db = await openDatabase({ dir, ...(values.database && { url: values.database }) })
for (const [at, { name }] of users.entries()) {
  const about = { name, email: `b${at}@city.example.jp` }
  await db.prisma.person.upsert({
    where: { number: `B${at}` },
    create: { number: `B${at}`, ...about },
    update: about,
  })
}
await db.close()
const product = await started(
  ['src/start.cjs'],
  {
    HAGUKUMI_DATA: dir,
    HAGUKUMI_KEY: randomBytes(32).toString('base64'),
    ...database,
    TEAMS_CLIENT_ID: CLIENT,
    TEAMS_CLIENT_SECRET: 'x',
    TEAMS_TENANT_ID: TENANT,
    TEAMS_STAND_IN_URL: standIn.url,
    LOG_LEVEL: 'error',
  },
  /running/,
)
const bare = await started(['test/bench/bare-teams.ts'], { CLIENT, TENANT, KEYS: standIn.url }, /listening/)
try {
  for (const { port } of [product, bare]) await burst(port, 200, 10)
  const one = await burst(product.port, 200, 1)
  const bareOne = await burst(bare.port, 200, 1)
  const many = await burst(product.port, 1_000, 50)
  const bareMany = await burst(bare.port, 1_000, 50)
  process.stdout.write(
    [
      `signed activity → acknowledgement, on ${values.database ? 'postgresql' : 'embedded'}`,
      `  p50 ${one.p50.toFixed(2)} ms (target 5), the bare SDK ${bareOne.p50.toFixed(2)} ms`,
      `  50 at once: ${many.perSecond.toFixed(0)}/s (target 1,000), the bare SDK ${bareMany.perSecond.toFixed(0)}/s`,
      '',
    ].join('\n'),
  )
} finally {
  await Promise.all([product.stop(), bare.stop()])
  await standIn.stop()
  await rm(dir, { recursive: true, force: true })
}
