// The restore drill: a backup is worth what comes back from it. It is put into a database of its own in a folder that
// is removed afterwards, and compared with what the file says it holds.
import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { verifyArchive } from './archive.ts'
import { BackupProblem } from './errors.ts'
import { openDatabase } from './open.ts'
import { restore } from './restore.ts'
import { type Sum, sumsNow } from './sums.ts'

export interface Drilled {
  readonly sums: readonly Sum[]
  /** A sealed thing out of it, where there is any: whether this installation's key opens it is for the caller to say. */
  readonly sealed: Uint8Array | undefined
}

const sealedSomewhere = `SELECT sealed FROM (
  (SELECT sealed FROM one_on_one_note LIMIT 1) UNION ALL (SELECT sealed FROM one_on_one_topic LIMIT 1)
  UNION ALL (SELECT sealed FROM mentoring_member WHERE sealed IS NOT NULL LIMIT 1)
  UNION ALL (SELECT sealed FROM slack_token WHERE sealed IS NOT NULL LIMIT 1)
  UNION ALL (SELECT payload FROM inbox WHERE payload IS NOT NULL LIMIT 1)) AS s LIMIT 1`

/** `beside` is a folder in which room for the whole database is made and given back. Throws BackupProblem. */
export async function drill(file: string, beside: string, open = openDatabase): Promise<Drilled> {
  const { tables } = await verifyArchive(file)
  const dir = await mkdtemp(path.join(beside, 'drill-'))
  try {
    const db = await open({ dir })
    try {
      await restore(db, file)
      const sums = await sumsNow(db.pool)
      const back = new Map(sums.map(({ table, rows }) => [table, rows]))
      const missing = tables.filter(({ name, rows }) => back.get(name) !== rows)
      if (missing.length > 0)
        throw new BackupProblem({
          ja: `戻した件数が控えと一致しません(${missing.map(({ name }) => name).join(', ')})。`,
          en: `The counts after restoring differ from the backup (${missing.map(({ name }) => name).join(', ')}).`,
        })
      const { rows } = await db.pool.query<{ sealed: Buffer }>(sealedSomewhere)
      return { sums, sealed: rows[0]?.sealed }
    } finally {
      await db.close()
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
