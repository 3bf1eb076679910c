// Pure: what HR and coordinators see. Names appear in the seating alone; of what took place only rates are shown.

import type { Span } from '../../agenda/span.ts'
import type { Block, Button, Card, Row } from '../../cards/card.ts'
import { formatDate, formatSpan } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import { mostTries } from './limits.ts'
import { tellable } from './rules.ts'
import type { SeriesState } from './state.ts'
import { textsIn } from './texts.ts'
import {
  bold,
  buttons,
  card,
  home,
  manage,
  notes,
  rhythmWords,
  seriesFacts,
  showRound,
  text,
} from './views.ts'

export const runRow = (series: SeriesState, language: Language): Row => {
  const t = textsIn(language)
  return {
    text: series.name,
    detail: `${t.run.statuses[series.status as keyof typeof t.run.statuses]} ${rhythmWords(series, language)}`,
    button: { label: t.run.manage, action: manage(series.id) },
  }
}

export interface Managed {
  readonly series: SeriesState & {
    readonly version: number
    readonly rounds: number | null
    readonly nextOn: Temporal.PlainDate
  }
  readonly who: string | undefined
  readonly coordinator: string | undefined
  readonly joined: number
  readonly paused: number
  readonly asked: number
  readonly facilitators: number
  /** Rounds that were published. */
  readonly done: number
  readonly draft: number | undefined
  readonly last: number | undefined
  readonly left: boolean
  readonly today: Temporal.PlainDate
}

export function manageCard(managed: Managed, language: Language, note?: string): Card {
  const all = textsIn(language)
  const t = all.run
  const { series, done, draft, left } = managed
  // A day that has passed is not announced.
  const late = Temporal.PlainDate.compare(series.nextOn, managed.today) < 0
  const data = { series: series.id, version: series.version }
  const own = { series: series.id }
  const status = series.status as keyof typeof t.statuses
  const main: Button[] = [
    ...(status === 'draft'
      ? [
          managed.who === undefined
            ? {
                label: t.chooseWho,
                style: 'primary' as const,
                action: { id: 'gatherings.who', data: own },
              }
            : {
                label: t.openCall,
                style: 'primary' as const,
                action: { id: 'gatherings.open', data },
                confirm: { title: t.openCall, text: t.openConfirm, yes: all.yes, no: all.no },
              },
        ]
      : []),
    ...(status === 'open' && left
      ? [
          draft === undefined
            ? {
                label: t.prepare(done + 1),
                style: 'primary' as const,
                action: { id: 'gatherings.prepare', data },
              }
            : { label: t.see, style: 'primary' as const, action: showRound(draft) },
        ]
      : []),
    ...(managed.last !== undefined ? [{ label: t.seeLast, action: showRound(managed.last) }] : []),
  ]
  const settings: Button[] =
    status === 'closed'
      ? []
      : [
          { label: t.edit, action: { id: 'gatherings.edit', data: own } },
          ...(status === 'draft' && managed.who === undefined
            ? []
            : [{ label: t.chooseWho, action: { id: 'gatherings.who', data: own } }]),
          { label: t.chooseLeaders, action: { id: 'gatherings.leaders', data: own } },
          ...(status === 'open'
            ? [{ label: all.guests.button, action: { id: 'gatherings.guests', data: own } }]
            : []),
        ]
  const ends: Button[] = [
    { label: t.figures, action: { id: 'gatherings.figures', data: own } },
    ...(status === 'closed'
      ? []
      : [
          {
            label: t.closing,
            action: { id: 'gatherings.close', data },
            confirm: { title: t.closing, text: t.closeConfirm, yes: all.yes, no: all.no },
          },
        ]),
    { label: all.list, action: home },
  ]
  return card(language, [
    { type: 'heading', text: series.name },
    ...notes(note),
    {
      type: 'facts',
      facts: [
        { label: t.status, value: t.statuses[status] },
        ...seriesFacts(series, language),
        { label: t.who, value: managed.who ?? t.whoNone },
        { label: t.members, value: t.membersOf(managed.joined, managed.paused, managed.asked) },
        { label: t.leaders, value: t.leadersOf(managed.facilitators) },
        { label: t.coordinator, value: managed.coordinator ?? t.nobody },
        ...(status === 'closed'
          ? []
          : [
              {
                label: t.roundNext,
                value: left
                  ? t[late ? 'roundLateOf' : 'roundNextOf'](done + 1, formatDate(series.nextOn, language))
                  : t.roundsDone,
              },
            ]),
      ],
    },
    ...(main.length > 0 ? [buttons(...main)] : []),
    ...(settings.length > 0 ? [buttons(...settings)] : []),
    buttons(...ends),
  ])
}

export interface SeatedTable {
  readonly number: number
  readonly span: Span | undefined
  readonly hostId: number
  readonly people: readonly number[]
}

