import type { Database } from '../db/open.ts'

/**
 * The clock that leases run by: one for all processes, and never the one that a playground or a test moves.
 * The database's own in production, injected in simulation.
 */
export interface LeaseClock {
  now(): Promise<Temporal.Instant>
}

/** The database's wall clock: processes whose own clocks differ still agree on who holds what. */
export const databaseLeaseClock = (db: Pick<Database, 'pool'>): LeaseClock => ({
  async now() {
    const { rows } = await db.pool.query<{ ms: number }>(
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
    )
    return Temporal.Instant.fromEpochMilliseconds(Math.floor(rows[0]?.ms ?? 0))
  },
})
