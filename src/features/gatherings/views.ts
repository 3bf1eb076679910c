// Pure: what is known in, cards out. What members see.
import type { Action, Block, Button, Card, Row } from '../../cards/card.ts'
import { formatDate, formatSpan } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import { guestEnd } from '../guests.ts'
import { unread } from '../talk.ts'
import type { Cadence, PartOfDay } from './rules.ts'
import type { Mine, MyTable, SeriesState } from './state.ts'
import { textsIn } from './texts.ts'
import type { Proposal } from './times.ts'

export const home: Action = { id: 'gatherings.home', data: {} }
export const showSeries = (series: number): Action => ({ id: 'gatherings.series', data: { series } })
export const showTable = (table: number): Action => ({ id: 'gatherings.table', data: { table } })
export const manage = (series: number): Action => ({ id: 'gatherings.run', data: { series } })
export const showRound = (round: number, page = 1): Action => ({
  id: 'gatherings.round',
  data: { round, page },
})

export const text = (said: string): Block => ({ type: 'text', text: said })
export const bold = (said: string): Block => ({ type: 'text', text: [{ bold: said }] })
export const buttons = (...all: readonly Button[]): Block => ({ type: 'buttons', buttons: all })
export const notes = (note: string | undefined): Block[] => (note ? [bold(note)] : [])
export const card = (language: Language, blocks: readonly Block[]): Card => ({
  language,
  summary: textsIn(language).summary,
  blocks,
})

export const goneCard = (language: Language): Card =>
  card(language, [text(textsIn(language).gone), buttons({ label: textsIn(language).list, action: home })])

export function rhythmWords(
  series: Pick<SeriesState, 'cadence' | 'minutes' | 'hours'>,
  language: Language,
): string {
  const t = textsIn(language)
  const every = t.cadence[series.cadence as Cadence]
  return t.mine.rhythmOf(every, series.minutes, t.hours[series.hours as PartOfDay])
}

export const whenOf = (table: Pick<MyTable, 'span' | 'zone'>, language: Language): string =>
  table.span
    ? formatSpan(table.span.start, table.span.end, table.zone, language)
    : textsIn(language).table.unplaced

const stateWords = ({ series, status, pausedUntil, facilitates }: Mine, language: Language): string => {
  const t = textsIn(language).mine
  if (series.status === 'closed') return t.closed
  const state =
    status === 'paused' && pausedUntil
      ? t.paused(formatDate(pausedUntil, language))
      : status === 'asked' || status === 'joined'
        ? t[status]
        : t.left
  return facilitates ? `${state}${textsIn(language).joint}${t.leads}` : state
}

/** One of the reader's series, for the list. */
export const mineRow = (mine: Mine, language: Language): Row => {
  const t = textsIn(language)
  const { series, tables } = mine
  const [next] = tables
  return {
    text: [{ bold: series.name }],
    detail: next ? `${t.mine.yours} ${whenOf(next, language)}` : stateWords(mine, language),
    button: { label: t.open, action: showSeries(series.id) },
  }
}

export const joinButtons = (series: number, language: Language): Button[] => {
  const t = textsIn(language).mine
  return [
    { label: t.join, style: 'primary', action: { id: 'gatherings.join', data: { series } } },
    { label: t.decline, action: { id: 'gatherings.leave', data: { series } } },
  ]
}

/** What a series is, in short. */
export function seriesFacts(series: SeriesState, language: Language) {
  const t = textsIn(language)
  return [
    ...(series.purpose ? [{ label: t.mine.purpose, value: series.purpose }] : []),
    { label: t.mine.group, value: t.size(series.size) },
    { label: t.mine.rhythm, value: rhythmWords(series, language) },
    ...(series.place ? [{ label: t.mine.place, value: series.place }] : []),
  ]
}

