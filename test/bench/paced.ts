// node test/bench/paced.ts [--platform teams|slack] [--count 1000] [--virtual [--again]] [--json]: direct messages through
// a stand-in that holds strictly to what the platform permits in any stretch of time. In real time somebody talks to the
// bot meanwhile, and the answers are timed too. --virtual moves the clock when nothing is under way; with --again nobody
// waits for turns (as where a clock is moved by hand): messages come back when theirs has come. In real time on PostgreSQL
// (--database URL, or a temporary one where it is installed), else and with --embedded on the embedded database, where
// each commit waits for the disk and everybody with it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { ChatPlatform, Platform } from '../../src/chat/chat.ts'
import { composeCity } from '../../src/compose.ts'
import { openDatabase } from '../../src/db/open.ts'
import { toDbDate } from '../../src/db/time.ts'
import { createDispatcher } from '../../src/delivery/dispatcher.ts'
import { gather } from '../../src/delivery/gather.ts'
import { databaseLeaseClock } from '../../src/delivery/lease-clock.ts'
import type { NoticeKind } from '../../src/delivery/notice.ts'
import { usualRates } from '../../src/delivery/rates.ts'
import type { Feature } from '../../src/features/feature.ts'
import { MovableClock, systemClock } from '../../src/kernel/clock.ts'
import { createLog } from '../../src/kernel/log.ts'
import { secretOf } from '../../src/kernel/secret.ts'
import { unhurried } from '../support/unhurried.ts'
import { load } from './report.ts'
import { startServer } from './server.ts'

const { values } = parseArgs({
  options: {
    platform: { type: 'string', default: 'teams' },
    count: { type: 'string', default: '1000' },
    virtual: { type: 'boolean', default: false },
    again: { type: 'boolean', default: false },
    embedded: { type: 'boolean', default: false },
    database: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const platform: Platform = values.platform === 'slack' ? 'slack' : 'teams'
const count = Number(values.count)
const permitted = platform === 'teams' ? { messages: 50, ms: 1_000 } : { messages: 400, ms: 60_000 }

const clock = values.virtual
  ? new MovableClock(Temporal.Instant.from('2027-05-12T10:00:00+09:00'))
  : systemClock
/** Milliseconds of the clock that counts: the moved one, or one that nobody sets. */
const ticks = () => (values.virtual ? clock.now().epochMilliseconds : performance.now())

const arrivals: number[] = []
let refused = 0
const port: ChatPlatform = {
  platform,
  send: async (to, _card, token) => {
    const now = ticks()
    const oldest = arrivals[arrivals.length - permitted.messages]
    if (oldest !== undefined && now - oldest < permitted.ms) {
      refused += 1
      return { type: 'later', afterMs: permitted.ms }
    }
    arrivals.push(now)
    if (!values.virtual) await new Promise((resolve) => setTimeout(resolve, 40))
    return { type: 'done', ref: { conversation: `D-${to.user}`, id: token } }
  },
  update: async () => {},
  sendFile: async () => ({ type: 'refused', reason: 'rejected' }),
}

const kind: NoticeKind = {
  kind: 'bench.told',
  priority: 1,
  ifUnknown: 'flag',
  hours: 'any',
  draw: async (_tx, notices) => ({
    summary: '試験',
    blocks: notices.map(({ subject }) => ({ type: 'text', text: subject })),
  }),
}
const feature = (): Feature => ({ name: 'bench', notices: [kind] })

const folder = await mkdtemp(path.join(tmpdir(), 'hagukumi-bench-'))
const server = values.virtual || values.embedded ? undefined : await startServer(values.database)
const db = await openDatabase({ dir: path.join(folder, 'db'), ...(server && { url: server.url }) })
const log = createLog('silent')
const city = composeCity({
  db,
  clock,
  zone: 'Asia/Tokyo',
  secret: secretOf(Buffer.alloc(32, 1)),
  log,
  platforms: [port],
  features: [feature],
})

async function fill() {
  const ids = Array.from({ length: count }, (_, index) => index + 1)
  const hiredOn = toDbDate(Temporal.PlainDate.from('2020-04-01'))
  await db.prisma.person.createMany({
    data: ids.map((id) => ({ id, number: `P${id}`, name: `山田 ${id}`, hiredOn })),
  })
  await db.prisma.identity.createMany({
    data: ids.map((id) => ({ personId: id, platform, tenant: 'T1', userId: `U${id}` })),
  })
  const now = clock.now()
  const wanted = ids.map((recipientId) => ({
    kind: kind.kind,
    recipientId,
    rung: 'now',
    anchor: 'bench',
    dueAt: now,
  }))
  await db.prisma.$transaction(
    (tx) => city.core.notices.reconcile(tx, [{ subject: 'bench:1', wanted }], now),
    {
      timeout: 60_000,
    },
  )
}

const answers: number[] = []

async function runReal() {
  city.delivery.start()
  const sender = { platform, tenant: 'T1', user: 'U1', locale: 'ja' } as const
  for (let turn = 0; arrivals.length < count; turn++) {
    const began = performance.now()
    await city.intake.receive({ type: 'words', key: `w${turn}`, sender, text: 'ヘルプ' })
    answers.push(performance.now() - began)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await city.delivery.stop()
}

async function runVirtual(moved: MovableClock) {
  const kinds = new Map([[kind.kind, kind]])
  const { db: watched, waitUntil } = unhurried(db, moved)
  const drawing = { db: watched, zone: 'Asia/Tokyo', kinds, ports: new Map([[platform, port]]), log }
  const dispatcher = createDispatcher({
    ...drawing,
    clock: moved,
    leaseClock: databaseLeaseClock(watched),
    random: Math.random,
    rates: usualRates,
    ...(!values.again && { waitUntil }),
  })
  await gather(drawing, moved.now())
  while (arrivals.length < count) {
    const { again } = await dispatcher.drain()
    if (again && Temporal.Instant.compare(again, moved.now()) > 0) moved.set(again)
  }
  await dispatcher.settled()
}

try {
  await fill()
  const cpuBefore = process.cpuUsage()
  if (clock instanceof MovableClock) await runVirtual(clock)
  else await runReal()
  const { user, system } = process.cpuUsage(cpuBefore)
  /** All that the process did meanwhile, the embedded database and the answers included. */
  const cpuMsEach = (user + system) / 1_000 / count
  const took = (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)
  const share = ((count - 1) / took) * (permitted.ms / permitted.messages)
  const sorted = answers.toSorted((a, b) => a - b)
  const p99 = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))]
  const figure = {
    name: 'paced',
    platform,
    count,
    virtual: values.virtual,
    database: db.kind,
    share,
    refused,
    answerP99Ms: p99 ?? null,
    cpuMsEach,
    load: load(),
  }
  const good = share >= 0.98 && refused <= count / 1000 && (p99 ?? 0) <= 100
  process.stdout.write(
    values.json
      ? `${JSON.stringify(figure)}\n`
      : `${good ? '✓' : '✗'} paced ${platform} ${count}${values.virtual ? ` (moved clock${values.again ? ', nobody waits' : ''})` : ''}: ${(share * 100).toFixed(1)} % of what is permitted, ${refused} refused${p99 === undefined ? '' : `, answers p99 ${p99.toFixed(0)} ms`} (${cpuMsEach.toFixed(1)} ms of processor time each, load ${load().toFixed(1)})\n`,
  )
  process.exitCode = good ? 0 : 1
} finally {
  await db.close()
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
}
