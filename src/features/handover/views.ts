// Pure: what is known in, cards out.
import type { Block, Button, Card, Row } from '../../cards/card.ts'
import { addressed, type Person } from '../../directory/people.ts'
import { formatDate } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import { type Handover, isTicked, leftOf, sideOf } from './state.ts'
import { textsIn } from './texts.ts'

export const openHandover = (handover: number, page = 1) => ({
  id: 'handover.open',
  data: { handover, page },
})
export const text = (words: string): Block => ({ type: 'text', text: words })

export const nameIn =
  (people: ReadonlyMap<number, Person>, language: Language) =>
  (id: number): string => {
    const person = people.get(id)
    return person ? addressed(person, language) : textsIn(language).person
  }

interface View {
  readonly language: Language
  readonly people: ReadonlyMap<number, Person>
  readonly note?: string | undefined
}

const progressOf = ({ items, due }: Handover, language: Language) =>
  textsIn(language).progress(
    items.length - leftOf(items, 'from'),
    items.length - leftOf(items, 'to'),
    items.length,
    formatDate(due, language),
  )

export function listCard(
  rows: readonly Handover[],
  view: View & {
    readonly begins: boolean
    /** Sections whose template the reader may change; 'city': the city's. */
    readonly templates: readonly { readonly section: number | 'city'; readonly name: string }[]
  },
): Card {
  const { language } = view
  const t = textsIn(language)
  const name = nameIn(view.people, language)
  const more: Button[] = [
    ...(view.begins ? [{ label: t.begin, style: 'primary' as const, action: { id: 'handover.begin' } }] : []),
    ...view.templates.map(
      ({ section, name: of }): Button => ({
        label: section === 'city' ? t.cityTemplate : t.template(of),
        action: { id: 'handover.template', data: section === 'city' ? {} : { section } },
      }),
    ),
  ]
  return {
    language,
    summary: t.summary,
    blocks: [
      { type: 'heading', text: t.heading },
      ...(view.note ? [text(view.note)] : []),
      rows.length > 0
        ? {
            type: 'list',
            rows: rows.map(
              (row): Row => ({
                text: [{ bold: t.pair(name(row.fromId), name(row.toId)) }],
                detail: progressOf(row, language),
                button: { label: t.open, action: openHandover(row.id) },
              }),
            ),
          }
        : text(t.none),
      ...(more.length > 0 ? [{ type: 'buttons', buttons: more } satisfies Block] : []),
      { type: 'context', text: t.intro },
    ],
  }
}

const perPage = 12

export function handoverCard(
  row: Handover,
  view: View & {
    readonly reader: number
    readonly fromHasLeft: boolean
    readonly page: number
    readonly chief: boolean
  },
): Card {
  const { language, reader } = view
  const t = textsIn(language)
  const name = nameIn(view.people, language)
  const side = sideOf(row, reader)
  const pages = Math.max(1, Math.ceil(row.items.length / perPage))
  const page = Math.min(view.page, pages)
  const rows = row.items.slice((page - 1) * perPage, page * perPage).map((item): Row => {
    const word = (of: 'from' | 'to') =>
      isTicked(item, of) ? t.ticked : of === 'from' && view.fromHasLeft ? t.left : t.unticked
    return {
      text: item.text,
      detail: t.state(word('from'), word('to')),
      ...(side &&
        row.status === 'open' && {
          button: isTicked(item, side)
            ? { label: t.untick, action: { id: 'handover.untick', data: { item: item.id, page } } }
            : {
                label: side === 'from' ? t.handed : t.taken,
                action: { id: 'handover.tick', data: { item: item.id, page } },
              },
        }),
    }
  })
  const data = { handover: row.id, version: row.version }
  const buttons: Button[] = [
    ...(page > 1 ? [{ label: t.earlier, action: openHandover(row.id, page - 1) }] : []),
    ...(page < pages ? [{ label: t.later, action: openHandover(row.id, page + 1) }] : []),
    ...(row.status === 'open' ? [{ label: t.add, action: { id: 'handover.add', data } }] : []),
    ...(row.status === 'open' && view.chief
      ? [
          { label: t.move, action: { id: 'handover.move', data } },
          {
            label: t.stop,
            action: { id: 'handover.stop', data },
            confirm: { title: t.stop, text: t.stopConfirm, yes: t.yes, no: t.no },
          },
        ]
      : []),
    { label: t.back, action: { id: 'handover.list' } },
  ]
  return {
    language,
    summary: t.summary,
    blocks: [
      { type: 'heading', text: t.pair(name(row.fromId), name(row.toId)) },
      ...(view.note ? [text(view.note)] : []),
      text(row.status === 'open' ? progressOf(row, language) : t.status[row.status]),
      ...(rows.length > 0 ? [{ type: 'list', rows } satisfies Block] : []),
      { type: 'buttons', buttons },
      { type: 'context', text: t.intro },
    ],
  }
}
