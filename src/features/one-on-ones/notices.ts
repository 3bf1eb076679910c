// How what is told of 1on1s is drawn at the moment it goes out: for the two alone, from the present, without any topic.
import type { Block, Button, Row } from '../../cards/card.ts'
import type { Tx } from '../../db/transaction.ts'
import type { DueNotice, NoticeKind, Recipient } from '../../delivery/notice.ts'
import { loadAbsences } from '../../directory/load.ts'
import { loadPeople } from '../../directory/people.ts'
import { officeName, readSetting } from '../../directory/settings.ts'
import { formatDate } from '../../kernel/format.ts'
import type { Bilingual } from '../../kernel/language.ts'
import type { Core } from '../feature.ts'
import { kinds } from './kinds.ts'
import { isPair, type Meeting, otherOf, type Series } from './state.ts'
import { loadMeetings, loadSeries, openTopics } from './store.ts'
import { textsIn } from './texts.ts'
import { answerButtons, continueBlocks, mayContinue, openSeries } from './views.ts'
import { nameOf, rhythmWords, titleOf, whenOf } from './words.ts'

/** Rows that one part shows of a kind. */
const mostRows = 8

interface Told {
  readonly notice: DueNotice
  readonly series: Series
  readonly meeting: Meeting | undefined
  readonly who: string
  /** 「佐藤課長との1on1」 */
  readonly what: string
  readonly when: string
}

interface Drawing {
  readonly tx: Tx
  readonly to: Recipient
  readonly now: Temporal.Instant
  readonly zone: string
}

type Words = { readonly row: string; readonly more?: readonly Block[]; readonly button?: Button | null }

export function notices(core: Pick<Core, 'zone'>): NoticeKind[] {
  const kind = (
    name: keyof typeof kinds,
    title: Bilingual,
    /** Nothing where the world has moved on. */
    words: (told: Told, drawing: Drawing) => Promise<Words | undefined> | Words | undefined,
  ): NoticeKind => ({
    kind: kinds[name],
    title,
    priority: 1,
    ifUnknown: 'repeat',
    hours: 'working',
    async draw(tx, due, to, now) {
      const drawing = { tx, to, now, zone: core.zone }
      const found: { told: Told; words: Words }[] = []
      for (const told of await situations(due, drawing)) {
        const said = await words(told, drawing)
        if (said) found.push({ told, words: said })
      }
      if (found.length === 0) return null
      const t = textsIn(to.language)
      const live = new Set(found.map(({ told }) => told.notice.id))
      const blocks = found.slice(0, mostRows).flatMap(({ told, words: { row, more, button } }): Block[] => {
        const open = { label: t.open, action: openSeries(told.series.id) }
        const one: Row = { text: row, ...(button !== null && { button: button ?? open }) }
        return [{ type: 'list', rows: [one] }, ...(more ?? [])]
      })
      return {
        summary: t.summary,
        blocks,
        obsolete: due.filter(({ id }) => !live.has(id)).map(({ id }) => id),
      }
    },
  })

  const planned = ({ meeting, series }: Told): boolean =>
    meeting?.status === 'planned' && series.state.type === 'active'

  return [
    kind('begun', { ja: '1on1の開始', en: 'A 1on1 begins' }, ({ series, what }, { to }) =>
      series.state.type === 'ended'
        ? undefined
        : { row: textsIn(to.language).begunRow(what, rhythmWords(series, to.language)) },
    ),
    kind('changed', { ja: '1on1の設定の変更', en: '1on1 settings' }, ({ series, what }, { to }) => {
      const t = textsIn(to.language)
      if (series.state.type === 'ended') return undefined
      return series.state.type === 'paused'
        ? { row: t.pausedRow(what, formatDate(series.state.until, to.language)) }
        : { row: t.changedRow(what, rhythmWords(series, to.language)) }
    }),
    kind('nudge', { ja: '1on1の前日', en: 'The day before a 1on1' }, async (told, { tx, to, now }) => {
      const { meeting, series, what, when, notice } = told
      if (!meeting || !planned(told) || !isMorningOf(notice, meeting, now)) return undefined
      if ((await openTopics(tx, series.id)) > 0) return undefined
      const t = textsIn(to.language)
      return {
        row: t.nudgeRow(what, when),
        button: { label: t.add, action: { id: 'one-on-ones.topic-add', data: { series: series.id } } },
      }
    }),
    kind(
      'held',
      { ja: '1on1の確認', en: 'Was a 1on1 held' },
      ({ meeting, what, when, series }, { to, now }) => {
        const over = meeting && Temporal.Instant.compare(meeting.end, now) <= 0
        if (!over || series.state.type === 'ended') return undefined
        if (meeting.status === 'skipped' || meeting.status === 'unplaced') return undefined
        if (meeting.answers.some(({ personId }) => personId === to.id)) return undefined
        const t = textsIn(to.language)
        return {
          row: t.heldQuestion(what, when),
          button: null,
          more: [
            { type: 'buttons', buttons: answerButtons(meeting.id, to.language) },
            { type: 'context', text: t.heldCost },
          ],
        }
      },
    ),
    kind('moved', { ja: '1on1の日時の変更', en: 'Another time of a 1on1' }, (told, { to, now }) => {
      const { meeting, what, when } = told
      const gone = !meeting || !planned(told) || Temporal.Instant.compare(meeting.start, now) <= 0
      return gone ? undefined : { row: textsIn(to.language).movedRow(what, when) }
    }),
    kind('skipped', { ja: '1on1の見送り', en: 'A 1on1 is skipped' }, ({ meeting, what, when }, { to }) =>
      meeting?.status === 'skipped' ? { row: textsIn(to.language).skippedRow(what, when) } : undefined,
    ),
    kind('skips', { ja: '1on1の見直し', en: 'About a 1on1' }, ({ series, what }, { to }) =>
      series.state.type !== 'active'
        ? undefined
        : {
            row: textsIn(to.language).skipsRow(what),
            button: {
              label: textsIn(to.language).settings,
              action: { id: 'one-on-ones.settings', data: { series: series.id } },
            },
          },
    ),
    kind(
      'unplaced',
      { ja: '1on1の日時が未定', en: 'A 1on1 has no time' },
      ({ meeting, series, what, when }, { to, now }) => {
        const open =
          meeting?.status === 'unplaced' &&
          series.state.type === 'active' &&
          Temporal.Instant.compare(now, meeting.start) < 0
        const t = textsIn(to.language)
        return open
          ? {
              row: t.unplacedRow(what, when),
              button: {
                label: t.moveNext,
                action: { id: 'one-on-ones.times', data: { meeting: meeting.id } },
              },
            }
          : undefined
      },
    ),
    kind(
      'week',
      { ja: 'OJTの週の確認', en: 'A week of an OJT plan' },
      async ({ series, what, notice }, { tx, to }): Promise<Words | undefined> => {
        if (series.state.type !== 'active') return undefined
        const week = await tx.ojtWeek.findFirst({
          where: { seriesId: series.id, week: Number(notice.detail.week) },
        })
        const done = week && (series.leadId === to.id ? week.leadDone : week.memberDone)
        if (!week || done) return undefined
        const t = textsIn(to.language)
        const { topic } = week
        return {
          row: t.weekRow(what, t.ojtWeek(week.week, topic)),
          button: null,
          more: [
            {
              type: 'buttons',
              buttons: [
                {
                  label: t.ojtTick,
                  style: 'primary',
                  action: { id: 'one-on-ones.tick', data: { week: week.id } },
                },
                { label: t.ojtPlan, action: { id: 'one-on-ones.plan', data: { series: series.id } } },
              ],
            },
            { type: 'context', text: t.weekCost },
          ],
        }
      },
    ),
    kind('ended', { ja: '1on1の終了', en: 'The end of a 1on1' }, ({ series, what }, { to }) => {
      if (series.state.type !== 'ended') return undefined
      const t = textsIn(to.language)
      const row = t.endedRow(what, t.ended[series.state.why])
      return mayContinue(series, to.id)
        ? { row, button: null, more: continueBlocks(series.id, to.language) }
        : { row, button: null }
    }),
    kind(
      'read',
      { ja: '1on1のノートの開示', en: 'Disclosure of 1on1 notes' },
      async ({ who, notice }, { tx, to, zone }) => ({
        row: textsIn(to.language).readRow(
          who,
          formatDate(notice.dueAt.toZonedDateTimeISO(zone).toPlainDate(), to.language),
          (await readSetting(tx, officeName))[to.language],
        ),
        button: null,
      }),
    ),
  ]
}

