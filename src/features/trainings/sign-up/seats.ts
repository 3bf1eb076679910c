// Seats of a session. Whoever gives one out holds the session's lock first; the keys of `seat` and `sign_up` refuse
// whatever else were tried, so that a session is never over its capacity.
import type { Prisma } from '../../../db/generated/client.ts'
import type { Tx } from '../../../db/transaction.ts'

/** Locks sessions until the transaction ends, lowest id first: seats of a session are given out one after the other. */
export async function lockSessions(tx: Tx, ids: readonly number[]): Promise<void> {
  await tx.$queryRaw`SELECT id FROM course_session WHERE id = ANY(${[...ids]}::int[]) ORDER BY id FOR UPDATE`
}

/** Free seats of a session, lowest first. */
export async function freeSeats(tx: Tx, sessionId: number, most = 1): Promise<number[]> {
  const rows = await tx.$queryRaw<{ number: number }[]>`
    SELECT s.number FROM seat s
    WHERE s.session_id = ${sessionId}
      AND NOT EXISTS (SELECT FROM sign_up u WHERE u.session_id = s.session_id AND u.seat_number = s.number)
    ORDER BY s.number LIMIT ${most}::int`
  return rows.map((row) => row.number)
}

/** Who waits and would take a seat of this session: it is the one they wait for, or another one of their wishes. */
export const waitingFor = (sessionId: number) =>
  ({
    status: 'waitlisted',
    OR: [{ sessionId }, { wishes: { some: { sessionId } } }],
  }) satisfies Prisma.SignUpWhereInput

/** Whether somebody waits for a seat of this session: whoever comes now waits behind them. */
export const isAwaited = async (tx: Tx, sessionId: number): Promise<boolean> =>
  (await tx.signUp.count({ where: waitingFor(sessionId) })) > 0

/**
 * Makes a session as large as told. Free seats alone are taken away, so `held` says how many it must keep at least when
 * that is more. The caller holds the lock.
 */
export async function setCapacity(
  tx: Tx,
  sessionId: number,
  capacity: number,
): Promise<{ readonly type: 'set' } | { readonly type: 'too-small'; readonly held: number }> {
  const now = await tx.seat.count({ where: { sessionId } })
  if (capacity > now) {
    await tx.$executeRaw`
      INSERT INTO seat (session_id, number)
      SELECT ${sessionId}::int, n FROM generate_series(1, ${capacity}::int) n
      ON CONFLICT DO NOTHING`
    // Numbers above the capacity that are held from before a room was made smaller count as seats too.
    const seats = await tx.seat.count({ where: { sessionId } })
    if (seats > capacity) await dropFree(tx, sessionId, seats - capacity)
    return { type: 'set' }
  }
  const held = await tx.signUp.count({ where: { sessionId, seatNumber: { not: null } } })
  if (capacity < held) return { type: 'too-small', held }
  await dropFree(tx, sessionId, now - capacity)
  return { type: 'set' }
}

/** The highest free ones go. */
async function dropFree(tx: Tx, sessionId: number, count: number): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM seat WHERE session_id = ${sessionId}::int AND number IN (
      SELECT s.number FROM seat s
      WHERE s.session_id = ${sessionId}::int
        AND NOT EXISTS (SELECT FROM sign_up u WHERE u.session_id = s.session_id AND u.seat_number = s.number)
      ORDER BY s.number DESC LIMIT ${count}::int)`
}
