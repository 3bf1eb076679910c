// What HR sees of old and new sections. Pure: state in, card out.
import type { Block, Button, Card, Field, Form, Row } from '../../../cards/card.ts'
import type { OldSection, Reorganisation, SectionMapping } from '../../../directory/change/mapping.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Preview, Waiting } from '../preview.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

const textsIn = (language: Language): typeof ja => (language === 'ja' ? ja : en)
const shown = 8
/** Options of a menu: more than anybody reads, fewer than a platform refuses. */
const mostOptions = 60

export interface MappingState {
  readonly id: number
  readonly reorganisation: Reorganisation
  readonly mapping: SectionMapping
}

/** The line in the preview; none where sections stay as they are. */
export function mappingRow(
  id: number,
  { reorganisation }: Preview,
  mapping: Waiting['mapping'],
  language: Language,
): Row[] {
  const t = textsIn(language)
  const fresh = [...reorganisation.names.keys()].length > 0
  if (!mapping && (reorganisation.old.length === 0 || !fresh)) return []
  return [
    {
      text: t.row,
      detail: mapping ? t.rowDetail(mapping.pairs.length, !mapping.confirmed) : t.rowNone,
      button: { label: t.look, action: { id: 'staff-list.mapping', data: { id } } },
    },
  ]
}

/** The obvious one, while nothing has been confirmed. */
export const mappingButton = (id: number, language: Language): Button => ({
  label: textsIn(language).first,
  style: 'primary',
  action: { id: 'staff-list.mapping', data: { id } },
})

/** What needs a look comes first: people without a place to go on, then what is least alike. */
function inOrder({ reorganisation, mapping }: MappingState): readonly OldSection[] {
  const weight = ({ code, people }: OldSection): number => {
    const to = mapping.find((pair) => pair.from === code)?.to
    if (to === undefined) return people > 0 ? 0 : 4
    const { likeness, share } = reorganisation.measure(code, to)
    return 1 + likeness + share
  }
  return reorganisation.old.toSorted((a, b) => weight(a) - weight(b) || (a.code < b.code ? -1 : 1))
}

export function mappingCard(state: MappingState, from: number, language: Language): Card {
  const { id, reorganisation, mapping } = state
  const t = textsIn(language)
  const named = (code: string) => `${code} ${reorganisation.names.get(code) ?? ''}`.trim()
  const all = inOrder(state)
  const start = from < all.length ? from : 0
  const mapped = new Set(mapping.map((pair) => pair.from))
  const rows = all.slice(start, start + shown).map((section): Row => {
    const [heir, ...parts] = mapping.filter((pair) => pair.from === section.code).map(({ to }) => to)
    const lines = heir === undefined ? [t.none] : [t.to(named(heir))]
    if (heir !== undefined) lines.push(reason(reorganisation, section, heir, t))
    if (parts.length > 0) lines.push(t.parts(parts.map(named).join(t.join)))
    return {
      text: t.section(section.code, section.name, section.people),
      detail: lines.filter((line) => line !== '').join('\n'),
      button: { label: t.mend, action: { id: 'staff-list.mapping-edit', data: { id, from: section.code } } },
    }
  })
  const blocks: Block[] = [
    { type: 'heading', text: t.heading },
    {
      type: 'text',
      text: t.intro(all.length, mapped.size, all.filter(({ code }) => !mapped.has(code)).length),
    },
  ]
  if (rows.length > 0) blocks.push({ type: 'list', rows })
  const left = all.length - start - shown
  if (left > 0)
    blocks.push({
      type: 'buttons',
      buttons: [
        {
          label: t.next(Math.min(left, shown)),
          action: { id: 'staff-list.mapping', data: { id, page: start + shown } },
        },
      ],
    })
  blocks.push({
    type: 'buttons',
    buttons: [
      { label: t.confirm, style: 'primary', action: { id: 'staff-list.mapping-confirm', data: { id } } },
      { label: t.noneAtAll, action: { id: 'staff-list.mapping-none', data: { id } } },
      { label: t.back, action: { id: 'staff-list.preview', data: { id } } },
    ],
  })
  return { summary: t.summary, blocks }
}

function reason(
  { measure, names }: Reorganisation,
  { code, name, people }: OldSection,
  to: string,
  t: typeof ja,
): string {
  const { likeness, share } = measure(code, to)
  const parts: string[] = []
  if (names.get(to) === name) parts.push(t.why.same)
  else if (likeness >= 0.5) parts.push(t.why.alike)
  if (people > 0) parts.push(t.share(Math.round(share * people), people))
  return parts.join(t.join)
}

export function mappingForm(state: MappingState, code: string, language: Language): Form | undefined {
  const { id, reorganisation, mapping } = state
  const { old, names, measure } = reorganisation
  const section = old.find((each) => each.code === code)
  if (!section) return undefined
  const t = textsIn(language).form
  const own = mapping.filter((pair) => pair.from === code).map(({ to }) => to)
  const score = (to: string) => {
    const { likeness, share } = measure(code, to)
    return (own.includes(to) ? 10 : 0) + likeness + share
  }
  const options = [...names]
    .map(([value, name]) => ({ value, label: `${value} ${name}`, score: score(value) }))
    .toSorted((a, b) => b.score - a.score || (a.value < b.value ? -1 : 1))
    .slice(0, mostOptions)
    .map(({ value, label }) => ({ value, label: label.slice(0, 75) }))
  const fields: Field[] = [
    {
      type: 'select',
      name: 'to',
      label: t.to,
      hint: t.toHint,
      value: own[0] ?? 'none',
      options: [{ value: 'none', label: t.none }, ...options],
    },
    { type: 'text', name: 'code', label: t.code, optional: true, maxLength: 64 },
    {
      type: 'multiselect',
      name: 'also',
      label: t.also,
      hint: t.alsoHint,
      optional: true,
      options,
      values: own.slice(1),
    },
  ]
  return {
    id: 'staff-list.mapping',
    title: t.title,
    submit: t.submit,
    cancel: t.cancel,
    intro: t.intro(`${section.code} ${section.name}`),
    data: { id, from: code },
    fields,
  }
}

export const unknownCode = (language: Language): string => textsIn(language).form.unknown
