// PGlite has no autovacuum: without this, dead rows pile up and the planner's statistics never come.
import type { Database } from './open.ts'

/** Rows of a table that were written or removed since it was last looked after; below that it is left as it is. */
const worthIt = 50

/** Long before the numbers of transactions run out (two thousand million) even a table that never changes is frozen. */
const oldAge = 100_000_000

/**
 * VACUUM ANALYZE of what has changed in the embedded database, for a nightly job; a server looks after itself. Of
 * everything it takes half a second in which nobody is served, however little there is to do.
 */
export async function vacuumEmbedded(db: Pick<Database, 'kind' | 'pool'>): Promise<void> {
  if (db.kind !== 'embedded') return
  // Counts are otherwise up to a second late.
  await db.pool.query('SELECT pg_stat_force_next_flush()')
  const { rows } = await db.pool.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, s.relname) AS name
     FROM pg_stat_all_tables s JOIN pg_class c ON c.oid = s.relid
     WHERE c.relkind = 'r' AND (s.n_dead_tup + s.n_mod_since_analyze + s.n_ins_since_vacuum > $1
       OR age(c.relfrozenxid) > $2)
     ORDER BY name`,
    [worthIt, oldAge],
  )
  if (rows.length > 0) await db.pool.query(`VACUUM ANALYZE ${rows.map(({ name }) => name).join(', ')}`)
}
