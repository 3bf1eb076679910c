// State → card. Pure.
import type { Block, Button, Card, Form, Row } from '../../cards/card.ts'
import type { Page, ToldItem } from '../../delivery/outlook.ts'
import type { Person } from '../../directory/people.ts'
import { addressed } from '../../directory/people.ts'
import { formatDate, formatDateTime } from '../../kernel/format.ts'
import type { Bilingual, Language } from '../../kernel/language.ts'
import { type Failed, type Overview, pageSize } from './repository.ts'
import { reasonIn, textsIn } from './texts.ts'

/** What views need besides the state. */
export interface Reader {
  readonly language: Language
  readonly zone: string
  titleOf(kind: string): Bilingual | undefined
}

export interface OverviewState {
  readonly overview: Overview
  readonly people: ReadonlyMap<number, Person>
  sectionOf(person: Person | undefined): string | undefined
  readonly page: number
  /** Whether the reader sees the whole city. */
  readonly whole: boolean
  readonly note?: string
}

const kindIn = ({ language, titleOf }: Reader, kind: string) =>
  titleOf(kind)?.[language] ?? textsIn(language).otherKind

function failedRow(failed: Failed, state: OverviewState, reader: Reader): Row {
  const { language, zone } = reader
  const t = textsIn(language)
  const person = state.people.get(failed.personId)
  const who = person ? addressed(person, language) : '-'
  const reason = reasonIn(language, failed.reason)
  const kinds = failed.kinds.map(({ kind, count }) => t.times(kindIn(reader, kind), count))
  return {
    text: [{ bold: t.row(who, state.sectionOf(person)) }],
    detail: [
      t.failedAt(t.kindList(kinds), formatDateTime(failed.at, zone, language)),
      t.reason(reason.title, reason.remedy),
    ].join('\n'),
    button: {
      label: t.again,
      action: {
        id: 'deliveries.again',
        data: { person: failed.personId, mark: failed.mark, page: state.page },
      },
      confirm: {
        title: t.againTitle,
        text: failed.doubtful ? t.againTwice : t.againText,
        yes: t.again,
        no: t.cancel,
      },
    },
  }
}

export function overviewCard(state: OverviewState, reader: Reader): Card {
  const { overview, page, whole, note } = state
  const { language } = reader
  const t = textsIn(language)
  const pages = Math.max(1, Math.ceil(overview.failedPeople / pageSize))
  const turn = (to: number) => ({ id: 'deliveries.overview', data: { page: to } })
  const buttons: Button[] = [
    ...(page > 1 ? [{ label: t.earlier, action: turn(page - 1) }] : []),
    ...(page < pages ? [{ label: t.next, action: turn(page + 1) }] : []),
    ...(overview.failed.length > 0
      ? [{ label: t.told, action: { id: 'deliveries.choose-told', data: { page } } }]
      : []),
    { label: t.person, action: { id: 'deliveries.choose' } },
  ]
  const lines = overview.days.map(
    (day) => `${formatDate(day.on, language)} ${t.sentOn(day.sent, day.failed)}`,
  )
  const blocks: Block[] = [
    { type: 'heading', text: t.heading },
    ...(note ? [{ type: 'text', text: [{ bold: note }] } as const] : []),
    ...(whole ? [] : [{ type: 'context', text: t.partOnly } as const]),
    {
      type: 'facts',
      facts: [
        { label: t.waiting, value: t.messages(overview.waiting) },
        { label: t.planned, value: t.items(overview.planned) },
        { label: t.failedPeople, value: t.people(overview.failedPeople) },
      ],
    },
    {
      type: 'chart',
      shape: 'bar',
      title: t.chart,
      series: overview.days.map((day) => ({ label: formatDate(day.on, language), value: day.sent })),
      text: t.chartText(lines),
    },
    ...(overview.failed.length === 0
      ? [{ type: 'text', text: t.nothingFailed } as const]
      : ([
          { type: 'heading', text: t.failedHeading },
          { type: 'list', rows: overview.failed.map((failed) => failedRow(failed, state, reader)) },
          { type: 'context', text: t.failedNote },
        ] as const)),
    ...(pages > 1 ? [{ type: 'context', text: t.pageOf(page, pages) } as const] : []),
    { type: 'buttons', buttons },
  ]
  return { summary: t.summary, blocks }
}

/** What one person was sent. `who`: undefined for one's own list. */
export function historyCard(
  told: Page<ToldItem>,
  reader: Reader,
  { who, older }: { readonly who?: string; readonly older?: Button['action'] },
): Card {
  const { language, zone } = reader
  const t = textsIn(language)
  const rows = told.items.map((item): Row => {
    const at = formatDateTime(item.settledAt, zone, language)
    const failed = item.status === 'failed' ? t.notArrived(reasonIn(language, item.reason).title) : ''
    return { text: kindIn(reader, item.kind), detail: failed ? `${at}　${failed}` : at }
  })
  return {
    summary: t.historySummary,
    blocks: [
      { type: 'heading', text: who === undefined ? t.mineHeading : t.historyOf(who) },
      rows.length > 0 ? { type: 'list', rows } : { type: 'text', text: t.historyNone },
      { type: 'context', text: t.mineNote },
      ...(older ? [{ type: 'buttons', buttons: [{ label: t.older, action: older }] } as const] : []),
    ],
  }
}

/** Of the people on one page: who has heard of it in another way. */
export function toldForm(
  failed: readonly Failed[],
  people: ReadonlyMap<number, Person>,
  page: number,
  reader: Reader,
): Form {
  const { language } = reader
  const t = textsIn(language)
  return {
    id: 'deliveries.told',
    data: { page },
    title: t.told,
    submit: t.toldYes,
    cancel: t.cancel,
    intro: t.toldIntro,
    fields: [
      {
        type: 'checkboxes',
        name: 'told',
        label: t.failedHeading,
        options: failed.map(({ personId, mark, kinds }) => {
          const person = people.get(personId)
          const names = t.kindList(kinds.map(({ kind, count }) => t.times(kindIn(reader, kind), count)))
          return {
            value: `${personId}|${mark}`,
            label: `${person ? addressed(person, language) : '-'}　${names}`,
          }
        }),
      },
    ],
  }
}

export function personForm(language: Language): Form {
  const t = textsIn(language)
  return {
    id: 'deliveries.person',
    title: t.personTitle,
    submit: t.show,
    cancel: t.cancel,
    fields: [{ type: 'person', name: 'person', label: t.personField }],
  }
}
