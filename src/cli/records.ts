// How long the city keeps what, and what a person may ask under the privacy law.
import { writeFileSync } from 'node:fs'
import {
  changePeriod,
  erasePerson,
  exportPerson,
  keptTables,
  periods,
  personCsv,
  readPeriods,
  tableName,
} from '../features/records/index.ts'
import { normalise } from '../kernel/words.ts'
import type { Called, Command, ExitCode } from './command.ts'

const span = (months: number) =>
  months % 12 === 0
    ? { ja: `${months / 12}年`, en: `${months / 12} years` }
    : { ja: `${months}か月`, en: `${months} months` }

export const retentionCommand: Command = {
  name: 'retention',
  usage: '[--set NAME --months N]',
  about: {
    ja: '記録の保存期間の一覧（表ごとの理由と期間）。--set で変える。毎晩、期間の過ぎたものが消える',
    en: 'Lists how long what is kept, and why; --set changes it. What is over goes every night',
  },
  positionals: [],
  options: { set: 'text', months: 'text' },
  beside: 'forward',
  run: async ({ place, option, say, complain }) => {
    const { core } = await place.open()
    const [name, months] = [option('set'), option('months')]
    if ((name === undefined) !== (months === undefined)) {
      complain('--set と --months を両方付けてください。\nGive both --set and --months.')
      return 2
    }
    if (name !== undefined) {
      const wanted = Number(normalise(months ?? ''))
      const { period, before } = await changePeriod(
        core,
        { name, months: wanted, actorId: null },
        place.now(),
      )
      say(`「${period.title.ja}」の保存期間を ${span(before).ja}から${span(wanted).ja}に変えました。`)
      say(`"${period.title.en}" is now kept for ${span(wanted).en} (before: ${span(before).en}).`)
      return 0
    }
    const kept = await readPeriods(core.db.prisma)
    for (const period of periods) {
      const now = kept.get(period.name) ?? period.usual
      const tables = Object.entries(keptTables).flatMap(([model, by]) =>
        by === period.name ? [tableName(model)] : [],
      )
      const usual = now === period.usual ? '' : `（標準 usual ${period.usual}）`
      say(`${period.name}  ${now} か月 months${usual}`)
      say(`  ${period.title.ja}：${period.why.ja}`)
      say(`  ${period.title.en} (${period.why.en})`)
      if (tables.length > 0) say(`  [${tables.join(' ')}]`)
    }
    return 0
  },
}

const stillThere = (file: string) => (error: unknown) => {
  const { code = '' } = error as NodeJS.ErrnoException
  return `${file} に書き込めません（${code}）。すでにあるときは別の名前にしてください。\n${file} cannot be written (${code}). If it exists, choose another name.`
}

async function exportTo(called: Called, file: string): Promise<ExitCode> {
  const { place, say, complain } = called
  const { core } = await place.open()
  const base = file.replace(/\.(json|csv)$/i, '')
  const data = await exportPerson(core, called.argument('NUMBER'), place.now())
  for (const [name, bytes] of [
    [`${base}.json`, Buffer.from(`${JSON.stringify(data, null, 2)}\n`)],
    [`${base}.csv`, personCsv(data)],
  ] as const)
    try {
      writeFileSync(name, bytes, { flag: 'wx', mode: 0o600 })
    } catch (error) {
      complain(stillThere(name)(error))
      return 1
    }
  const rows = data.parts.reduce((sum, part) => sum + part.rows.length, 0)
  say(
    `${base}.json と ${base}.csv に書き出しました（${rows}件）。ほかの方が書いた内容と、ほかの方の氏名は含みません。`,
  )
  say(
    `Written to ${base}.json and ${base}.csv (${rows} records), without what others wrote and without their names.`,
  )
  return 0
}

async function erase(called: Called): Promise<ExitCode> {
  const { place, option, argument, say, complain } = called
  const reason = option('reason')?.trim() ?? ''
  const confirm = option('confirm')
  if (reason === '') {
    complain(
      '--reason に根拠（請求の受付番号など）を書いてください。\nGive the ground in --reason (such as the number of the request).',
    )
    return 2
  }
  const confirmed = confirm !== undefined && normalise(confirm) === normalise(argument('NUMBER'))
  const { core } = await place.open()
  const { name, rows, done } = await erasePerson(
    core,
    { number: argument('NUMBER'), reason, confirmed },
    place.now(),
  )
  for (const [table, n] of Object.entries(rows)) say(`  ${table}: ${n}`)
  if (done) {
    say(
      '消去しました。監査証跡に、根拠と件数だけが残ります。控え（バックアップ）にある分は、その保存期間のあいだ残ります。',
    )
    say('Erased. The trail keeps the ground and the count alone. Backups hold it until they are replaced.')
    return 0
  }
  say(
    `${argument('NUMBER')} ${name} さんの記録です。まだ何も消していません。消すには --confirm ${argument('NUMBER')} を付けてください。元に戻せません。`,
  )
  say(
    `These are the records of ${name}. Nothing was erased yet: add --confirm ${argument('NUMBER')} to do it. It cannot be undone.`,
  )
  return 1
}

export const personCommand: Command = {
  name: 'person',
  usage: 'NUMBER --export FILE | NUMBER --erase --reason TEXT [--confirm NUMBER]',
  about: {
    ja: '個人情報保護法の請求：その方について保有するものを FILE.json と FILE.csv に書き出す（開示）、退職された方の分を消去する',
    en: 'Requests under the privacy law: writes all that is held of a person to FILE.json and FILE.csv, or erases somebody who has left',
  },
  positionals: ['NUMBER'],
  options: { export: 'text', erase: 'flag', reason: 'text', confirm: 'text' },
  paths: ['--export'],
  beside: 'forward',
  run: async (called) => {
    const file = called.option('export')
    if ((file === undefined) === !called.flag('erase')) {
      called.complain(
        '--export FILE か --erase のどちらか一つを付けてください。\nGive one of --export FILE and --erase.',
      )
      return 2
    }
    return file === undefined ? erase(called) : exportTo(called, file)
  },
}
