// What the named officers see of a list before its release. Pure: state in, card out.
import type { Block, Button, Card, Field, Form, Row } from '../../../cards/card.ts'
import { formatDateTime, formatDateYear } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { ImportRow } from '../repository.ts'
import { textsOf } from '../texts.ts'
import { inDoubt, type Scheduled } from './apply.ts'
import { releaseMark } from './repository.ts'
import { releaseTexts } from './texts.ts'

const shownDoubts = 6

export interface ReleaseState extends Scheduled {
  readonly zone: string
  readonly officers: readonly string[]
  readonly note?: 'stale' | 'scheduledNote' | 'changedNote' | 'acceptedNote'
}

export function scheduledCard(state: ReleaseState, language: Language): Card {
  const { row, preview, note, zone } = state
  const t = releaseTexts(language)
  const p = textsOf(language).preview
  const names = t.andSo(state.officers.map(t.person))
  const blocks: Block[] = [{ type: 'heading', text: t.heading }]
  if (note) blocks.push({ type: 'text', text: [{ bold: t[note] }] })
  blocks.push(
    {
      type: 'facts',
      facts: [
        { label: t.release, value: row.releaseAt ? formatDateTime(row.releaseAt, zone, language) : '-' },
        { label: t.day, value: formatDateYear(row.effectiveOn, language) },
        { label: t.people, value: p.peopleCounts(preview.counts) },
        { label: t.sections, value: p.sectionCount(preview.counts.sections) },
        { label: t.officers, value: names },
      ],
    },
    { type: 'context', text: t.secret(names) },
    ...doubtBlocks(state, language),
    { type: 'list', rows: downloads(state, language) },
  )
  if (!inDoubt(state)) blocks.push({ type: 'text', text: t.told })
  blocks.push({ type: 'buttons', buttons: buttons(state, language) })
  return { summary: t.summary, blocks }
}

function doubtBlocks({ row, preview, doubt }: ReleaseState, language: Language): Block[] {
  const t = releaseTexts(language)
  const { field: called, kind, preview: p } = textsOf(language)
  const blocks: Block[] = []
  if (preview.counts.errors > 0) blocks.push({ type: 'text', text: t.errorText(preview.counts.errors) })
  const rows: Row[] = [
    ...doubt.changes.map(({ kind: what, number, name, fields }) => ({
      text: `${number} ${name}: ${kind[what]}`,
      detail: fields.map(({ field, from, to }) => t.change(called[field], from ?? '-', to ?? '-')).join('\n'),
    })),
    ...doubt.sections.map(({ kind: what, code, from, to }) => ({
      text: `${p.sectionKind[what]} ${code}`,
      detail: `${from ?? '-'} → ${to ?? '-'}`,
    })),
  ]
  if (rows.length === 0) return blocks
  blocks.push({ type: 'text', text: row.heldAt ? t.heldText : t.doubtText })
  const shown = rows.slice(0, shownDoubts)
  if (rows.length > shown.length) shown.push({ text: t.more(rows.length - shown.length) })
  return [...blocks, { type: 'list', rows: shown }]
}

function downloads({ row, preview }: ReleaseState, language: Language): Row[] {
  const t = releaseTexts(language)
  const p = textsOf(language).preview
  const button = (id: string): Button => ({ label: t.get, action: { id, data: { id: row.id } } })
  const { errors, warnings } = preview.counts
  const rows: Row[] = [
    {
      text: t.list,
      detail: p.changeCount(preview.comparison.changes.length),
      button: button('staff-list.changes'),
    },
  ]
  if (errors + warnings > 0)
    rows.push({
      text: t.problems,
      detail: p.problemCount(errors, warnings),
      button: button('staff-list.problems'),
    })
  return rows
}