export interface ShownRound {
  readonly id: number
  readonly version: number
  readonly series: { readonly id: number; readonly name: string; readonly version: number }
  readonly number: number
  readonly status: string
  readonly tries: number
  readonly repeats: number
  readonly sameDepartment: number
  readonly leastSame: number
  readonly tables: readonly SeatedTable[]
  /** Tables that no facilitator leads. */
  readonly unled: number
  readonly names: ReadonlyMap<number, string>
  readonly since: { readonly gone: number; readonly fresh: number }
  readonly zone: string
}

/** Tables that one page shows. */
export const tablesOnPage = 10

export function roundCard(round: ShownRound, page: number, language: Language, note?: string): Card {
  const all = textsIn(language)
  const t = all.round
  const draft = round.status === 'draft'
  const pages = Math.max(1, Math.ceil(round.tables.length / tablesOnPage))
  const at = Math.min(Math.max(1, page), pages)
  const people = round.tables.reduce((sum, table) => sum + table.people.length, 0)
  const unplaced = round.tables.filter(({ span }) => !span).length
  const name = (id: number) => round.names.get(id) ?? all.person
  const rows = round.tables.slice((at - 1) * tablesOnPage, at * tablesOnPage).map(
    ({ number, span, hostId, people: seated }): Row => ({
      text: [
        {
          bold: t.tableOf(number, span ? formatSpan(span.start, span.end, round.zone, language) : t.noTime),
        },
      ],
      detail: [t.host(name(hostId)), ...seated.filter((id) => id !== hostId).map(name)].join(all.joint),
    }),
  )
  const left = mostTries - round.tries
  const data = { round: round.id, version: round.version }
  const main: Button[] = draft
    ? [
        ...(round.since.gone === 0
          ? [
              {
                label: t.publish,
                style: 'primary' as const,
                action: { id: 'gatherings.publish', data },
                confirm: { title: t.publish, text: t.publishConfirm, yes: all.yes, no: all.no },
              },
            ]
          : []),
        ...(left > 0
          ? [
              {
                label: t.again(left),
                action: {
                  id: 'gatherings.prepare',
                  data: { series: round.series.id, version: round.series.version },
                },
              },
            ]
          : []),
        ...(left > 0 && round.tables.length > 1
          ? [{ label: t.swap, action: { id: 'gatherings.swap', data } }]
          : []),
      ]
    : []
  const turn = (label: string, to: number): Button => ({ label, action: showRound(round.id, to) })
  const paging: Button[] = [
    ...(at > 1 ? [turn(all.previous, at - 1)] : []),
    ...(at < pages ? [turn(all.next, at + 1)] : []),
  ]
  return card(language, [
    { type: 'heading', text: all.roundOf(round.series.name, round.number) },
    ...notes(note),
    text(
      `${t[round.status === 'done' ? 'done' : draft ? 'draft' : 'published']}\n${t.counts(people, round.tables.length)}`,
    ),
    {
      type: 'facts',
      facts: [
        { label: t.same, value: t.sameOf(round.sameDepartment, round.leastSame) },
        { label: t.repeats, value: t.repeatsOf(round.repeats) },
        { label: t.leaders, value: round.unled === 0 ? t.leadersAll : t.leadersShort(round.unled) },
      ],
    },
    ...(unplaced > 0 ? [text(t.unplaced(unplaced))] : []),
    ...(draft && round.since.gone > 0 ? [bold(t.gone(round.since.gone))] : []),
    ...(draft && round.since.fresh > 0 ? [text(t.fresh(round.since.fresh))] : []),
    { type: 'list', rows },
    { type: 'context', text: t.hostNote },
    ...(main.length > 0 ? [buttons(...main)] : []),
    ...(pages > 1
      ? ([{ type: 'context', text: all.pageOf(at, pages) }, buttons(...paging)] satisfies Block[])
      : []),
    buttons(
      { label: all.back, action: manage(round.series.id) },
      ...(draft ? [{ label: t.discard, action: { id: 'gatherings.discard', data } }] : []),
    ),
  ])
}

export interface RoundFigures {
  readonly number: number
  readonly tables: number
  readonly answered: number
  readonly held: number
  readonly seated: number
  readonly coming: number
}

/** Rates by round. A round of so few that everybody knows who is meant is not told of. */
export function figuresCard(
  series: { readonly id: number; readonly name: string },
  joined: number,
  rounds: readonly RoundFigures[],
  language: Language,
): Card {
  const all = textsIn(language)
  const t = all.figures
  return card(language, [
    { type: 'heading', text: `${t.title}: ${series.name}` },
    {
      type: 'facts',
      facts: [
        { label: t.members, value: t.membersOf(joined) },
        { label: t.rounds, value: t.roundsOf(rounds.length) },
        ...rounds.slice(0, 12).map(({ number, tables, answered, held, seated, coming }) => ({
          label: t.round(number),
          value: tellable(seated) ? t.line(held, answered, tables, coming, seated) : t.few,
        })),
      ],
    },
    ...(rounds.length === 0 ? [text(t.none)] : []),
    { type: 'context', text: t.content },
    buttons({ label: all.back, action: manage(series.id) }),
  ])
}
