// The staff list from the command line: a preview unless told to apply, and a pretended list to try things with.
import path from 'node:path'
import { importFile, importText, sampleCity } from '../features/staff-list/index.ts'
import { fiscalYearOf } from '../kernel/fiscal-year.ts'
import { parseJapaneseDate } from '../kernel/parse-date.ts'
import type { Command } from './command.ts'

export const importCommand: Command = {
  name: 'import',
  usage: 'FILE [--effective DATE] [--apply] [--mark-left] [--json] [--lang ja|en]',
  about: {
    ja: '職員名簿 FILE（CSV か .xlsx）を確かめる。--apply のときだけ取り込み、--mark-left は名簿にない方を退職とする',
    en: 'Checks the staff list FILE (CSV or .xlsx); imports it only with --apply; --mark-left marks those not on it as left',
  },
  positionals: ['FILE'],
  options: { effective: 'text', apply: 'flag', 'mark-left': 'flag', json: 'flag', lang: 'text' },
  reads: 'FILE',
  beside: 'forward',
  run: async ({ place, argument, bytes, option, flag, say, complain }) => {
    const written = option('effective')
    const effective = written === undefined ? undefined : parseJapaneseDate(written)
    if (effective && !effective.ok) {
      complain('--effective は 2027-04-01 や R9.4.1 のように入れてください。')
      complain('Give --effective as 2027-04-01 or R9.4.1.')
      return 2
    }
    const language = option('lang') ?? 'ja'
    if (language !== 'ja' && language !== 'en') {
      complain('--lang は ja か en です。 / --lang is ja or en.')
      return 2
    }
    const { core } = await place.open()
    const result = await importFile(core, {
      bytes: bytes(),
      name: path.basename(argument('FILE')),
      apply: flag('apply'),
      markMissingAsLeft: flag('mark-left'),
      actorId: null,
      ...(effective && { effectiveOn: effective.date }),
    })
    if (flag('json')) say(JSON.stringify(result))
    else if (result.usable) say(importText(result, language))
    else complain(importText(result, language))
    if (!result.usable) return 2
    return result.counts.errors > 0 ? 1 : 0
  },
}

export const sampleCityCommand: Command = {
  name: 'sample-city',
  usage: '--staff N --seed S [> FILE]',
  about: {
    ja: '架空の市役所の職員名簿（CP932 の CSV、20〜5,000人）を標準出力に書く。同じ S なら同じ名簿',
    en: 'Writes the staff list of a city that does not exist (CSV in CP932, 20 to 5,000 people) to standard output; the same S gives the same list',
  },
  positionals: [],
  options: { staff: 'text', seed: 'text' },
  beside: 'here',
  run: async ({ place, option, give, complain }) => {
    const staff = Number(option('staff') ?? '120')
    const seed = Number(option('seed') ?? '1')
    if (!Number.isInteger(staff) || staff < 20 || staff > 5000 || !Number.isInteger(seed)) {
      complain('--staff は 20 から 5000 までの人数、--seed は整数です。')
      complain('--staff is a number from 20 to 5000, --seed a whole number.')
      return 2
    }
    const fiscalYear = fiscalYearOf(place.now().toZonedDateTimeISO(place.config.zone).toPlainDate())
    give(sampleCity({ staff, seed, fiscalYear }).csvCp932)
    return 0
  },
}
