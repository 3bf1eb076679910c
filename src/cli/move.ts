// From the embedded database to a server (or back, or to another server), in one command.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { folderOf } from '../config.ts'
import { moveAll } from '../db/move.ts'
import { openDatabase } from '../db/open.ts'
import { rowsIn } from '../db/sums.ts'
import { deliveryHealth } from '../delivery/health.ts'
import type { Command } from './command.ts'

/** Another process works on the source, wherever it runs: it looks for work every minute. */
const workedWithinMs = 2 * 60_000

export const moveCommand: Command = {
  name: 'move',
  usage: '--to URL',
  about: {
    ja: 'いまのデータベース（内蔵またはサーバー）の全部を、空の PostgreSQL サーバー URL へ移し、表ごとに件数とチェックサムを照合する。はぐくみを停止して実行する',
    en: 'Moves all of the present database to the empty PostgreSQL server at URL, comparing count and checksum of each table. Stop Hagukumi first',
  },
  positionals: [],
  options: { to: 'text' },
  beside: 'refuse',
  run: async ({ place, option, say, complain }) => {
    const url = option('to') ?? ''
    if (url === '' || url === place.config.databaseUrl) {
      complain(
        '--to に、移す先の postgresql://利用者:パスワード@ホスト:5432/データベース名 を付けてください。\nGive the address to move to: --to postgresql://user:password@host:5432/database',
      )
      return 2
    }
    const { core } = await place.open()
    const { lastSignOfLife } = await deliveryHealth(core.db, place.now())
    const ago = lastSignOfLife ? place.now().since(lastSignOfLife).total('milliseconds') : Infinity
    if (core.db.kind === 'server' && ago >= 0 && ago < workedWithinMs) {
      complain(
        'このデータベースを使っているはぐくみが、まだ動いています。すべて停止し、2分待ってから実行してください。\nA Hagukumi still works on this database. Stop every one, wait two minutes, and run it again.',
      )
      return 1
    }
    const dir = folderOf(place.config)
    const target = await openDatabase({ url, dir, applicationName: 'hagukumi-move' })
    try {
      const file = path.join(dir, `move-${process.pid}.backup`)
      const { sums, already } = await moveAll(core.db, target, file)
      for (const { table, rows, sum } of sums) if (rows > 0) say(`  ${table}: ${rows}  (${sum})`)
      const [tables, rows] = [sums.length, rowsIn(sums)]
      if (already) say('移す先には、すでに同じ内容が入っています。 / The target holds the very same already.')
      say(`${tables}表 ${rows}行の件数とチェックサムが一致しました。`)
      say(`Counts and checksums of ${tables} tables (${rows} rows) are equal.`)
      const key = path.join(dir, 'key')
      const keyIs = existsSync(key) && !place.config.key
      say('')
      say('次にすること / Next:')
      say(`  1. .env の DATABASE_URL に移す先を書く / DATABASE_URL in .env: the new address`)
      if (keyIs)
        say(`  2. .env の HAGUKUMI_KEY に ${key} の中身を写す / HAGUKUMI_KEY: what the file ${key} holds`)
      say(
        `  ${keyIs ? 3 : 2}. doctor で確かめて開始する。元のデータベースは、戻すときのために残してあります / doctor, then start. The old one is left as it is, for the way back`,
      )
      return 0
    } finally {
      await target.close()
    }
  },
}