/** It is of no use any more once the meeting has begun, or was moved since. */
const isMorningOf = (notice: DueNotice, meeting: Meeting, now: Temporal.Instant): boolean =>
  Temporal.Instant.compare(now, meeting.start) < 0 &&
  Temporal.Instant.compare(notice.dueAt, meeting.start) < 0

async function situations(due: readonly DueNotice[], { tx, to, now, zone }: Drawing): Promise<Told[]> {
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  // Who is on leave is left in peace.
  if ((await loadAbsences(tx, today, [to.id])).has(to.id)) return []
  const meetingId = ({ subject, detail }: DueNotice): number => {
    const plain = /^one-on-one:(\d+)$/.exec(subject)?.[1]
    return plain ? Number(plain) : typeof detail.meeting === 'number' ? detail.meeting : 0
  }
  const meetings = new Map(
    (await loadMeetings(tx, { id: { in: due.map(meetingId) } })).map((each) => [each.id, each]),
  )
  const seriesId = (notice: DueNotice): number =>
    Number(/^one-on-one-weeks:(\d+)$/.exec(notice.subject)?.[1] ?? 0) ||
    meetings.get(meetingId(notice))?.seriesId ||
    (typeof notice.detail.series === 'number' ? notice.detail.series : 0)
  const found = new Map(
    (await loadSeries(tx, { id: { in: due.map(seriesId) } })).map((each) => [each.id, each]),
  )
  const people = await loadPeople(
    tx,
    [...found.values()].flatMap(({ leadId, memberId }) => [leadId, memberId]),
    today,
  )
  const latest = new Map(due.map((notice) => [`${notice.kind}:${notice.subject}`, notice.id]))
  return due.flatMap((notice): Told[] => {
    const series = found.get(seriesId(notice))
    if (!series || !isPair(series, to.id)) return []
    // Several of one matter are told as one.
    if (latest.get(`${notice.kind}:${notice.subject}`) !== notice.id) return []
    const meeting = meetings.get(meetingId(notice))
    const who = nameOf(people, otherOf(series, to.id), to.language)
    return [
      {
        notice,
        series,
        meeting,
        who,
        what: titleOf(series, who, to.language),
        when: meeting ? whenOf(meeting, zone, to.language) : '',
      },
    ]
  })
}
