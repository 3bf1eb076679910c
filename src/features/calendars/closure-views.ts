// What HR sees of pauses. Pure: state in, card out.
import type { Block, Card, Field, Form } from '../../cards/card.ts'
import type { Closure } from '../../directory/closures.ts'
import { formatDate, formatDateYear } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import type { ClosureRow } from './closure-store.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

export const textsIn = (language: Language): typeof ja => (language === 'ja' ? ja : en)
const shown = 8
const lastDay = (row: ClosureRow) => row.to.subtract({ days: 1 })

export function closuresCard(
  rows: readonly ClosureRow[],
  today: Temporal.PlainDate,
  language: Language,
  note?: string,
  lines: readonly string[] = [],
): Card {
  const t = textsIn(language)
  const blocks: Block[] = [{ type: 'heading', text: t.heading }]
  if (note) blocks.push({ type: 'text', text: [{ bold: note }] })
  if (lines.length > 0) blocks.push(listed(lines))
  blocks.push({ type: 'text', text: t.intro })
  if (rows.length === 0) blocks.push({ type: 'context', text: t.none })
  else
    blocks.push({
      type: 'list',
      rows: rows.slice(0, shown).map((row) => {
        const over = Temporal.PlainDate.compare(row.to, today) <= 0
        const ahead = Temporal.PlainDate.compare(row.from, today) > 0
        return {
          text: t.span(
            formatDateYear(row.from, language),
            lastDay(row).equals(row.from) ? '' : formatDate(lastDay(row), language),
          ),
          detail: t.detail(t.state[over ? 'over' : ahead ? 'ahead' : 'now'], row.reason),
          ...(!over && {
            button: {
              label: t.change,
              action: { id: 'calendars.closure-edit', data: { id: row.id, mark: markOf(row) } },
            },
          }),
        }
      }),
    })
  const now = rows.find(
    (row) =>
      Temporal.PlainDate.compare(row.from, today) <= 0 && Temporal.PlainDate.compare(row.to, today) > 0,
  )
  const resume = now && {
    label: t.resume,
    style: 'primary' as const,
    action: { id: 'calendars.closure-resume', data: { id: now.id, mark: markOf(now) } },
    confirm: { title: t.resume, text: t.resumeText, yes: t.resume, no: t.form.cancel },
  }
  const resting = rows.some((row) => Temporal.PlainDate.compare(row.to, today) > 0)
  const add = { label: t.add, action: { id: 'calendars.closure-add' } }
  blocks.push({
    type: 'buttons',
    buttons: [
      ...(resume ? [resume] : []),
      resting ? { ...add, label: t.addAnother } : { ...add, style: 'primary' },
    ],
  })
  return { summary: t.summary, blocks }
}

const listed = (lines: readonly string[]): Block => ({
  type: 'text',
  text: lines.map((line) => `・${line}`).join('\n'),
})

/** What HR has written, for a button. */
export const decidedOf = (wanted: Closure, row: ClosureRow | undefined) => ({
  from: wanted.from.toString(),
  last: wanted.to.subtract({ days: 1 }).toString(),
  reason: wanted.reason,
  ...(row && { id: row.id, mark: markOf(row) }),
})

/** What falls on the days, before anything changes: one press makes it so. */
export function unsureCard(
  wanted: Closure,
  row: ClosureRow | undefined,
  lines: readonly string[],
  language: Language,
): Card {
  const t = textsIn(language)
  const last = wanted.to.subtract({ days: 1 })
  const span = t.span(
    formatDateYear(wanted.from, language),
    last.equals(wanted.from) ? '' : formatDate(last, language),
  )
  const data = decidedOf(wanted, row)
  return {
    summary: t.summary,
    blocks: [
      { type: 'heading', text: t.heading },
      { type: 'text', text: t.note.unsure },
      listed(lines),
      { type: 'text', text: [{ bold: t.note.unsureNext(span, wanted.reason) }] },
      {
        type: 'buttons',
        buttons: [
          { label: t.sure, style: 'primary', action: { id: 'calendars.closure-sure', data } },
          { label: t.stop, action: { id: 'calendars.closures' } },
        ],
      },
    ],
  }
}

/** What the row says: a press on another state of it is stale. */
export const markOf = ({ from, to }: ClosureRow): string => `${from}/${to}`

export function closureForm(
  row: ClosureRow | undefined,
  today: Temporal.PlainDate,
  language: Language,
): Form {
  const t = textsIn(language).form
  const fields: Field[] = [
    { type: 'date', name: 'from', label: t.from, value: (row?.from ?? today).toString() },
    {
      type: 'date',
      name: 'last',
      label: t.last,
      hint: t.lastHint,
      value: (row ? lastDay(row) : today.add({ days: 1 })).toString(),
    },
    { type: 'text', name: 'reason', label: t.reason, maxLength: 60, ...(row && { value: row.reason }) },
  ]
  if (row)
    fields.push({
      type: 'checkboxes',
      name: 'remove',
      label: t.removeLabel,
      optional: true,
      options: [{ value: 'yes', label: t.remove }],
    })
  return {
    id: 'calendars.closure',
    title: row ? t.change : t.add,
    submit: t.submit,
    cancel: t.cancel,
    ...(row && { data: { id: row.id, mark: markOf(row) } }),
    fields,
  }
}
