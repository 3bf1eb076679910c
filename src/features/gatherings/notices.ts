// How each notice is drawn when it is sent: as things are then, and nothing where the world has moved on.
import type { Block } from '../../cards/card.ts'
import { fromDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import type { DueNotice, NoticeKind, Part, Recipient } from '../../delivery/notice.ts'
import { calendarOf } from '../../directory/calendars.ts'
import { guestUntilOf } from '../../directory/guests.ts'
import { loadAbsences } from '../../directory/load.ts'
import { workingDaysFrom } from '../../kernel/calendar.ts'
import { formatDate, formatSpan } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import type { Core } from '../feature.ts'
import { invitationTo } from '../guests.ts'
import { kinds } from './plan.ts'
import { asSeenBy } from './show.ts'
import type { MyTable } from './state.ts'
import { findTable, tablesWith } from './store.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'
import {
  buttons,
  heldButtons,
  joinButtons,
  manage,
  rhythmWords,
  showSeries,
  showTable,
  tableButtons,
  tableFacts,
  text,
} from './views.ts'

type Drawn = readonly Block[] | undefined

const numberIn = (notice: DueNotice, name: string): number => {
  const value = notice.detail[name]
  return typeof value === 'number' ? value : 0
}

export function noticeKinds(core: Pick<Core, 'zone'>): readonly NoticeKind[] {
  const dayOf = (at: Temporal.Instant) => at.toZonedDateTimeISO(core.zone).toPlainDate()

  const kind = (
    name: keyof typeof kinds,
    draw: (tx: Tx, notice: DueNotice, to: Recipient, now: Temporal.Instant) => Promise<Drawn>,
  ): NoticeKind => ({
    kind: kinds[name],
    title: { ja: ja.notice.titles[name], en: en.notice.titles[name] },
    priority: 1,
    ifUnknown: 'repeat',
    hours: 'working',
    async draw(tx, notices, to, now): Promise<Part | null> {
      // Of one matter the latest word counts.
      const latest = [...Map.groupBy(notices, ({ subject }) => subject).values()].flatMap(
        (all) => all.at(-1) ?? [],
      )
      const drawn: { readonly id: number; readonly blocks: readonly Block[] }[] = []
      for (const notice of latest) {
        const blocks = await draw(tx, notice, to, now)
        if (blocks) drawn.push({ id: notice.id, blocks })
      }
      if (drawn.length === 0) return null
      const told = new Set(drawn.map(({ id }) => id))
      return {
        summary: textsIn(to.language).notice.titles[name],
        blocks: drawn.flatMap(({ blocks }, i): Block[] =>
          i === 0 ? [...blocks] : [{ type: 'divider' }, ...blocks],
        ),
        obsolete: notices.filter(({ id }) => !told.has(id)).map(({ id }) => id),
      }
    },
  })

  /** Where the recipient now sits in a round. */
  const inRound = async (tx: Tx, notice: DueNotice, to: Recipient, now: Temporal.Instant) => {
    const found = await tablesWith(tx, to.id, { roundId: numberIn(notice, 'round') })
    return (await asSeenBy(core, tx, found, to, now))[0]
  }
  const atTable = async (tx: Tx, notice: DueNotice, to: Recipient, now: Temporal.Instant) => {
    const found = await findTable(tx, numberIn(notice, 'table'))
    return found ? (await asSeenBy(core, tx, [found], to, now))[0] : undefined
  }
  const nameOf = (table: MyTable, language: Language) => textsIn(language).roundOf(table.name, table.round)
  const whole = (table: MyTable, said: string, language: Language): Block[] => [
    text(said),
    ...tableFacts(table, language),
    buttons(...tableButtons(table, language), {
      label: textsIn(language).table.details,
      action: showTable(table.id),
    }),
  ]

  return [
    kind('invite', async (tx, notice, to, now) => {
      const member = await tx.gatheringMember.findUnique({
        where: { seriesId_personId: { seriesId: numberIn(notice, 'series'), personId: to.id } },
        include: { series: true },
      })
      if (member?.status !== 'asked' || member.series.status !== 'open') return undefined
      // Who is on leave is left in peace.
      if ((await loadAbsences(tx, dayOf(now), [to.id])).has(to.id)) return undefined
      const t = textsIn(to.language)
      const { series } = member
      const until = await guestUntilOf(tx, to.id, dayOf(now))
      return [
        text(until ? invitationTo(series.name, until, to.language) : t.notice.invite(series.name)),
        ...(series.purpose ? [text(series.purpose)] : []),
        text(t.notice.inviteHow(t.size(series.size), rhythmWords(series, to.language))),
        buttons(...joinButtons(series.id, to.language)),
      ]
    }),
    kind('named', async (tx, notice, to) => {
      const member = await tx.gatheringMember.findUnique({
        where: { seriesId_personId: { seriesId: numberIn(notice, 'series'), personId: to.id } },
        include: { series: true },
      })
      if (!member?.facilitates || member.status !== 'joined' || member.series.status === 'closed')
        return undefined
      const t = textsIn(to.language)
      const data = { series: member.seriesId }
      return [
        text(t.notice.named(member.series.name)),
        buttons(
          { label: t.open, style: 'primary', action: showSeries(member.seriesId) },
          { label: t.mine.leadNot, action: { id: 'gatherings.lead', data: { ...data, lead: false } } },
        ),
      ]
    }),
    kind('prepare', async (tx, notice, to) => {
      const series = await tx.gatheringSeries.findUnique({ where: { id: numberIn(notice, 'series') } })
      if (series?.status !== 'open' || series.coordinatorId !== to.id) return undefined
      const drafts = await tx.gatheringRound.count({ where: { seriesId: series.id, status: 'draft' } })
      if (drafts > 0) return undefined
      const number =
        (await tx.gatheringRound.count({ where: { seriesId: series.id, status: { not: 'draft' } } })) + 1
      const t = textsIn(to.language)
      const due = formatDate(fromDbDate(series.nextOn), to.language)
      const data = { series: series.id, version: series.version }
      return [
        text(t.notice.prepare(series.name, number, due)),
        buttons(
          {
            label: t.run.prepare(number),
            style: 'primary',
            action: { id: 'gatherings.prepare', data },
          },
          { label: t.run.manage, action: manage(series.id) },
        ),
      ]
    }),
    kind('seated', async (tx, notice, to, now) => {
      const table = await inRound(tx, notice, to, now)
      if (!table?.ahead || !table.coming.includes(to.id)) return undefined
      return whole(table, textsIn(to.language).notice.seated(nameOf(table, to.language)), to.language)
    }),
    kind('changed', async (tx, notice, to, now) => {
      const table = await inRound(tx, notice, to, now)
      if (!table) return undefined
      const t = textsIn(to.language).notice
      const name = nameOf(table, to.language)
      if (table.status === 'cancelled') return [text(t.off(name))]
      return table.ahead ? whole(table, t.changed(name), to.language) : undefined
    }),
    kind('tomorrow', async (tx, notice, to, now) => {
      const table = await atTable(tx, notice, to, now)
      if (!table?.ahead || !table.span || !table.coming.includes(to.id)) return undefined
      const t = textsIn(to.language)
      const { start, end } = table.span
      const name = nameOf(table, to.language)
      const when = formatSpan(start, end, core.zone, to.language)
      const tomorrow = dayOf(start).equals(dayOf(now).add({ days: 1 }))
      // Not before the working day before: it was moved since.
      const calendar = await calendarOf(tx, to.id, dayOf(now))
      const first = workingDaysFrom(calendar, dayOf(start), -1)
      if (Temporal.PlainDate.compare(dayOf(now), first) < 0) return undefined
      return [
        text(tomorrow ? t.notice.tomorrow(name, when) : t.notice.soon(name, when)),
        ...tableFacts(table, to.language),
        buttons(...tableButtons(table, to.language), {
          label: t.table.details,
          action: showTable(table.id),
        }),
      ]
    }),
    kind('held', async (tx, notice, to, now) => {
      const table = await atTable(tx, notice, to, now)
      if (!table?.asks || !table.span || table.hostId !== to.id) return undefined
      const { start, end } = table.span
      if (Temporal.Instant.compare(end, now) > 0) return undefined
      const t = textsIn(to.language)
      const when = formatSpan(start, end, core.zone, to.language)
      return [
        text(t.table.heldQuestion(nameOf(table, to.language), when)),
        buttons(...heldButtons(table.id, to.language)),
        { type: 'context', text: t.table.heldCost },
      ]
    }),
  ]
}
