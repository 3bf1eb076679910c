// HR changes the ladder: every rung is the city's own.

import { z } from 'zod'
import type { Card, FieldErrors, Form, FormValues } from '../../../cards/card.ts'
import { writeAudit } from '../../../db/audit.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { loadCalendars } from '../../../directory/calendars.ts'
import { officeName, readSetting, writeSetting } from '../../../directory/settings.ts'
import {
  type ActionHandler,
  action,
  type CommandHandler,
  type FormHandler,
  form,
  openForm,
  say,
} from '../../../intake/handler.ts'
import { hrOfWholeCity } from '../../../intake/permissions.ts'
import type { WorkingCalendar } from '../../../kernel/calendar.ts'
import { formatTime } from '../../../kernel/format.ts'
import type { Bilingual, Language } from '../../../kernel/language.ts'
import { cutText } from '../../../kernel/words.ts'
import type { Core } from '../../feature.ts'
import { replan } from './replan.ts'
import { type Ladder, ladderSetting, type RungReader } from './settings.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'

const signed = (days: number) => (days > 0 ? `+${days}` : `${days}`)
const daysOf = (ladder: Ladder, who: RungReader): string =>
  ladder.rungs
    .filter((rung) => rung.who === who)
    .map(({ days }) => days)
    .toSorted((a, b) => a - b)
    .map(signed)
    .join(', ')

function ladderCard(ladder: Ladder, office: Bilingual, language: Language, line?: string): Card {
  const t = textsIn(language)
  const days = (who: RungReader) => daysOf(ladder, who) || t.ladderOff
  return {
    summary: line ?? t.ladderSummary,
    blocks: [
      { type: 'heading', text: t.ladderTitle },
      ...(line ? [{ type: 'text' as const, text: line }] : []),
      {
        type: 'text',
        text: t.ladderNow(days('holder'), days('hr-phone'), days('superior'), ladder.at, office[language]),
      },
      {
        type: 'buttons',
        buttons: [{ label: t.ladderEdit, action: { id: 'interviews.ladder', data: {} }, style: 'primary' }],
      },
    ],
  }
}

function ladderForm(ladder: Ladder, office: Bilingual, language: Language): Form {
  const t = textsIn(language)
  const line = { type: 'text', optional: true, maxLength: 200 } as const
  return {
    id: 'interviews.ladder-form',
    title: t.ladderTitle,
    submit: t.ladderSubmit,
    cancel: t.cancel,
    intro: t.ladderIntro,
    fields: [
      { ...line, name: 'holder', label: t.ladderHolder, value: daysOf(ladder, 'holder') },
      { ...line, name: 'phone', label: t.ladderPhone, value: daysOf(ladder, 'hr-phone') },
      { ...line, name: 'superior', label: t.ladderSuperior, value: daysOf(ladder, 'superior') },
      { type: 'time', name: 'at', label: t.ladderAt, value: ladder.at },
      { ...line, name: 'again', label: t.ladderAgain, value: ladder.askAgain.join(', ') },
      { type: 'text', name: 'office', label: t.ladderOffice, value: office.ja, maxLength: 40 },
      { type: 'text', name: 'officeEn', label: t.ladderOfficeEn, value: office.en, maxLength: 80 },
      { ...line, name: 'officer', label: t.ladderOfficer, value: ladder.officer, maxLength: 20 },
      {
        type: 'checkboxes',
        name: 'upcoming',
        label: t.ladderUpcoming,
        optional: true,
        options: [{ label: t.ladderUpcomingYes, value: 'yes' }],
        values: ladder.upcoming ? ['yes'] : [],
      },
    ],
  }
}

/** Whole numbers with commas, spaces or 、 between them; `null` when something else is there. */
function numbersIn(value: string): number[] | null {
  const parts = value.split(/[\s,、，]+/).filter((part) => part !== '')
  const read = parts.map((part) => (/^[+-]?\d{1,3}$/.test(part) ? Number(part) : Number.NaN))
  return read.some(Number.isNaN) ? null : [...new Set(read)].toSorted((a, b) => a - b)
}

