// A roster given to the bot: the days on which its people work become their own calendars, so that reminders, hours on
// offer and deadlines follow them.
import type { Card } from '../../cards/card.ts'
import { writeAudits } from '../../db/audit.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { calendarsOf } from '../../directory/calendars.ts'
import { loadOrganisation } from '../../directory/load.ts'
import { type Answer, type Ask, say } from '../../intake/handler.ts'
import { hrOfWholeCity } from '../../intake/permissions.ts'
import { formatDateYear, formatTime } from '../../kernel/format.ts'
import { looksLikeTable, readTable } from '../../tables/read-table.ts'
import type { Core, Feature } from '../feature.ts'
import { textsIn } from './closure-views.ts'
import { problemText, type Roster, type RosterDay, readRoster } from './roster-rules.ts'

const shownProblems = 8
/** A file is a roster by its name: its rows look like anybody's. */
export const looksLikeRoster = (name: string, bytes: Uint8Array): boolean =>
  /勤務表|勤務予定|シフト|ローテ|当番表|roster|shift/i.test(name) && looksLikeTable(name, bytes)

const calendarCode = (personId: number): string => `person:${personId}`

export function rosters(core: Core): Omit<Feature, 'name'> {
  const take = async (ask: Ask, name: string, bytes: Uint8Array): Promise<Answer> => {
    const t = textsIn(ask.language).roster
    const table = await readTable(bytes)
    if ('code' in table) return say(card(t.unreadable, [table.text[ask.language]], name))
    const roster = table.sheets.map(({ rows }) => readRoster(rows)).find((found) => found !== undefined)
    if (!roster || roster.days.length + roster.problems.length === 0)
      return say(card(t.unreadable, [t.columns], name))
    return inTransaction(core.db, (tx) => bring(tx, ask, name, roster), { timeout: 60_000 })
  }

  const bring = async (tx: Tx, ask: Ask, name: string, { days, problems }: Roster): Promise<Answer> => {
    const t = textsIn(ask.language).roster
    const byNumber = Map.groupBy(days, ({ number }) => number)
    const people = await tx.person.findMany({
      where: { number: { in: [...byNumber.keys()] }, leftOn: null },
      select: { id: true, number: true, calendarId: true },
    })
    const known = new Set(people.map(({ number }) => number))
    const lines = [
      ...problems.map(({ code, row, value }) => problemText[code](`${row}`, value)[ask.language]),
      ...[...byNumber.keys()]
        .filter((number) => !known.has(number))
        .map((number) => problemText.unknown('', number)[ask.language]),
    ]
    if (lines.length > 0) {
      const shown = lines.slice(0, shownProblems)
      if (lines.length > shown.length) shown.push(t.more(lines.length - shown.length))
      return say(card(t.refused, [t.refusedText, ...shown], name))
    }
    const ids = people.map(({ id }) => id)
    const calendarOf = await calendarsOf(tx, ids, await loadOrganisation(tx, ask.today, ids))
    for (const { id, number } of people) {
      const base = calendarOf(id)
      const code = calendarCode(id)
      // The usual week goes on where the roster ends: nobody is left without a working day.
      const made = await tx.calendar.upsert({
        where: { code },
        create: {
          code,
          // No number and no name: whoever has left is not known by their calendar.
          name: code,
          weekdays: [...base.weekdays],
          observesHolidays: base.observesHolidays,
          opensAt: formatTime(base.opensAt),
          closesAt: formatTime(base.closesAt),
        },
        update: {},
        select: { id: true },
      })
      await tx.person.update({ where: { id }, data: { calendarId: made.id } })
      await writeDays(tx, made.id, byNumber.get(number) ?? [])
    }
    const dates = days.map(({ date }) => date).toSorted()
    const [from, to] = [dates.at(0) ?? '', dates.at(-1) ?? '']
    await writeAudits(
      tx,
      people.map(({ id }) => ({
        at: ask.now,
        actorId: ask.actor.id,
        via: 'chat' as const,
        action: 'calendar.roster',
        subject: `calendar:${calendarCode(id)}`,
        subjectPersonId: id,
        change: { from, to },
        flow: ask.flow,
      })),
    )
    await core.tell({ type: 'calendars-changed', personIds: ids }, tx, ask.now)
    const said = (iso: string) => formatDateYear(Temporal.PlainDate.from(iso), ask.language)
    return say(card(t.done, [t.doneText(people.length, days.length, said(from), said(to)), t.after], name))
  }

  return { files: [{ permission: hrOfWholeCity, takes: looksLikeRoster, handle: take }] }
}

/** What the roster says of a day holds; other days stay as they were. */
async function writeDays(tx: Tx, calendarId: number, days: readonly RosterDay[]): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO calendar_day AS d (calendar_id, date, open, note)
    SELECT ${calendarId}::int, x.date::date, x.works, ''
      FROM jsonb_to_recordset(${JSON.stringify(days)}::jsonb) AS x(date text, works boolean)
    ON CONFLICT (calendar_id, date) DO UPDATE SET open = EXCLUDED.open`
}

const card = (summary: string, lines: readonly string[], name: string): Card => ({
  summary,
  blocks: [
    { type: 'heading', text: summary },
    { type: 'context', text: name.slice(0, 200) },
    ...lines.map((text) => ({ type: 'text', text }) as const),
  ],
})
