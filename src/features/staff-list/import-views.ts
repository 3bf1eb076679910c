// What HR sees of a list on its way in. Pure: state in, card out.

import type { Block, Button, Card, Form, Row } from '../../cards/card.ts'
import { formatDateTime, formatDateYear } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import { cutText } from '../../kernel/words.ts'
import type { Unreadable } from '../../tables/read-problem.ts'
import { changesAnything, type Preview, type Waiting } from './preview.ts'
import type { Problem, ProblemCode } from './problem.ts'
import { releaseTexts } from './release/texts.ts'
import { mappingButton, mappingRow } from './reorganisation/views.ts'
import type { ImportRow } from './repository.ts'
import { textsOf } from './texts.ts'

const shownErrors = 6
const shownSections = 5
/** 内定者 who may be somebody of the list; those told first make room for others. */
const shownGuests = 10

export interface PreviewState {
  readonly row: ImportRow
  readonly preview: Preview
  readonly today: Temporal.PlainDate
  readonly withoutEvaluator?: number
  /** What was shown before is no longer so. */
  readonly stale?: boolean
  readonly mapping?: Waiting['mapping']
}

const isFuture = ({ row, today }: Pick<PreviewState, 'row' | 'today'>) =>
  Temporal.PlainDate.compare(row.effectiveOn, today) > 0

export function previewCard(state: PreviewState, language: Language): Card {
  const { row, preview, stale, withoutEvaluator: without = 0 } = state
  const t = textsOf(language)
  const { counts } = preview
  const on = formatDateYear(row.effectiveOn, language)
  const { fileName, summary } = row
  const blocks: Block[] = [{ type: 'heading', text: t.preview.heading }]
  if (stale) blocks.push({ type: 'text', text: [{ bold: t.preview.changed }] })
  blocks.push(
    {
      type: 'context',
      text: t.preview.file(fileName, t.encoding[summary.kind] ?? summary.kind, summary.rows),
    },
    {
      type: 'facts',
      facts: [
        { label: t.preview.day, value: t.preview.dayNote(on, isFuture(state)) },
        { label: t.preview.people, value: t.preview.peopleCounts(counts) },
        { label: t.preview.sections, value: t.preview.sectionCount(counts.sections) },
        ...(without > 0
          ? [{ label: t.preview.noEvaluator, value: t.preview.noEvaluatorCount(without) }]
          : []),
      ],
    },
  )
  const sections = sectionRows(preview, language)
  if (sections.length > 0) blocks.push({ type: 'list', rows: sections })
  blocks.push(...problemBlocks(preview.problems, language))
  const rule = preview.problems.find((problem) => problem.code === 'tree-rule')
  if (rule) blocks.push({ type: 'context', text: rule.text[language] })
  blocks.push({ type: 'divider' }, { type: 'list', rows: furtherRows(state, language) })
  // Whether 300 people have moved or their sections have other names is HR's to say before anything is written.
  const unsure = state.mapping?.confirmed === false
  const ready = counts.errors === 0 && changesAnything(preview) && !unsure
  if (counts.errors === 0 && !unsure)
    blocks.push({
      type: 'text',
      text: ready ? (isFuture(state) ? t.preview.fineAhead : t.preview.fine) : t.preview.nothing,
    })
  blocks.push({ type: 'buttons', buttons: decisionButtons(state, ready, language) })
  return { summary: t.preview.summary, blocks }
}