export function seriesCard(mine: Mine, language: Language, note?: string): Card {
  const t = textsIn(language)
  const { series, status, tables, facilitates } = mine
  const data = { series: series.id }
  const open = series.status === 'open'
  const own: Button[] = !open
    ? []
    : status === 'asked'
      ? joinButtons(series.id, language)
      : status === 'left'
        ? [{ label: t.mine.join, style: 'primary', action: { id: 'gatherings.join', data } }]
        : status === 'paused'
          ? [{ label: t.mine.resume, style: 'primary', action: { id: 'gatherings.resume', data } }]
          : [
              ...[1, 3].map((months) => ({
                label: t.mine.pauseMonths(months),
                action: { id: 'gatherings.pause', data: { ...data, months } },
              })),
              { label: t.mine.pauseUntil, action: { id: 'gatherings.pause-until', data } },
            ]
  const more: Button[] =
    open && !mine.guest && (status === 'joined' || status === 'paused')
      ? [
          {
            label: facilitates ? t.mine.leadNot : t.mine.lead,
            action: { id: 'gatherings.lead', data: { ...data, lead: !facilitates } },
          },
          { label: t.mine.apart, action: { id: 'gatherings.apart', data } },
          {
            label: t.mine.leave,
            action: { id: 'gatherings.leave', data },
            confirm: { title: t.mine.leave, text: t.mine.leaveConfirm, yes: t.yes, no: t.no },
          },
        ]
      : []
  const rows = tables.slice(0, 5).map(
    (table): Row => ({
      text: t.roundOf(series.name, table.round),
      detail: whenOf(table, language),
      button: { label: t.open, action: showTable(table.id) },
    }),
  )
  return card(language, [
    { type: 'heading', text: series.name },
    ...notes(note),
    {
      type: 'facts',
      facts: [...seriesFacts(series, language), { label: t.mine.state, value: stateWords(mine, language) }],
    },
    ...(rows.length > 0 ? [{ type: 'list', rows } satisfies Block] : []),
    ...(own.length > 0 ? [buttons(...own)] : []),
    ...(more.length > 0 ? [buttons(...more)] : []),
    buttons({ label: t.list, action: home }),
    ...(mine.guest ? guestEnd('gatherings', language) : []),
  ])
}

/** Who, when, where, and what to begin with. */
export function tableFacts(table: MyTable, language: Language): Block[] {
  const all = textsIn(language)
  const t = all.table
  const person = (id: number) => table.names.get(id) ?? all.person
  const others = table.coming.filter((id) => id !== table.reader && id !== table.hostId)
  const hosts = table.hostId === table.reader
  return [
    {
      type: 'facts',
      facts: [
        {
          label: t.when,
          value: table.span ? whenOf(table, language) : hosts ? t.unplacedHost : t.unplaced,
        },
        ...(table.place ? [{ label: all.mine.place, value: table.place }] : []),
        ...(table.link ? [{ label: all.mine.link, value: [{ link: table.link, label: table.link }] }] : []),
        { label: t.host, value: hosts ? t.hostYou : person(table.hostId) },
        ...(others.length > 0 ? [{ label: t.withWhom, value: others.map(person).join('\n') }] : []),
        ...(table.cannot.length > 0
          ? [{ label: t.cannotCome, value: table.cannot.map(person).join('\n') }]
          : []),
      ],
    },
    ...startersOf(table, language),
  ]
}

export function tableButtons(table: MyTable, language: Language): Button[] {
  const t = textsIn(language).table
  if (!table.ahead) return []
  const data = { table: table.id, version: table.version }
  const comes = table.coming.includes(table.reader)
  return [
    ...(comes && table.hostId === table.reader
      ? [
          {
            label: table.span ? t.move : t.choose,
            ...(!table.span && { style: 'primary' as const }),
            action: { id: 'gatherings.times', data: { table: table.id } },
          },
        ]
      : []),
    comes
      ? { label: t.cannot, action: { id: 'gatherings.cannot', data } }
      : { label: t.can, style: 'primary', action: { id: 'gatherings.can', data } },
  ]
}

