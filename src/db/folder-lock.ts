// One owner per data folder. The lock is an operating-system lock that SQLite holds on a file: it dies with its
// process, however that ends, so there is never a stale lock to judge; and a long path is no obstacle, as it is for
// a socket. Within one process SQLite itself refuses the second holder.
import { chmodSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DatabaseInUse, DatabaseProblem } from './errors.ts'

const sqliteBusy = 5

/**
 * Takes the folder for this process and returns what gives it back. On a network share the lock is only as good as
 * the share's own locking. Throws DatabaseInUse when it is taken.
 */
export function lockFolder(dir: string): () => void {
  const file = path.join(dir, 'lock')
  let held: DatabaseSync | undefined
  try {
    held = new DatabaseSync(file, { timeout: 0 })
    if (process.platform !== 'win32') chmodSync(file, 0o600)
    held.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    held?.close()
    const errcode = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0
    if ((errcode & 0xff) === sqliteBusy) throw new DatabaseInUse(dir)
    throw new DatabaseProblem('folder', {
      ja: `データフォルダー ${dir} に鍵ファイル(lock)を作れません。フォルダーの書き込み権限と空き容量を確認してください。`,
      en: `The lock file in the data folder ${dir} cannot be made. Check the folder's write permission and free space.`,
      cause: error,
    })
  }
  const database = held
  return () => {
    if (database.isOpen) database.close()
  }
}
