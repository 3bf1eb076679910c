// node test/bench/tick-million.ts [--json]: what one look for work costs with 1,000 and with
// 1,000,000 notices planned, nothing being due, on the embedded database.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { composeCity } from '../../src/compose.ts'
import { openDatabase } from '../../src/db/open.ts'
import { toDbInstant } from '../../src/db/time.ts'
import { MovableClock } from '../../src/kernel/clock.ts'
import { createLog } from '../../src/kernel/log.ts'
import { secretOf } from '../../src/kernel/secret.ts'
import { median, timed } from './figure.ts'

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
})
const few = 1_000
const many = 1_000_000
const limit = 1.2
const ticks = 300
const warmUp = 60

const folder = await mkdtemp(path.join(tmpdir(), 'hagukumi-bench-'))

/** A city with so many plans of the kinds that the product plans, spread over the year from next month on. */
async function cityWith(planned: number) {
  const db = await openDatabase({ dir: path.join(folder, String(planned)) })
  const clock = new MovableClock(Temporal.Instant.from('2027-05-12T10:00:00+09:00'))
  const city = composeCity({
    db,
    clock,
    zone: 'Asia/Tokyo',
    secret: secretOf(Buffer.alloc(32, 1)),
    log: createLog('silent'),
  })
  const step = 50_000
  for (let from = 1; from <= planned; from += step)
    await db.pool.query(
      `INSERT INTO notice (key, kind, subject, recipient_id, due_at)
       SELECT 'interviews.offer:interview:' || n || ':1:-7:bench', 'interviews.offer', 'interview:' || n, n % 3000 + 1,
              $3::timestamptz + n % 15000000 * interval '2 seconds'
       FROM generate_series($1::int, $2::int) n`,
      [from, Math.min(planned, from + step - 1), toDbInstant(clock.now().add({ hours: 24 * 30 }))],
    )
  await db.pool.query('VACUUM ANALYZE')
  const tick = async () => {
    clock.advance({ minutes: 1 })
    const { queued, postponed, claimed } = await city.delivery.runDue()
    if (queued + postponed + claimed > 0) throw new Error('something was due')
  }
  return { tick, close: () => db.close() }
}

const small = await cityWith(few)
const large = await cityWith(many)
try {
  // In turns: other programs use the machine too, and slow both down alike.
  const taken = { small: [] as number[], large: [] as number[] }
  for (let turn = -warmUp; turn < ticks; turn++) {
    const one = await timed(small.tick)
    const other = await timed(large.tick)
    if (turn < 0) continue
    taken.small.push(one)
    taken.large.push(other)
  }
  const fewMs = median(taken.small)
  const manyMs = median(taken.large)
  const figure = { name: 'tick-million', fewMs, manyMs, ratio: manyMs / fewMs, limit }
  process.stdout.write(
    values.json
      ? `${JSON.stringify(figure)}\n`
      : `${figure.ratio <= limit ? '✓' : '✗'} tick-million  ${few} planned ${fewMs.toFixed(2)} ms, ${many} planned ${manyMs.toFixed(2)} ms: × ${figure.ratio.toFixed(2)} ≤ ${limit}\n`,
  )
  process.exitCode = figure.ratio <= limit ? 0 : 1
} finally {
  await small.close()
  await large.close()
  await rm(folder, { recursive: true, force: true })
}
