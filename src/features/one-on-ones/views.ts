// Pure: what is known in, cards out.
import type { Block, Button, Card, Row } from '../../cards/card.ts'
import { formatDate } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import type { Meeting, Series, Topic } from './state.ts'
import { textsIn } from './texts.ts'
import { rhythmWords, titleOf, whenOf } from './words.ts'

/** As one of the two sees their series. */
export interface Scene {
  readonly series: Series
  readonly reader: number
  readonly language: Language
  readonly zone: string
  /** How each of the two is addressed. */
  readonly names: ReadonlyMap<number, string>
  readonly topics: readonly Topic[]
  /** Planned ones that have not begun. */
  readonly coming: readonly Meeting[]
  /** The last one that is over, where the reader has not answered. */
  readonly asked?: Meeting | undefined
  readonly notes: boolean
}

export const other = ({ series, reader, names }: Pick<Scene, 'series' | 'reader' | 'names'>): string =>
  names.get(series.leadId === reader ? series.memberId : series.leadId) ?? ''

/** How many rows of topics or meetings a card shows. */
const mostRows = 20

export const openSeries = (series: number) => ({ id: 'one-on-ones.open', data: { series } })
export const text = (words: string): Block => ({ type: 'text', text: words })

export const backTo = ({ id, kind }: Pick<Series, 'id' | 'kind'>, language: Language): Button => ({
  label: kind === 'ojt' ? textsIn(language).ojtBack : textsIn(language).back,
  action: openSeries(id),
})

export const answerButtons = (meeting: number, language: Language): Button[] => [
  {
    label: textsIn(language).held,
    style: 'primary',
    action: { id: 'one-on-ones.answer', data: { meeting, held: true } },
  },
  {
    label: textsIn(language).notHeld,
    action: { id: 'one-on-ones.answer', data: { meeting, held: false } },
  },
]

export function seriesCard(scene: Scene, note?: string, more: readonly Block[] = []): Card {
  const { series, language, zone, reader, names } = scene
  const t = textsIn(language)
  const { id } = series
  const title = titleOf(series, other(scene), language)
  const live = series.state.type !== 'ended'
  const [next] = scene.coming
  const facts = [
    { label: t.rhythm, value: rhythmWords(series, language) },
    ...(series.place ? [{ label: t.place, value: series.place }] : []),
    ...(scene.coming.length > 0
      ? [{ label: t.coming, value: scene.coming.map((each) => comingWords(each, scene)).join('\n') }]
      : []),
  ]
  const state =
    series.state.type === 'paused'
      ? t.paused(formatDate(series.state.until, language))
      : series.state.type === 'ended'
        ? t.ended[series.state.why]
        : next
          ? ''
          : t.noNext
  const rows = scene.topics.slice(0, mostRows).map((topic): Row => {
    const by = topic.authorId === reader ? t.own : (names.get(topic.authorId) ?? t.person)
    return {
      text: topic.text === '' ? t.unreadable : topic.text,
      detail: t.topicBy(by, t.wish[topic.wish]),
      ...(live && {
        button: { label: t.done, action: { id: 'one-on-ones.topic-done', data: { topic: topic.id } } },
      }),
    }
  })
  const first: Button[] = live
    ? [
        { label: t.add, style: 'primary', action: { id: 'one-on-ones.topic-add', data: { series: id } } },
        ...(next
          ? [
              { label: t.moveNext, action: { id: 'one-on-ones.times', data: { meeting: next.id } } },
              {
                label: t.skip,
                action: { id: 'one-on-ones.skip', data: { meeting: next.id, version: next.version } },
                confirm: {
                  title: t.skip,
                  text: t.skipConfirm(whenOf(next, zone, language)),
                  yes: t.yes,
                  no: t.no,
                },
              },
            ]
          : []),
      ]
    : []
  const second: Button[] = [
    ...(live ? [{ label: t.settings, action: { id: 'one-on-ones.settings', data: { series: id } } }] : []),
    ...(scene.notes ? [{ label: t.notes, action: { id: 'one-on-ones.notes', data: { series: id } } }] : []),
    ...(series.kind === 'ojt'
      ? [{ label: t.ojtPlan, action: { id: 'one-on-ones.plan', data: { series: id } } }]
      : []),
    ...(reader === series.memberId
      ? [{ label: t.feelings, action: { id: 'one-on-ones.feelings', data: {} } }]
      : []),
    { label: t.list, action: { id: 'one-on-ones.mine' } },
  ]
  return {
    language,
    summary: t.summary,
    blocks: [
      { type: 'heading', text: title },
      ...(note ? [text(note)] : []),
      ...more,
      ...(state ? [text(state)] : []),
      ...(mayContinue(series, reader) ? continueBlocks(id, language) : []),
      ...(scene.asked
        ? [
            text(t.heldQuestion(title, whenOf(scene.asked, zone, language))),
            { type: 'buttons', buttons: answerButtons(scene.asked.id, language) } satisfies Block,
          ]
        : []),
      { type: 'facts', facts },
      ...(live || rows.length > 0 ? [{ type: 'text', text: [{ bold: t.topics }] } satisfies Block] : []),
      ...(rows.length > 0 ? [{ type: 'list', rows } satisfies Block] : live ? [text(t.topicsNone)] : []),
      ...(first.length > 0 ? [{ type: 'buttons', buttons: first } satisfies Block] : []),
      { type: 'buttons', buttons: second },
      { type: 'context', text: live ? t.topicIntro : t.endedIntro },
    ],
  }
}

