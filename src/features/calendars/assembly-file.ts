// 会期日程 given to the bot as a file: its sessions are entered as if they had been typed into the year's form.
import type { Card } from '../../cards/card.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { attendees } from '../../directory/assembly.ts'
import { auditing } from '../../intake/audited.ts'
import { type Answer, type Ask, say } from '../../intake/handler.ts'
import { hrOfWholeCity } from '../../intake/permissions.ts'
import { HolidaysUnknownError } from '../../kernel/calendar.ts'
import { fiscalYearOf } from '../../kernel/fiscal-year.ts'
import { formatFiscalYear } from '../../kernel/format.ts'
import { wordsOf } from '../../tables/glance.ts'
import { looksLikeTable, readTable } from '../../tables/read-table.ts'
import type { Core, Feature } from '../feature.ts'
import {
  type ListProblem,
  mentionsSessions,
  mergeYear,
  readSessions,
  type SessionList,
} from './assembly-list.ts'
import { overlap, usualHours } from './assembly-rules.ts'
import { loadYear, lockAssembly, saveYear } from './assembly-store.ts'
import { textsIn } from './closure-views.ts'

const onTrail = auditing('calendar')
const shownProblems = 8

/** By its name, or by its words: the days of the assembly, and nobody's list of people. */
export const looksLikeSessions = (name: string, bytes: Uint8Array): boolean =>
  looksLikeTable(name, bytes) &&
  !/勤務|シフト|名簿|職員|roster|shift|staff/i.test(name) &&
  (/会期|議会(日程|予定)|assembly.?(sessions?|dates|calendar)/i.test(name) ||
    mentionsSessions(wordsOf(name, bytes) ?? ''))

export function assemblyFile(
  core: Core,
  shown: (tx: Tx, ask: Ask, note: string) => Promise<Answer>,
): Pick<Feature, 'files'> {
  const take = async (ask: Ask, name: string, bytes: Uint8Array): Promise<Answer> => {
    const t = textsIn(ask.language).assembly.file
    const table = await readTable(bytes)
    if ('code' in table) return say(plain(t.unreadable, [table.text[ask.language]], name))
    const list = table.sheets.map(({ rows }) => readSessions(rows, ask.today)).find((found) => found)
    if (!list) return say(plain(t.unreadable, [t.columns], name))
    if (list.problems.length > 0) return say(refused(ask, list.problems, name))
    try {
      return await inTransaction(core.db, (tx) => bring(tx, ask, list, name), { timeout: 60_000 })
    } catch (error) {
      if (!(error instanceof HolidaysUnknownError)) throw error
      return say(plain(t.refused, [textsIn(ask.language).assembly.unknownYear], name))
    }
  }

  const bring = async (tx: Tx, ask: Ask, { sessions }: SessionList, name: string): Promise<Answer> => {
    await lockAssembly(tx)
    const t = textsIn(ask.language).assembly
    for (const [year, listed] of Map.groupBy(sessions, ({ from }) => fiscalYearOf(from))) {
      const present = await loadYear(tx, year)
      const merged = mergeYear(present, listed)
      const around = [...(await loadYear(tx, year - 1)), ...(await loadYear(tx, year + 1))]
      const clash = listed.find((one) => around.some((other) => overlap(other, one)))
      if (!merged || clash)
        return say(
          plain(t.file.refused, [merged ? `${clash?.name}：${t.wrong.overlap}` : t.wrong.many], name),
        )
      const { opensAt, closesAt } = present[0] ?? usualHours
      const by = { actorId: ask.actor.id, now: ask.now }
      await saveYear(tx, year, { sessions: merged, problems: [], opensAt, closesAt }, core.zone, by)
      const said = merged.map((one) => `${one.name} ${one.from}/${one.to}`).join(', ')
      await onTrail(tx, ask, 'assembly-entered', 'assembly', { year, sessions: said.slice(0, 500) })
    }
    const ids = [...(await attendees(tx, ask.today))]
    if (ids.length > 0) await core.tell({ type: 'calendars-changed', personIds: ids }, tx, ask.now)
    return shown(tx, ask, t.file.done(sessions.length))
  }

  return { files: [{ permission: hrOfWholeCity, takes: looksLikeSessions, handle: take }] }
}

function refused(ask: Ask, problems: readonly ListProblem[], name: string): Card {
  const t = textsIn(ask.language).assembly
  const years = [fiscalYearOf(ask.today), fiscalYearOf(ask.today) + 1].map((year) =>
    formatFiscalYear(year, ask.language),
  )
  const lines = problems
    .slice(0, shownProblems)
    .map(({ row, value, code }) =>
      t.file.inRow(row, value, code === 'year' ? t.wrong.year(years.join(t.file.or)) : t.wrong[code]),
    )
  if (problems.length > shownProblems)
    lines.push(textsIn(ask.language).roster.more(problems.length - shownProblems))
  return plain(t.file.refused, [t.file.refusedText, ...lines], name)
}

const plain = (summary: string, lines: readonly string[], name: string): Card => ({
  summary,
  blocks: [
    { type: 'heading', text: summary },
    { type: 'context', text: name.slice(0, 200) },
    ...lines.map((text) => ({ type: 'text', text }) as const),
  ],
})
