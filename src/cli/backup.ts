import { existsSync } from 'node:fs'
import { backup } from '../db/backup.ts'
import { restore } from '../db/restore.ts'
import type { Command } from './command.ts'

export const backupCommand: Command = {
  name: 'backup',
  usage: 'FILE [--force]',
  about: {
    ja: 'データベース全体を FILE に控える（職員の情報を含みます。名簿と同じように保管してください）。すでにある FILE には --force のときだけ',
    en: 'Writes the whole database to FILE (it holds personal data: keep it as you keep the staff list); over a FILE that exists only with --force',
  },
  positionals: ['FILE'],
  paths: ['FILE'],
  options: { force: 'flag' },
  beside: 'forward',
  run: async ({ place, argument, flag, say, complain }) => {
    if (existsSync(argument('FILE')) && !flag('force')) {
      complain(
        `${argument('FILE')} はすでにあります。別の名前にするか、置き換えてよければ --force を付けてください。`,
      )
      complain(`${argument('FILE')} exists already. Choose another name, or give --force to replace it.`)
      return 1
    }
    const { core } = await place.open()
    const { rows, bytes } = await backup(core.db, argument('FILE'))
    const size = `${Math.ceil(bytes / 1024).toLocaleString('en')} KB`
    say(`控えを作りました：${argument('FILE')}（${rows}行、${size}）`)
    say(`Backup written: ${argument('FILE')} (${rows} rows, ${size})`)
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
    say(`控えから戻しました（${rows}行）。npm start で開始できます。`)
    say(`Restored (${rows} rows). Start with npm start.`)
    return 0
  },
}