/** After a transfer the member may begin with their new supervisor, and takes along what they want to. */
export const mayContinue = (series: Series, reader: number): boolean =>
  series.kind === 'line' &&
  series.memberId === reader &&
  series.state.type === 'ended' &&
  series.state.why === 'transfer'

export function continueBlocks(series: number, language: Language): Block[] {
  const t = textsIn(language)
  const carry = (topics: boolean) => ({ id: 'one-on-ones.continue', data: { series, topics } })
  return [
    text(t.continueQuestion),
    {
      type: 'buttons',
      buttons: [
        { label: t.continue, style: 'primary', action: carry(false) },
        { label: t.continueWithTopics, action: carry(true) },
      ],
    },
  ]
}

export const comingWords = (
  meeting: Meeting,
  { zone, language }: Pick<Scene, 'zone' | 'language'>,
): string => {
  const when = whenOf(meeting, zone, language)
  return meeting.status === 'unplaced' ? textsIn(language).unplaced(when) : when
}

/** One of the reader's series, for the list. */
export interface Line {
  readonly series: Series
  readonly who: string
  readonly next?: Meeting | undefined
  readonly asked: boolean
}

export function mineCard(
  lines: readonly Line[],
  view: {
    readonly language: Language
    readonly zone: string
    /** Somebody of their line has no 1on1 with them yet. */
    readonly mayBegin: boolean
    /** The staff list names somebody of their line. */
    readonly known: boolean
    readonly chief: boolean
    /** They may have felt something, as somebody's member. */
    readonly feels: boolean
    /** Whom somebody asks about the staff list. */
    readonly office: string
    /** Theirs that are over and still hold something. */
    readonly past: readonly Pick<Line, 'series' | 'who'>[]
  },
  note?: string,
): Card {
  const { language } = view
  const t = textsIn(language)
  const rows = lines.map(
    ({ series, who, next, asked }): Row => ({
      text: [{ bold: titleOf(series, who, language) }],
      detail:
        series.state.type === 'paused'
          ? t.paused(formatDate(series.state.until, language))
          : [...(asked ? [t.askedLine] : []), next ? t.next(comingWords(next, view)) : t.noNext].join('\n'),
      button: { label: t.open, action: openSeries(series.id) },
    }),
  )
  const none = view.known ? t.mineNone : t.mineNobody(view.office)
  const past = view.past.map(
    ({ series, who }): Row => ({
      text: titleOf(series, who, language),
      ...(series.state.type === 'ended' && { detail: t.ended[series.state.why] }),
      button: { label: t.open, action: openSeries(series.id) },
    }),
  )
  const buttons: Button[] = [
    ...(view.mayBegin
      ? [{ label: t.begin, style: 'primary' as const, action: { id: 'one-on-ones.begin' } }]
      : []),
    ...(view.chief ? [{ label: t.ojtHeading, action: { id: 'one-on-ones.ojt' } }] : []),
    ...(view.feels ? [{ label: t.feelings, action: { id: 'one-on-ones.feelings', data: {} } }] : []),
  ]
  return {
    language,
    summary: t.summary,
    blocks: [
      { type: 'heading', text: t.heading },
      ...(note ? [text(note)] : []),
      rows.length > 0 ? { type: 'list', rows } : text(none),
      ...(buttons.length > 0 ? [{ type: 'buttons', buttons } satisfies Block] : []),
      ...(past.length > 0
        ? [
            { type: 'text', text: [{ bold: t.past }] } satisfies Block,
            { type: 'list', rows: past } satisfies Block,
          ]
        : []),
    ],
  }
}

