import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { folderOf } from '../config.ts'
import { backup } from '../db/backup.ts'
import { drill } from '../db/drill.ts'
import { restore } from '../db/restore.ts'
import { rowsIn } from '../db/sums.ts'
import { recordBackup } from '../delivery/health.ts'
import { loadSecret } from '../kernel/secret.ts'
import { normalise } from '../kernel/words.ts'
import type { Command } from './command.ts'

const isFolder = (file: string) => existsSync(file) && statSync(file).isDirectory()
const dated = /^hagukumi-\d{4}-\d{2}-\d{2}-\d{4}\.backup$/

/** Into a folder: named after the minute, which sorts by age. */
const nameIn = (folder: string, now: Temporal.Instant, zone: string) => {
  const local = now.toZonedDateTimeISO(zone)
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' }).replace(':', '')
  return path.join(folder, `hagukumi-${local.toPlainDate()}-${time}.backup`)
}

/** Keeps the latest so many of those that were named by this program. How many went. */
function keepLatest(folder: string, most: number): number {
  const old = readdirSync(folder)
    .filter((name) => dated.test(name))
    .toSorted()
    .slice(0, -most)
  for (const name of old) rmSync(path.join(folder, name), { force: true })
  return old.length
}

export const backupCommand: Command = {
  name: 'backup',
  usage: 'FILE [--force] | FOLDER [--keep N]',
  about: {
    ja: 'データベース全体を FILE に控える（職員の情報を含みます。名簿と同じように保管してください）。すでにある FILE には --force のときだけ。フォルダーなら日時の名前で作り、--keep N で新しい N 個だけを残す',
    en: 'Writes the whole database to FILE (it holds personal data: keep it as you keep the staff list); over a FILE that exists only with --force. Into a FOLDER under the time as its name; --keep N keeps the latest N',
  },
  positionals: ['FILE'],
  paths: ['FILE'],
  options: { force: 'flag', keep: 'text' },
  beside: 'forward',
  run: async ({ place, argument, flag, option, say, complain }) => {
    const into = isFolder(argument('FILE')) ? argument('FILE') : undefined
    const file = into ? nameIn(into, place.now(), place.config.zone) : argument('FILE')
    const keep = option('keep') === undefined ? undefined : Number(normalise(option('keep') ?? ''))
    if (keep !== undefined && !(into && Number.isInteger(keep) && keep > 0)) {
      complain('--keep はフォルダーに控えるときに、1 以上の数で付けます。')
      complain('--keep goes with a folder, and is a number from 1.')
      return 2
    }
    if (existsSync(file) && !flag('force')) {
      complain(`${file} はすでにあります。別の名前にするか、置き換えてよければ --force を付けてください。`)
      complain(`${file} exists already. Choose another name, or give --force to replace it.`)
      return 1
    }
    const { core } = await place.open()
    const { rows, bytes } = await backup(core.db, file)
    await recordBackup(core.db, place.now())
    const size = `${Math.ceil(bytes / 1024).toLocaleString('en')} KB`
    say(`控えを作りました：${file}（${rows}行、${size}）`)
    say(`Backup written: ${file} (${rows} rows, ${size})`)
    const gone = into && keep !== undefined ? keepLatest(into, keep) : 0
    if (gone > 0) say(`古い控えを ${gone} 個消しました。 / Old backups removed: ${gone}.`)
    return 0
  },
}

export const restoreCommand: Command = {
  name: 'restore',
  usage: 'FILE [--force]',
  about: {
    ja: '控え FILE をデータベースに戻す。中身のあるデータベースには --force のときだけ',
    en: 'Puts the backup FILE into the database; over one that is not empty only with --force',
  },
  positionals: ['FILE'],
  paths: ['FILE'],
  options: { force: 'flag' },
  beside: 'refuse',
  run: async ({ place, argument, flag, say }) => {
    const { core } = await place.open()
    const { rows } = await restore(core.db, argument('FILE'), { force: flag('force') })
    say(`控えから戻しました（${rows}行）。はぐくみを開始できます。`)
    say(`Restored (${rows} rows). Hagukumi can be started.`)
    return 0
  },
}

/** When the last drill went well, beside the data: doctor reads it. */
export const drillMark = 'drill.json'

export const drillCommand: Command = {
  name: 'drill',
  usage: 'FILE',
  about: {
    ja: '控え FILE から戻せることを確かめる訓練。一時的な場所に戻して件数を照合し、片付ける。動いているデータベースには触れない',
    en: 'A restore drill: puts the backup FILE into a temporary place, compares the counts, and clears it away. The running database is not touched',
  },
  positionals: ['FILE'],
  paths: ['FILE'],
  beside: 'here',
  run: async ({ place, argument, say, complain }) => {
    const { config } = place
    const dir = folderOf(config)
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const { sums, sealed } = await drill(argument('FILE'), dir)
    for (const { table, rows } of sums) if (rows > 0) say(`  ${table}: ${rows}`)
    const [tables, rows] = [sums.length, rowsIn(sums)]
    say(`${tables}表 ${rows}行を一時的な場所に戻し、控えの件数と一致しました。一時的な場所は消しました。`)
    say(`${tables} tables (${rows} rows) came back as the backup counts them. The temporary place is gone.`)
    if (sealed && !loadSecret(dir, config.key).sealed(sealed)) {
      complain(
        'ただし、封印された内容（1on1 の話題など）は、いまの鍵（HAGUKUMI_KEY または data/key）では読めません。控えを取ったときの鍵を探してください。',
      )
      complain('But what is sealed in it does not open with the present key. Find the key it was made with.')
      return 1
    }
    const at = place.now().toString()
    writeFileSync(path.join(dir, drillMark), `${JSON.stringify({ at, rows })}\n`, { mode: 0o600 })
    say(
      '鍵（HAGUKUMI_KEY または データフォルダーの key）は控えに入っていません。別に保管してあるか確かめてください。',
    )
    say(
      'The key (HAGUKUMI_KEY, or the file "key") is not in the backup: make sure that it is kept elsewhere.',
    )
    return 0
  },
}