export const heldButtons = (table: number, language: Language): Button[] => {
  const t = textsIn(language).table
  return [
    {
      label: t.held,
      style: 'primary',
      action: { id: 'gatherings.answer', data: { table, held: true } },
    },
    { label: t.notHeld, action: { id: 'gatherings.answer', data: { table, held: false } } },
  ]
}

/** Whether the reader may ask for one conversation of their table: of those who come, until it is over. */
export const talks = (table: MyTable): boolean =>
  table.ahead && !table.guest && table.coming.length > 1 && table.coming.includes(table.reader)

/** What the bot says first in the conversation of a table: nothing that is not everybody's there, and no buttons. */
export function greetingCard(table: MyTable, language: Language): Card {
  const t = textsIn(language)
  const name = t.roundOf(table.name, table.round)
  const place = table.place || table.link
  return {
    language,
    summary: t.talk.summary,
    blocks: [
      { type: 'heading', text: name },
      text(t.talk.greeting),
      {
        type: 'facts',
        facts: [
          { label: t.table.when, value: table.span ? whenOf(table, language) : t.talk.timeOpen },
          ...(place ? [{ label: t.mine.place, value: place }] : []),
        ],
      },
      ...startersOf(table, language),
      unread(language),
    ],
  }
}

const startersOf = (table: MyTable, language: Language): Block[] =>
  table.ahead && table.starters.length > 0
    ? [
        {
          type: 'text',
          text: [
            { bold: textsIn(language).table.starters },
            `\n${table.starters.map((each) => `・${each}`).join('\n')}`,
          ],
        },
      ]
    : []

/** `more`: what they asked for. */
export function tableCard(
  table: MyTable,
  language: Language,
  note?: string,
  more: readonly Block[] = [],
): Card {
  const all = textsIn(language)
  const t = all.table
  const name = all.roundOf(table.name, table.round)
  const own = tableButtons(table, language)
  const asks = table.asks && table.hostId === table.reader
  return card(language, [
    { type: 'heading', text: name },
    ...notes(note),
    ...(table.status === 'cancelled' ? [text(t.cancelled)] : tableFacts(table, language)),
    ...(table.cannot.includes(table.reader) && table.ahead ? [text(t.cannotNow)] : []),
    ...(asks
      ? [text(t.heldQuestion(name, whenOf(table, language))), buttons(...heldButtons(table.id, language))]
      : []),
    ...more,
    ...(own.length > 0 ? [buttons(...own)] : []),
    buttons(
      ...(talks(table) && more.length === 0
        ? [{ label: all.talk.button, action: { id: 'gatherings.talk', data: { table: table.id } } }]
        : []),
      { label: all.back, action: showSeries(table.seriesId) },
    ),
  ])
}

export function timesCard(
  table: MyTable,
  times: readonly Proposal[],
  language: Language,
  note?: string,
): Card {
  const all = textsIn(language)
  const t = all.table
  const everybody = times.every(({ free }) => free === table.people)
  const rows = times.map(
    (span): Row => ({
      text: formatSpan(span.start, span.end, table.zone, language),
      detail: span.free === table.people ? t.timeAll : t.timeSome(span.free, table.people),
      button: {
        label: t.chooseThis,
        action: {
          id: 'gatherings.move',
          data: {
            table: table.id,
            version: table.version,
            minute: span.start.epochMilliseconds / 60_000,
          },
        },
      },
    }),
  )
  return card(language, [
    { type: 'heading', text: all.roundOf(table.name, table.round) },
    ...notes(note),
    text(rows.length === 0 ? t.timesNone : everybody ? t.timesIntro : t.timesSome),
    ...(rows.length > 0 ? [{ type: 'list', rows } satisfies Block] : []),
    buttons({ label: all.back, action: showTable(table.id) }),
  ])
}
