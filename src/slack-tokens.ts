// Slack's rotating tokens in the database: sealed, one row, one process at a time.
import { z } from 'zod'
import type { TokenStore } from './adapters/slack/rotation.ts'
import type { Database } from './db/open.ts'
import { fromDbInstant, toDbInstant } from './db/time.ts'
import { SealError, type Secret } from './kernel/secret.ts'

const pair = z.object({ token: z.string(), refresh: z.string() })
const label = 'slack token'

/**
 * `pasted`: the refresh token in the settings. Another one than the kept pair came from means that a new pair was
 * pasted, and the kept one is forgotten.
 */
export function slackTokens(db: Database, secret: Secret, pasted: string): TokenStore {
  const origin = secret.mark(`slack token ${pasted}`)
  const where = { id: 1 }
  return {
    async read() {
      const row = await db.prisma.slackToken.findUnique({ where })
      if (!row?.sealed || !row.expiresAt || row.origin !== origin) return undefined
      try {
        const kept = pair.parse(JSON.parse(secret.open(row.sealed, label).toString('utf8')))
        return { ...kept, expires: fromDbInstant(row.expiresAt) }
      } catch (error) {
        // Sealed with another key: the pasted pair is all there is.
        if (error instanceof SealError) return undefined
        throw error
      }
    },
    async lease(until, now) {
      const { rowCount } = await db.pool.query(
        `INSERT INTO slack_token AS t (id, leased_until) VALUES (1, $1)
         ON CONFLICT (id) DO UPDATE SET leased_until = EXCLUDED.leased_until
         WHERE t.leased_until IS NULL OR t.leased_until <= $2
         RETURNING id`,
        [toDbInstant(until), toDbInstant(now)],
      )
      return (rowCount ?? 0) > 0
    },
    async save({ token, refresh, expires }) {
      const sealed = new Uint8Array(secret.seal(Buffer.from(JSON.stringify({ token, refresh })), label))
      const data = { sealed, origin, expiresAt: toDbInstant(expires), leasedUntil: null }
      await db.prisma.slackToken.upsert({ where, create: { ...where, ...data }, update: data })
    },
    async release() {
      await db.prisma.slackToken.update({ where, data: { leasedUntil: null } })
    },
  }
}
