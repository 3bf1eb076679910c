import type { Database } from '../../../src/db/open.ts'
import type { Tx } from '../../../src/db/transaction.ts'
import { batch, type Contender, keyOf, loops } from './contender.ts'

interface Sql {
  executeSql(text: string, values?: readonly unknown[]): Promise<{ rows: unknown[] }>
}

/** As much of pg-boss 12 as is used here: it is installed in this folder alone. */
interface Boss {
  on(event: 'error', listener: (error: unknown) => void): void
  start(): Promise<unknown>
  stop(options: { graceful: boolean }): Promise<void>
  createQueue(name: string, options: { policy: 'exclusive' }): Promise<void>
  insert(
    name: string,
    jobs: readonly { data: object; singletonKey: string }[],
    options: { db: Sql },
  ): Promise<unknown>
  fetch(name: string, options: { batchSize: number }): Promise<{ id: string }[]>
  complete(name: string, ids: readonly string[]): Promise<unknown>
}

const queue = 'bench'

export async function pgBoss(db: Database, url: string): Promise<Contender> {
  const specifier = 'pg-boss'
  const { PgBoss, fromPrisma }: { PgBoss: new (options: object) => Boss; fromPrisma(tx: Tx): Sql } =
    await import(specifier)
  const options = { connectionString: url, schema: 'pgboss', supervise: false, schedule: false, max: 10 }
  const boss = new PgBoss(options)
  boss.on('error', (error) => {
    throw error
  })
  await boss.start()
  await boss.createQueue(queue, { policy: 'exclusive' })
  return {
    name: 'pg-boss',
    async enqueue(tx, first, count) {
      const jobs = Array.from({ length: count }, (_, index) => ({
        data: { notice: first + index },
        singletonKey: keyOf(first + index),
      }))
      await boss.insert(queue, jobs, { db: fromPrisma(tx) })
    },
    async drain(count) {
      let done = 0
      const drainSome = async () => {
        const jobs = await boss.fetch(queue, { batchSize: batch })
        if (jobs.length > 0)
          await boss.complete(
            queue,
            jobs.map(({ id }) => id),
          )
        return jobs.length
      }
      await Promise.all(
        Array.from({ length: loops }, async () => {
          for (let some = await drainSome(); some > 0; some = await drainSome()) done += some
        }),
      )
      if (done !== count) throw new Error(`pg-boss drained ${done} of ${count}`)
    },
    clear: async () => {
      await db.pool.query('TRUNCATE pgboss.job CASCADE')
    },
    close: () => boss.stop({ graceful: false }),
  }
}