function buttons(state: ReleaseState, language: Language): Button[] {
  const { row, preview } = state
  const t = releaseTexts(language)
  const data = { id: row.id, mark: releaseMark(row) }
  const asked = (title: string, text: string) => ({ title, text, yes: t.yes, no: t.no })
  const blocked = preview.counts.errors > 0
  const held = row.heldAt !== null
  const seen = { ...data, seen: preview.mark }
  const buttons: Button[] = []
  if (held && !blocked)
    buttons.push({
      label: t.acceptHeld,
      style: 'primary',
      action: { id: 'staff-list.release-now', data: seen },
      confirm: asked(t.acceptHeld, t.nowConfirm),
    })
  else if (inDoubt(state) && !blocked)
    buttons.push({
      label: t.accept,
      style: 'primary',
      action: { id: 'staff-list.release-accept', data: seen },
    })
  buttons.push({ label: t.edit, action: { id: 'staff-list.release-edit', data } })
  if (!held && !blocked)
    buttons.push({
      label: t.now,
      action: { id: 'staff-list.release-now', data: seen },
      confirm: asked(t.now, t.nowConfirm),
    })
  buttons.push({
    label: t.cancel,
    action: { id: 'staff-list.release-cancel', data },
    confirm: asked(t.cancel, t.cancelConfirm),
  })
  return buttons
}

export function endedCard(what: 'released' | 'cancelled', language: Language): Card {
  const t = releaseTexts(language)
  const button = { label: textsOf(language).preview.overview, action: { id: 'staff-list.overview' } }
  return {
    summary: t[what],
    blocks: [
      { type: 'heading', text: t[what] },
      { type: 'text', text: what === 'released' ? t.releasedText : t.cancelledText },
      { type: 'buttons', buttons: [button] },
    ],
  }
}

export interface FormState {
  readonly row: ImportRow
  /** Of the preview, or of the release that is to be changed. */
  readonly mark: string
  readonly zone: string
  readonly me: number
  readonly officers: readonly { readonly id: number; readonly name: string }[]
  /** Lists that this one may take the place of. */
  readonly others: readonly ImportRow[]
}

/** The usual moment: two weeks before the day, or tomorrow, at nine. */
function usualRelease(row: ImportRow, now: Temporal.Instant, zone: string): Temporal.PlainDate {
  const tomorrow = now.toZonedDateTimeISO(zone).toPlainDate().add({ days: 1 })
  const before = row.effectiveOn.subtract({ days: 14 })
  return Temporal.PlainDate.compare(before, tomorrow) < 0 ? tomorrow : before
}

export function releaseForm(state: FormState, now: Temporal.Instant, language: Language): Form {
  const { row, mark, zone, me, officers, others } = state
  const t = releaseTexts(language).form
  const at = row.releaseAt?.toZonedDateTimeISO(zone)
  const owner = row.createdById
  const choice = officers.filter(({ id }) => id !== me && id !== owner)
  const fields: Field[] = [
    {
      type: 'date',
      name: 'date',
      label: t.date,
      value: (at?.toPlainDate() ?? usualRelease(row, now, zone)).toString(),
    },
    {
      type: 'time',
      name: 'time',
      label: t.time,
      value: (at?.toPlainTime() ?? Temporal.PlainTime.from('09:00')).toString({ smallestUnit: 'minute' }),
    },
  ]
  if (choice.length > 0)
    fields.push({
      type: 'multiselect',
      name: 'officers',
      label: t.officers,
      hint: t.officersHint,
      optional: true,
      options: choice.map(({ id, name }) => ({ value: `${id}`, label: name })),
      values: choice.filter(({ id }) => row.officers.includes(id)).map(({ id }) => `${id}`),
    })
  if (others.length > 0)
    fields.push({
      type: 'select',
      name: 'replaces',
      label: t.replaces,
      hint: t.replacesHint,
      value: `${others[0]?.id}`,
      options: [
        { value: 'none', label: t.none },
        ...others.map(({ id, releaseAt }) => ({
          value: `${id}`,
          label: t.replaced(releaseAt ? formatDateTime(releaseAt, zone, language) : '-'),
        })),
      ],
    })
  return {
    id: 'staff-list.release',
    title: t.title,
    submit: t.submit,
    cancel: t.cancel,
    intro: t.intro,
    data: { id: row.id, mark },
    fields,
  }
}