export function timesCard(
  scene: Pick<Scene, 'series' | 'reader' | 'names' | 'language' | 'zone'>,
  meeting: Meeting,
  times: readonly { readonly start: Temporal.Instant; readonly end: Temporal.Instant }[],
  note?: string,
): Card {
  const { language, zone, series } = scene
  const t = textsIn(language)
  const rows = times.map(
    (span): Row => ({
      text: whenOf(span, zone, language),
      button: {
        label: t.choose,
        action: {
          id: 'one-on-ones.move',
          data: {
            meeting: meeting.id,
            version: meeting.version,
            minute: span.start.epochMilliseconds / 60_000,
          },
        },
      },
    }),
  )
  return {
    language,
    summary: t.summary,
    blocks: [
      { type: 'heading', text: t.timesHeading },
      ...(note ? [text(note)] : []),
      text(`${titleOf(series, other(scene), language)} ${whenOf(meeting, zone, language)}`),
      text(rows.length > 0 ? t.timesIntro : t.timesNone),
      ...(rows.length > 0 ? [{ type: 'list', rows } satisfies Block] : []),
      { type: 'buttons', buttons: [backTo(series, language)] },
    ],
  }
}

export function settingsCard(
  scene: Pick<Scene, 'series' | 'reader' | 'names' | 'language'>,
  note?: string,
): Card {
  const { series, language } = scene
  const t = textsIn(language)
  const data = { series: series.id, version: series.version }
  const { state } = series
  const buttons: Button[] =
    state.type === 'ended'
      ? []
      : [
          {
            label: t.change,
            style: 'primary',
            action: { id: 'one-on-ones.change', data: { series: series.id } },
          },
          state.type === 'paused'
            ? { label: t.resume, action: { id: 'one-on-ones.resume', data } }
            : { label: t.pause, action: { id: 'one-on-ones.pause', data: { series: series.id } } },
          {
            label: t.end,
            action: { id: 'one-on-ones.end', data },
            confirm: { title: t.end, text: t.endConfirm, yes: t.yes, no: t.no },
          },
        ]
  return {
    language,
    summary: t.summary,
    blocks: [
      { type: 'heading', text: titleOf(series, other(scene), language) },
      ...(note ? [text(note)] : []),
      ...(state.type === 'paused' ? [text(t.paused(formatDate(state.until, language)))] : []),
      ...(state.type === 'ended' ? [text(t.ended[state.why])] : []),
      {
        type: 'facts',
        facts: [
          { label: t.rhythm, value: rhythmWords(series, language) },
          ...(series.place ? [{ label: t.place, value: series.place }] : []),
        ],
      },
      {
        type: 'buttons',
        buttons: [...buttons, backTo(series, language)],
      },
    ],
  }
}
