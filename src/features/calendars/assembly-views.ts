// What is seen of the assembly: its sessions, whether one attends, and the forms of HR. Pure.
import type { Block, Button, Card, Field, Form } from '../../cards/card.ts'
import { formatDate, formatFiscalYear } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import {
  type Hours,
  markOfYear,
  type Problem,
  regular,
  type SessionRow,
  sessionFields,
  usualHours,
} from './assembly-rules.ts'
import { textsIn } from './closure-views.ts'

export interface AssemblyShown {
  /** This fiscal year's and the next one's. */
  readonly years: readonly { readonly year: number; readonly sessions: readonly SessionRow[] }[]
  readonly today: Temporal.PlainDate
  /** Whether the reader attends. */
  readonly attends: boolean
  /** The reader has said so themselves, or HR of them: their grade alone would say otherwise. */
  readonly byGrade: boolean
  readonly whole: boolean
  /** How many people attend; for HR alone. */
  readonly people?: number
}

export function assemblyCard(
  { years, today, attends, byGrade, whole, people }: AssemblyShown,
  language: Language,
  note?: string,
): Card {
  const t = textsIn(language).assembly
  const blocks: Block[] = [{ type: 'heading', text: t.heading }]
  if (note) blocks.push({ type: 'text', text: [{ bold: note }] })
  blocks.push({ type: 'text', text: t.intro })
  for (const { year, sessions } of years) {
    const shown = sessions.filter(({ to }) => whole || Temporal.PlainDate.compare(to, today) > 0)
    const lines = shown.map((session) => {
      const last = session.to.subtract({ days: 1 })
      const span = t.span(formatDate(session.from, language), formatDate(last, language))
      return `・${t.line(session.name, span, `${session.opensAt}〜${session.closesAt}`)}`
    })
    if (lines.length > 0 || whole)
      blocks.push({
        type: 'text',
        text: [{ bold: formatFiscalYear(year, language) }, `\n${lines.join('\n') || t.noneYear}`],
      })
  }
  if (!whole && years.every(({ sessions }) => sessions.length === 0))
    blocks.push({ type: 'context', text: t.none })
  if (whole && people !== undefined)
    blocks.push({ type: 'context', text: `${t.people(people)}\n${t.fileHint}` })
  blocks.push({ type: 'text', text: attends ? t.attends : t.attendsNot })
  const own: Button = attends
    ? { label: t.reachMe, action: { id: 'calendars.assembly-self', data: { attends: false } } }
    : { label: t.leaveMe, action: { id: 'calendars.assembly-self', data: { attends: true } } }
  const buttons: Button[] = whole
    ? [
        ...years.map(
          ({ year, sessions }, at): Button => ({
            label: t.enter(formatFiscalYear(year, language)),
            action: { id: 'calendars.assembly-year', data: { year } },
            ...(at === 0 && sessions.length === 0 && { style: 'primary' }),
          }),
        ),
        { label: t.who, action: { id: 'calendars.assembly-who' } },
      ]
    : []
  // Whoever does not attend and is not asked to has nothing to press here.
  if (attends || !byGrade) buttons.push(own)
  if (buttons.length > 0) blocks.push({ type: 'buttons', buttons })
  return { summary: t.summary, language, blocks }
}

/** The year's sessions in one form: the four regular ones by their days, others as lines. */
export function yearForm(year: number, sessions: readonly SessionRow[], language: Language): Form {
  const t = textsIn(language).assembly
  const [first] = sessions
  const hours: Hours = first ?? usualHours
  const used = new Set<SessionRow>()
  const fields: Field[] = regular.flatMap(({ name }, index): Field[] => {
    const known = sessions.find((session) => session.name === name)
    if (known) used.add(known)
    const names = sessionFields(index)
    return [
      {
        type: 'date',
        name: names.from,
        label: t.first(t.regular[index] ?? name),
        optional: true,
        ...(known && { value: known.from.toString() }),
      },
      {
        type: 'date',
        name: names.last,
        label: t.last(t.regular[index] ?? name),
        optional: true,
        ...(known && { value: known.to.subtract({ days: 1 }).toString() }),
      },
    ]
  })
  const others = sessions
    .filter((session) => !used.has(session))
    .map(({ name, from, to }) => `${name} ${from}〜${to.subtract({ days: 1 })}`)
  return {
    id: 'calendars.assembly-year',
    language,
    title: t.enter(formatFiscalYear(year, language)),
    submit: t.submit,
    cancel: textsIn(language).form.cancel,
    data: { year, mark: markOfYear(sessions).slice(0, 800) },
    intro: t.yearIntro,
    fields: [
      ...fields,
      {
        type: 'text',
        name: 'others',
        label: t.others,
        hint: t.othersHint,
        optional: true,
        multiline: true,
        maxLength: 1000,
        ...(others.length > 0 && { value: others.join('\n') }),
      },
      { type: 'time', name: 'opensAt', label: t.opensAt, hint: t.hoursHint, value: hours.opensAt },
      { type: 'time', name: 'closesAt', label: t.closesAt, value: hours.closesAt },
    ],
  }
}

export function whoForm(
  grades: readonly { readonly rank: number; readonly name: string }[],
  gradeFrom: number | null,
  language: Language,
): Form {
  const t = textsIn(language).assembly
  return {
    id: 'calendars.assembly-who',
    language,
    title: t.who,
    submit: t.submit,
    cancel: textsIn(language).form.cancel,
    intro: t.whoIntro,
    fields: [
      {
        type: 'select',
        name: 'grade',
        label: t.grade,
        options: [
          ...grades.slice(0, 98).map(({ rank, name }) => ({ label: t.from(name), value: String(rank) })),
          { label: t.noGrade, value: 'none' },
        ],
        value: grades.some(({ rank }) => rank === gradeFrom) ? String(gradeFrom) : 'none',
      },
      { type: 'person', name: 'person', label: t.person, hint: t.personHint, optional: true },
      {
        type: 'select',
        name: 'what',
        label: t.what,
        optional: true,
        options: [
          { label: t.marked.yes, value: 'yes' },
          { label: t.marked.no, value: 'no' },
          { label: t.marked.grade, value: 'grade' },
        ],
        value: 'yes',
      },
    ],
  }
}

/** What is wrong with a year, field by field; of a list, which line. */
export function problemsIn(
  problems: readonly Problem[],
  year: number,
  language: Language,
): Readonly<Record<string, string>> {
  const t = textsIn(language).assembly
  const errors: Record<string, string> = {}
  for (const { field, code, line } of problems) {
    const text = code === 'year' ? t.wrong.year(formatFiscalYear(year, language)) : t.wrong[code]
    errors[field] ??= line === undefined ? text : t.inLine(line, text)
  }
  return errors
}
