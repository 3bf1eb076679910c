// node test/bench/dispatch.ts [--count 20000] [--database postgresql://…] [--json]: messages through the whole of
// delivery on PostgreSQL in one process: made of their notices, claimed, drawn, paced, handed over, sent to a stand-in
// that answers at once, settled.
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import type { ChatPlatform, Platform } from '../../src/chat/chat.ts'
import { composeCity } from '../../src/compose.ts'
import { openDatabase } from '../../src/db/open.ts'
import { toDbDate } from '../../src/db/time.ts'
import type { NoticeKind } from '../../src/delivery/notice.ts'
import type { Rates } from '../../src/delivery/rates.ts'
import type { Feature } from '../../src/features/feature.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { createLog } from '../../src/kernel/log.ts'
import { secretOf } from '../../src/kernel/secret.ts'
import { load } from './report.ts'
import { startServer } from './server.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '20000' },
    database: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const count = Number(values.count)
const least = 2_000

/** Every bucket is asked, none holds anybody up: a second in a conversation, as Slack has it. */
const rates: Rates = {
  workspace: { everyMs: 0.05, burst: 1_000, reserve: 10, most: { messages: 100_000, inMs: 1_000 } },
  conversation: [{ everyMs: 1_000, burst: 1 }],
}

let arrived = 0
const port: ChatPlatform = {
  platform: 'slack',
  send: async (to, _card, token) => {
    arrived += 1
    return { type: 'done', ref: { conversation: to.conversation ?? to.user, id: token } }
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

const server = await startServer(values.database)
if (!server) {
  process.stderr.write('No PostgreSQL here: install it, or name one with --database postgresql://…\n')
  process.exit(1)
}
const db = await openDatabase({ url: server.url, dir: tmpdir() })
const city = composeCity({
  db,
  clock: systemClock,
  zone: 'Asia/Tokyo',
  secret: secretOf(Buffer.alloc(32, 1)),
  log: createLog('error'),
  platforms: [port],
  rates: new Map<Platform, Rates>([['slack', rates]]),
  features: [(): Feature => ({ name: 'bench', notices: [kind] })],
})

async function want(subject: string, people: readonly number[]) {
  const now = systemClock.now()
  await db.prisma.$transaction(
    (tx) =>
      city.core.notices.reconcile(
        tx,
        [
          {
            subject,
            wanted: people.map((recipientId) => ({
              kind: kind.kind,
              recipientId,
              rung: 'now',
              anchor: 'bench',
              dueAt: now,
            })),
          },
        ],
        now,
      ),
    { timeout: 60_000 },
  )
}

try {
  const ids = Array.from({ length: count }, (_, index) => index + 1)
  const hiredOn = toDbDate(Temporal.PlainDate.from('2020-04-01'))
  await db.prisma.person.createMany({
    data: ids.map((id) => ({ id, number: `P${id}`, name: `山田 ${id}`, hiredOn })),
  })
  await db.prisma.identity.createMany({
    data: ids.map((id) => ({
      personId: id,
      platform: 'slack',
      tenant: 'T1',
      userId: `U${id}`,
      conversation: `D${id}`,
    })),
  })
  // A tenth for practice, so that the program and the server's plans are those of a process that has been running.
  await want('bench:1', ids.slice(0, Math.ceil(count / 10)))
  await city.delivery.runDue()
  await db.pool.query('VACUUM ANALYZE')
  await new Promise((resolve) => setTimeout(resolve, 1_100)) // conversations rest
  await want('bench:2', ids)
  await db.pool.query('CHECKPOINT')
  const before = arrived
  const cpuBefore = process.cpuUsage()
  const serverBefore = await server.cpuMs?.()
  const began = performance.now()
  while (arrived - before < count) await city.delivery.runDue()
  await city.delivery.stop()
  const ms = performance.now() - began
  const own = process.cpuUsage(cpuBefore)
  const ownMs = (own.user + own.system) / 1_000
  const serverAfter = await server.cpuMs?.()
  const serverMs =
    serverAfter === undefined || serverBefore === undefined ? undefined : serverAfter - serverBefore
  const { rows } = await db.pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM notice WHERE status = 'sent'`,
  )
  if (rows[0]?.n !== arrived) throw new Error(`${rows[0]?.n} recorded as sent, ${arrived} arrived`)
  const perSecond = (count * 1_000) / ms
  const figure = {
    name: 'dispatch',
    count,
    perSecond: Math.round(perSecond),
    /** What the process could do with a processor to itself. */
    perOwnSecond: Math.round((count * 1_000) / ownMs),
    serverUsEach: serverMs === undefined ? null : Math.round((serverMs * 1_000) / count),
    least,
    load: load(),
  }
  process.stdout.write(
    values.json
      ? `${JSON.stringify(figure)}\n`
      : `${perSecond >= least ? '✓' : '✗'} dispatch  ${figure.perSecond} messages a second ≥ ${least} (by the process' own processor time ${figure.perOwnSecond}; server ${figure.serverUsEach ?? '?'} µs each; load ${figure.load.toFixed(1)})\n`,
  )
  process.exitCode = perSecond >= least ? 0 : 1
} finally {
  await city.delivery.stop()
  await db.close()
  await server.stop()
}
