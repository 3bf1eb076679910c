import type { Database } from '../../../src/db/open.ts'
import { batch, type Contender, keyOf } from './contender.ts'

interface Runner {
  readonly promise: Promise<void>
  stop(): Promise<void>
}

/** As much of graphile-worker 0.18 as is used here: it is installed in this folder alone. */
interface Graphile {
  Logger: new (factory: () => () => void) => object
  runMigrations(options: object): Promise<void>
  run(options: object): Promise<Runner>
}

const task = 'bench'

/** With what its own performance page advises: the local queue on, completions recorded together. */
export async function graphileWorker(db: Database, url: string): Promise<Contender> {
  const specifier = 'graphile-worker'
  const { Logger, run, runMigrations }: Graphile = await import(specifier)
  const common = { connectionString: url, logger: new Logger(() => () => {}) }
  await runMigrations(common)
  return {
    name: 'graphile-worker',
    async enqueue(tx, first, count) {
      const numbers = Array.from({ length: count }, (_, index) => first + index)
      await tx.$queryRaw`
        SELECT count(*) FROM graphile_worker.add_jobs((
          SELECT array_agg((${task}, payload::json, NULL, NULL, NULL, key, NULL, NULL)::graphile_worker.job_spec)
          FROM unnest(${numbers.map((notice) => JSON.stringify({ notice }))}::text[],
                      ${numbers.map(keyOf)}::text[]) j(payload, key)))`
    },
    async drain(count) {
      let done = 0
      const all = Promise.withResolvers<void>()
      const runner = await run({
        ...common,
        noHandleSignals: true,
        taskList: {
          [task]: async () => {
            done += 1
            if (done === count) all.resolve()
          },
        },
        preset: {
          worker: {
            concurrentJobs: 24,
            maxPoolSize: 10,
            pollInterval: 200,
            localQueue: { size: batch },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
          },
        },
      })
      await all.promise
      await runner.stop()
      const { rows } = await db.pool.query<{ left: number }>(
        'SELECT count(*)::int AS left FROM graphile_worker._private_jobs',
      )
      if (rows[0]?.left !== 0) throw new Error(`graphile-worker left ${rows[0]?.left} of ${count}`)
    },
    clear: async () => {
      await db.pool.query('TRUNCATE graphile_worker._private_jobs RESTART IDENTITY')
    },
    close: async () => {},
  }
}
