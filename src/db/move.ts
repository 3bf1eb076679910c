// From one database to another, embedded or server, as it is: copied through a backup, compared table by table before
// it counts, and nothing left behind when anything goes wrong.
import { rm } from 'node:fs/promises'
import { backup } from './backup.ts'
import { BackupProblem } from './errors.ts'
import type { Database } from './open.ts'
import { restore } from './restore.ts'
import { differing, isEmpty, type Sum, sumsNow, tableSums } from './sums.ts'

export interface Moved {
  readonly sums: readonly Sum[]
  /** The target held the very same already: nothing was done. */
  readonly already: boolean
}

const changedMeanwhile = (tables: readonly string[]) =>
  new BackupProblem({
    ja: `移した内容が元と一致しません(${tables.join(', ')})。移す間に元のデータベースが使われたようです。動作中のはぐくみをすべて停止してから、もう一度実行してください。移す先は空のままです。`,
    en: `What was moved differs from the source (${tables.join(', ')}): it seems to have been used meanwhile. Stop every running Hagukumi and run it again. The target is as empty as it was.`,
  })

const notEmpty = () =>
  new BackupProblem({
    ja: '移す先のデータベースは空ではありません。空のデータベースを用意してください。移す元・移す先とも変更していません。',
    en: 'The database to move to is not empty. Give it an empty one. Neither was changed.',
  })

/**
 * Copies everything from `source` to `target`, which this program has migrated and which must be empty (or hold the very
 * same already). `file` is used on the way and removed. Throws BackupProblem with the target as it was; safe to repeat.
 */
export async function moveAll(
  source: Pick<Database, 'pool'>,
  target: Pick<Database, 'pool'>,
  file: string,
): Promise<Moved> {
  const before = await sumsNow(source.pool)
  const there = await sumsNow(target.pool)
  if (!isEmpty(there)) {
    if (differing(before, there).length > 0) throw notEmpty()
    return { sums: before, already: !isEmpty(before) }
  }
  try {
    await backup(source, file)
    await restore(target, file, {
      check: async (client) => {
        const different = differing(before, await tableSums(client))
        if (different.length > 0) throw changedMeanwhile(different)
      },
    })
  } finally {
    await rm(file, { force: true })
  }
  return { sums: before, already: false }
}