function sectionRows({ comparison }: Preview, language: Language): Row[] {
  const t = textsOf(language)
  // New sections come with a first list by the dozen; what changes under people's feet is worth a line each.
  const told = comparison.sections.filter((section) => section.kind !== 'new')
  const names = new Map(
    comparison.writes.sections.flatMap((write) => ('name' in write ? [[write.code, write.name]] : [])),
  )
  // What is above a section is told by its code: people know it by its name.
  const named = (code: string) => `${code} ${names.get(code) ?? ''}`.trim()
  const rows: Row[] = told.slice(0, shownSections).map(({ kind, code, from, to }) => {
    const say = (value: string) => (kind === 'placed' ? named(value) : value)
    return {
      text: `${t.preview.sectionKind[kind]} ${kind === 'placed' ? named(code) : code}`,
      detail: `${from === null ? t.preview.top : say(from)} → ${to === null ? (kind === 'closed' ? '-' : t.preview.top) : say(to)}`,
    }
  })
  if (told.length > shownSections) rows.push({ text: t.more(told.length - shownSections) })
  return rows
}

/** Errors one by one, warnings counted by what they say. */
function problemBlocks(problems: readonly Problem[], language: Language): Block[] {
  const t = textsOf(language)
  const blocks: Block[] = []
  const errors = problems.filter((problem) => problem.severity === 'error')
  if (errors.length > 0) {
    const rows: Row[] = errors.slice(0, shownErrors).map((problem) => ({
      text: [{ bold: t.problem(problem) }],
      detail: problem.text[language],
    }))
    if (errors.length > shownErrors) rows.push({ text: t.more(errors.length - shownErrors) })
    blocks.push({ type: 'text', text: t.preview.errors(errors.length) }, { type: 'list', rows })
  }
  const groups = new Map<ProblemCode, number>()
  for (const problem of problems)
    if (problem.severity === 'warning') groups.set(problem.code, (groups.get(problem.code) ?? 0) + 1)
  if (groups.size > 0)
    blocks.push({
      type: 'facts',
      facts: [...groups].map(([code, count]) => ({
        label: t.groups[code] ?? code,
        value: code === 'email-missing' ? t.preview.mailNote(String(count)) : String(count),
      })),
    })
  return blocks
}

function furtherRows({ row, preview, mapping }: PreviewState, language: Language): Row[] {
  const t = textsOf(language).preview
  const { counts, mark, comparison } = preview
  const data = { id: row.id, mark }
  const rows: Row[] = [
    ...mappingRow(row.id, preview, mapping, language),
    ...[...preview.likely]
      .sort((a, b) => Number(a.joined) - Number(b.joined))
      .slice(0, shownGuests)
      .map(({ number, guestId, name, guest, by, joined }): Row => {
        const same = { ...data, number, guest: guestId, same: !joined }
        return {
          text: [{ bold: t.guest(name, number) }],
          detail: joined ? t.guestJoined : t.guestLikely(guest, by),
          button: {
            label: joined ? t.guestOther : t.guestSame,
            action: { id: 'staff-list.join', data: same },
          },
        }
      }),
  ]
  if (preview.likely.length > shownGuests)
    rows.push({ text: textsOf(language).more(preview.likely.length - shownGuests) })
  if (counts.missing > 0)
    rows.push({
      text: t.missing(counts.missing),
      detail: t.missingDetail,
      button: {
        label: t.markLeft(counts.missing),
        action: { id: 'staff-list.consent', data: { ...data, consent: true } },
        confirm: {
          title: t.markLeft(counts.missing),
          text: t.markLeftConfirm(counts.missing, formatDateYear(row.effectiveOn, language)),
          yes: t.continue,
          no: t.no,
        },
      },
    })
  if (counts.left > 0)
    rows.push({
      text: t.leftIncluded(counts.left),
      button: { label: t.keep, action: { id: 'staff-list.consent', data: { ...data, consent: false } } },
    })
  const download = (text: string, detail: string, id: string): Row => ({
    text,
    detail,
    button: { label: t.download, action: { id, data: { id: row.id } } },
  })
  if (preview.problems.length > 0)
    rows.push(download(t.problemList, t.problemCount(counts.errors, counts.warnings), 'staff-list.problems'))
  if (comparison.changes.length + comparison.missing.length > 0)
    rows.push(download(t.changeList, t.changeCount(comparison.changes.length), 'staff-list.changes'))
  if (rows.length === 0) rows.push({ text: t.problemList, detail: t.problemCount(0, 0) })
  return rows
}

