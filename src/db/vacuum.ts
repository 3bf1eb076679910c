// PGlite has no autovacuum: without this, dead rows pile up and the planner's statistics never come.
import type { Database } from './open.ts'

/** VACUUM ANALYZE on the embedded database, for a nightly job; a server looks after itself. */
export async function vacuumEmbedded(db: Pick<Database, 'kind' | 'pool'>): Promise<void> {
  if (db.kind === 'embedded') await db.pool.query('VACUUM ANALYZE')
}
