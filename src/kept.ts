// What a chat has us keep between two steps of a person, in the database: sealed, under a mark that names nobody, and
// gone when its time has run out.
import type { Keeping } from './adapters/teams/keeping.ts'
import type { Database } from './db/open.ts'
import { toDbInstant } from './db/time.ts'
import type { Clock } from './kernel/clock.ts'
import { SealError, type Secret } from './kernel/secret.ts'

const label = (mark: string) => `kept ${mark}`

export function keptIn(db: Pick<Database, 'pool'>, secret: Secret, clock: Clock): Keeping {
  const markOf = (name: string) => secret.mark(`kept ${name}`)
  return {
    async keep(name, bytes, forMs) {
      const mark = markOf(name)
      const now = clock.now()
      // Whoever keeps something takes away what has run out.
      await db.pool.query(
        `WITH gone AS (DELETE FROM kept WHERE until <= $4 AND mark <> $1)
         INSERT INTO kept (mark, sealed, until) VALUES ($1, $2, $3)
         ON CONFLICT (mark) DO UPDATE SET sealed = EXCLUDED.sealed, until = EXCLUDED.until`,
        [
          mark,
          secret.seal(bytes, label(mark)),
          toDbInstant(now.add({ milliseconds: forMs })),
          toDbInstant(now),
        ],
      )
    },
    async find(name) {
      const mark = markOf(name)
      const { rows } = await db.pool.query<{ sealed: Buffer }>(
        'SELECT sealed FROM kept WHERE mark = $1 AND until > $2',
        [mark, toDbInstant(clock.now())],
      )
      const [row] = rows
      if (!row) return undefined
      try {
        return secret.open(row.sealed, label(mark))
      } catch (error) {
        // Sealed with another key: as good as gone.
        if (error instanceof SealError) return undefined
        throw error
      }
    },
    async forget(name) {
      await db.pool.query('DELETE FROM kept WHERE mark = $1', [markOf(name)])
    },
  }
}

/** Nightly: what has run out and nobody has replaced. */
export async function pruneKept(db: Pick<Database, 'pool'>, now: Temporal.Instant): Promise<void> {
  await db.pool.query('DELETE FROM kept WHERE until <= $1', [toDbInstant(now)])
}