function decisionButtons(
  { row, preview, today, mapping }: PreviewState,
  ready: boolean,
  language: Language,
): Button[] {
  const t = textsOf(language).preview
  const data = { id: row.id }
  const apply: Button = {
    label: t.apply,
    style: 'primary',
    action: { id: 'staff-list.apply', data: { ...data, mark: preview.mark } },
    confirm: {
      title: t.apply,
      text:
        t.applyConfirm(preview.counts, formatDateYear(row.effectiveOn, language)) +
        (isFuture({ row, today }) ? t.applyAhead : ''),
      yes: t.yes,
      no: t.no,
    },
  }
  // Who is moved is not for everybody before its release: to hold it back is the obvious way, while it is to come.
  const hold: Button = {
    label: releaseTexts(language).button,
    style: 'primary',
    action: { id: 'staff-list.release-hold', data: { ...data, mark: preview.mark } },
  }
  const { style: _, ...plainly } = apply
  const sections = mapping?.confirmed === false ? [mappingButton(row.id, language)] : []
  return [
    ...sections,
    ...(ready ? (isFuture({ row, today }) ? [hold, plainly] : [apply]) : []),
    { label: t.changeDay, action: { id: 'staff-list.edit-day', data } },
    { label: t.cancel, action: { id: 'staff-list.cancel', data } },
  ]
}

export function appliedCard(state: PreviewState, language: Language): Card {
  const { row, preview, today, withoutEvaluator = 0 } = state
  const t = textsOf(language).preview
  const counts = t.peopleCounts(preview.counts)
  const on = formatDateYear(row.effectiveOn, language)
  const future = isFuture({ row, today })
  const text = t.appliedText(counts, on, future)
  // What is left to do comes next, and nothing says so elsewhere; of a list to come, on its day.
  if (withoutEvaluator === 0 || future) return plain(t.applied, text, language)
  const fill = { label: t.fill, style: 'primary', action: { id: 'staff-list.gaps' } } as const
  return plain(t.applied, `${text}\n${t.fillNext(withoutEvaluator)}`, language, [fill])
}

export const cancelledCard = (language: Language): Card => {
  const t = textsOf(language).preview
  return plain(t.cancelled, t.cancelledText, language)
}

/** A list that is no longer waiting. */
export function settledCard(row: ImportRow | undefined, zone: string, language: Language): Card {
  const t = textsOf(language).preview
  const known = row?.status === 'applied' && row.appliedAt
  const when = known ? ` ${t.settledBy(t.status.applied, formatDateTime(known, zone, language))}` : ''
  return plain(t.heading, t.settled + when, language)
}

function plain(summary: string, text: string, language: Language, first: readonly Button[] = []): Card {
  const button = { label: textsOf(language).preview.overview, action: { id: 'staff-list.overview' } }
  return {
    summary,
    blocks: [
      { type: 'heading', text: summary },
      { type: 'text', text },
      { type: 'buttons', buttons: [...first, button] },
    ],
  }
}

export function unreadableCard({ text }: Unreadable, fileName: string, language: Language): Card {
  const t = textsOf(language).preview
  return {
    summary: t.unreadable,
    blocks: [
      { type: 'heading', text: t.unreadable },
      { type: 'text', text: text[language] },
      { type: 'context', text: cutText(fileName, 200) },
      { type: 'buttons', buttons: [{ label: t.template, action: { id: 'staff-list.template' } }] },
    ],
  }
}

export function dayForm(row: ImportRow, language: Language): Form {
  const t = textsOf(language).dayForm
  return {
    id: 'staff-list.day',
    title: t.title,
    submit: t.submit,
    cancel: t.cancel,
    data: { id: row.id },
    fields: [{ type: 'date', name: 'day', label: t.label, hint: t.hint, value: row.effectiveOn.toString() }],
  }
}
