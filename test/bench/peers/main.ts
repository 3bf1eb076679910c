// npm run bench in this folder [-- --count 100000] [-- --rounds 5] [-- --database postgresql://…] [-- --json]: enqueue
// and drain of so many notices beside pg-boss and graphile-worker on one PostgreSQL, in turns, medians.
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { openDatabase } from '../../../src/db/open.ts'
import { inTransaction, type Tx } from '../../../src/db/transaction.ts'
import { median, timed } from '../figure.ts'
import { load } from '../report.ts'
import { startServer } from '../server.ts'
import type { Contender } from './contender.ts'
import { graphileWorker } from './graphile-worker.ts'
import { ours } from './ours.ts'
import { pgBoss } from './pg-boss.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
    database: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const count = Number(values.count)
const rounds = Number(values.rounds)
/** Notices that one change of the business plans: a cycle is started; somebody books. */
const bulk = 1_000
const single = Math.min(300, Math.ceil(count / 10))

/**
 * The targets: our drain beside the faster peer's, our enqueue of many in one transaction beside the faster peer's. One
 * in each is shown without a target: nearly all of it is the transaction, which is the same one for everybody.
 */
const leastDrain = 1
const leastEnqueue = 1.2

const server = await startServer(values.database)
if (!server) {
  process.stderr.write('No PostgreSQL here: install it, or name one with --database postgresql://…\n')
  process.exit(1)
}
const db = await openDatabase({ url: server.url, dir: tmpdir() })
await db.pool.query('CREATE TABLE business (id int PRIMARY KEY, changed text NOT NULL)')

/** The queue's jobs and the row they are about, in one transaction, as the product does it. */
const change = (contender: Contender, first: number, jobs: number) =>
  inTransaction(
    db,
    async (tx: Tx) => {
      await tx.$executeRaw`INSERT INTO business VALUES (${first}::int, 'a change')`
      await contender.enqueue(tx, first, jobs)
    },
    { timeout: 60_000 },
  )

interface Taken {
  readonly bulk: number[]
  /** Processor time of all of it, here and in the server: on a busy machine it says more than the clock does. */
  readonly bulkCpu: number[]
  readonly singleCpu: number[]
  readonly single: number[]
  readonly ready: number[]
  readonly drain: number[]
}

const cpuMs = async () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000 + ((await server.cpuMs?.()) ?? 0)
}

/** Milliseconds for all of it. */
async function turn(contender: Contender, taken: Taken): Promise<void> {
  // Of everybody: what one has drained, the server would clean up in the next one's time.
  for (const each of contenders) await each.clear()
  await db.pool.query('TRUNCATE business')
  await db.pool.query('CHECKPOINT')
  const cpuAtFirst = await cpuMs()
  taken.single.push(
    await timed(async () => {
      for (let first = 1; first <= single; first++) await change(contender, first, 1)
    }),
  )
  taken.singleCpu.push((await cpuMs()) - cpuAtFirst)
  await contender.clear()
  await db.pool.query('TRUNCATE business')
  const cpuBefore = await cpuMs()
  taken.bulk.push(
    await timed(async () => {
      for (let first = 1; first <= count; first += bulk)
        await change(contender, first, Math.min(bulk, count - first + 1))
    }),
  )
  taken.bulkCpu.push((await cpuMs()) - cpuBefore)
  await db.pool.query('VACUUM ANALYZE')
  await db.pool.query('CHECKPOINT')
  taken.ready.push(await timed(async () => contender.ready?.()))
  await db.pool.query('VACUUM ANALYZE')
  await db.pool.query('CHECKPOINT')
  taken.drain.push(await timed(() => contender.drain(count)))
}

const loadBefore = load()
const contenders: Contender[] = []
try {
  contenders.push(ours(db), await pgBoss(db, server.url), await graphileWorker(db, server.url))
  const taken = new Map(
    contenders.map((contender): [Contender, Taken] => [
      contender,
      { bulk: [], bulkCpu: [], singleCpu: [], single: [], ready: [], drain: [] },
    ]),
  )
  for (let round = 0; round < rounds; round++)
    for (let place = 0; place < contenders.length; place++) {
      // Whoever comes first meets another machine than whoever comes last: everybody does once, and behind everybody.
      const turns = (place + round) % contenders.length
      const contender = contenders[round % 2 === 0 ? turns : contenders.length - 1 - turns]
      const times = contender && taken.get(contender)
      if (times) await turn(contender, times)
    }
  const results = [...taken].map(([{ name }, times]) => ({
    name,
    singlePerSecond: Math.round((single * 1_000) / median(times.single)),
    enqueuePerSecond: Math.round((count * 1_000) / median(times.bulk)),
    singlePerCpuSecond: Math.round((single * 1_000) / median(times.singleCpu)),
    /** Notices enqueued by a second of processor time. */
    enqueuePerCpuSecond: Math.round((count * 1_000) / median(times.bulkCpu)),
    drainPerSecond: Math.round((count * 1_000) / median(times.drain)),
    readyMs: Math.round(median(times.ready)),
  }))
  const best = (of: Exclude<keyof (typeof results)[number], 'name' | 'readyMs'>) => {
    const [we, ...peers] = results.map((each) => each[of])
    return (we ?? 0) / Math.max(...peers)
  }
  const ratios = {
    single: best('singlePerSecond'),
    enqueue: best('enqueuePerSecond'),
    singleCpu: best('singlePerCpuSecond'),
    enqueueCpu: best('enqueuePerCpuSecond'),
    drain: best('drainPerSecond'),
  }
  const good = ratios.drain >= leastDrain && ratios.enqueue >= leastEnqueue
  const report = { name: 'peers', count, rounds, results, ratios, load: [loadBefore, load()] }
  const mark = (ratio: number, least: number) =>
    `${ratio >= least ? '✓' : '✗'} × ${ratio.toFixed(2)} of the faster peer, ≥ ${least}`
  process.stdout.write(
    values.json
      ? `${JSON.stringify(report)}\n`
      : [
          `${count} notices, medians of ${rounds}, in turns; load ${loadBefore.toFixed(1)} → ${load().toFixed(1)}`,
          `${'a second'.padEnd(16)} ${'enqueue 1'.padStart(10)} ${'by its CPU'.padStart(10)} ${`by ${bulk}`.padStart(10)} ${'by its CPU'.padStart(10)} ${'drain'.padStart(10)}`,
          ...results.map(
            (each) =>
              `${each.name.padEnd(16)} ${[
                each.singlePerSecond,
                each.singlePerCpuSecond,
                each.enqueuePerSecond,
                each.enqueuePerCpuSecond,
                each.drainPerSecond,
              ]
                .map((value) => String(value).padStart(10))
                .join(' ')}${each.readyMs > 50 ? `   (made into messages before: ${each.readyMs} ms)` : ''}`,
          ),
          `enqueue, one in each transaction    × ${ratios.single.toFixed(2)} of the faster peer; by its CPU × ${ratios.singleCpu.toFixed(2)}`,
          `enqueue, ${bulk} in each transaction   ${mark(ratios.enqueue, leastEnqueue)}; by its CPU × ${ratios.enqueueCpu.toFixed(2)}`,
          `drain: claim, fence, complete       ${mark(ratios.drain, leastDrain)}`,
          '',
        ].join('\n'),
  )
  process.exitCode = good ? 0 : 1
} finally {
  for (const contender of contenders) await contender.close()
  await db.close()
  await server.stop()
}