/** The ladder that a form describes, or what to mend in it. */
export function readLadder(
  values: FormValues,
  calendar: Pick<WorkingCalendar, 'opensAt' | 'closesAt'>,
  language: Language,
): { readonly ladder: Ladder } | { readonly errors: FieldErrors } {
  const t = textsIn(language)
  const errors: Record<string, string> = {}
  // Minus signs come in many shapes from Japanese keyboards.
  const field = (name: string) => {
    const value = values[name]
    return typeof value === 'string' ? value.normalize('NFKC').replace(/[‐-―−ー]/g, '-') : ''
  }
  const rungs = (
    [
      ['holder', 'holder'],
      ['phone', 'hr-phone'],
      ['superior', 'superior'],
    ] as const
  ).flatMap(([name, who]) => {
    const days = numbersIn(field(name))
    if (days && days.length <= 12 && days.every((day) => Math.abs(day) <= 60))
      return days.map((day) => ({ days: day, who }))
    errors[name] = t.ladderDays
    return []
  })
  const askAgain = numbersIn(field('again')) ?? [0]
  if (askAgain.length > 5 || askAgain.some((days) => days < 1 || days > 30)) errors.again = t.ladderAgainDays
  const at = field('at')
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(at)) errors.at = t.ladderTime
  else {
    const time = Temporal.PlainTime.from(at)
    const { opensAt, closesAt } = calendar
    const { compare } = Temporal.PlainTime
    if (compare(time, opensAt) < 0 || compare(time, closesAt) >= 0)
      errors.at = t.ladderHours(formatTime(opensAt), formatTime(closesAt))
  }
  if (Object.keys(errors).length > 0) return { errors }
  const officer = written(values.officer)
  const upcoming = Array.isArray(values.upcoming) && values.upcoming.includes('yes')
  return { ladder: { rungs, at, askAgain, officer: cutText(officer, 20), upcoming } }
}

export const ladderCommand = (core: Core): CommandHandler => ({
  id: 'interviews.ladder-now',
  phrases: { ja: ['面談 お知らせ設定'], en: ['interview reminders'] },
  help: { ja: ja.ladderHelp, en: en.ladderHelp },
  permission: hrOfWholeCity,
  handle: async ({ language }) => {
    const { prisma } = core.db
    return say(
      ladderCard(await readSetting(prisma, ladderSetting), await readSetting(prisma, officeName), language),
    )
  },
})

export const ladderAction = (core: Core): ActionHandler =>
  action({
    effect: 'reads',
    opensForm: true,
    permission: hrOfWholeCity,
    data: z.object({}),
    handle: async ({ language }) => {
      const { prisma } = core.db
      const office = await readSetting(prisma, officeName)
      return openForm(ladderForm(await readSetting(prisma, ladderSetting), office, language))
    },
  })

/** A city of thousands takes some seconds; in pieces, whoever died between them would leave the rest as it was before. */
const timeout = 60_000

/** Saves the ladder, and plans everything that runs anew with it. */
export const ladderFormHandler = (core: Core): FormHandler =>
  form({
    permission: hrOfWholeCity,
    data: z.object({}),
    handle: (ask, _data, values) =>
      inTransaction(
        core.db,
        async (tx) => {
          const { actor, now, language, flow } = ask
          const read = readLadder(values, (await loadCalendars(tx)).city, language)
          if ('errors' in read) return read
          const before = await readSetting(tx, ladderSetting)
          const writes = await readSetting(tx, officeName)
          const office = {
            ja: written(values.office) || writes.ja,
            en: written(values.officeEn) || writes.en,
          }
          await writeSetting(tx, ladderSetting, read.ladder, now)
          await writeSetting(tx, officeName, office, now)
          await writeAudit(tx, {
            at: now,
            actorId: actor.id,
            via: 'chat',
            action: 'interview.ladder-changed',
            subject: `setting:${ladderSetting.key}`,
            change: {
              before: { ...plain(before), office: writes },
              after: { ...plain(read.ladder), office },
            },
            flow,
          })
          await replan(core, tx, await running(tx), now)
          return say(ladderCard(read.ladder, office, language, textsIn(language).ladderSaved))
        },
        { timeout },
      ),
  })

const written = (value: FormValues[string] | undefined): string =>
  typeof value === 'string' ? value.trim() : ''

const plain = (ladder: Ladder) => ({
  ...ladder,
  rungs: ladder.rungs.map(({ days, who }) => ({ days, who })),
  askAgain: [...ladder.askAgain],
})

async function running(tx: Tx): Promise<number[]> {
  const rows = await tx.$queryRaw<{ id: number }[]>`
    SELECT i.id FROM interview i LEFT JOIN step s ON s.id = i.step_id LEFT JOIN cycle c ON c.id = s.cycle_id
    WHERE i.status IN ('waiting', 'booked') AND (s.id IS NULL OR (s.status = 'open' AND c.status = 'open'))
    ORDER BY i.id`
  return rows.map((row) => row.id)
}
