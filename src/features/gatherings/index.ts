// 座談会・コーヒーペア: small groups that mix the house, round after round. Words and bounds in rules.ts;
//   lifecycle   a series and its members over time, and what a day and the directory do to them
//   rounds      a draft is seated (seating/), given times (times.ts), seen, published
//   change      what happens to a table after that
//   plan, notices   what is told when, and how it is drawn
//   handlers-guests  内定者: invited by e-mail, for a time; nothing but their tables is theirs to see
//   handlers-*  what members, people at a table and those who run it press
// Whom somebody would rather not sit with is sealed (sealed.ts) and read by the seating alone.
import { z } from 'zod'
import { fromDbDate, fromDbInstantOrNull, toDbInstant } from '../../db/time.ts'
import { inTransaction } from '../../db/transaction.ts'
import { action, type HomeItem, replaceWith, say } from '../../intake/handler.ts'
import { everybody } from '../../intake/permissions.ts'
import { formatDate } from '../../kernel/format.ts'
import type { Core, Feature } from '../feature.ts'
import { together } from '../together.ts'
import { isHr, runBy } from './access.ts'
import { guestsOfSeries } from './handlers-guests.ts'
import { memberHandlers } from './handlers-mine.ts'
import { runHandlers } from './handlers-run.ts'
import { tableHandlers } from './handlers-table.ts'
import { drawHome } from './home.ts'
import { following, isDue } from './lifecycle.ts'
import { noticeKinds } from './notices.ts'
import { idOf } from './plan.ts'
import { asSeenBy, minesOf } from './show.ts'
import { findTable } from './store.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'
import { home, manage, showSeries, showTable, whenOf } from './views.ts'

export function gatherings(core: Core): Feature {
  return {
    name: 'gatherings',
    title: { ja: ja.title, en: en.title },
    guests: true,
    ...together([
      memberHandlers(core),
      tableHandlers(core),
      runHandlers(core),
      guestsOfSeries(core),
      {
        actions: {
          'gatherings.home': action({
            effect: 'reads',
            permission: everybody,
            data: z.object({}),
            handle: (ask) =>
              inTransaction(core.db, async (tx) => replaceWith(await drawHome(core, tx, ask), home)),
          }),
        },
      },
    ]),
    commands: [
      {
        id: 'gatherings.home',
        phrases: {
          ja: ['座談会', 'コーヒーペア', '座談会の運営'],
          en: ['round table', 'round tables', 'coffee pair', 'coffee pairs'],
        },
        help: { ja: ja.help, en: en.help },
        permission: everybody,
        handle: (ask) => inTransaction(core.db, async (tx) => say(await drawHome(core, tx, ask), home)),
      },
    ],
    questions: [
      { command: 'gatherings.home', all: [/座談会|コーヒー/] },
      { command: 'gatherings.home', all: [/round ?table|coffee/] },
    ],
    notices: noticeKinds(core),
    on: following(core),
    resting: async (tx, { from, to }, { language, now }) => {
      const at = (day: Temporal.PlainDate) => toDbInstant(day.toZonedDateTime(core.zone).toInstant())
      const count = await tx.gatheringTable.count({
        where: {
          status: 'planned',
          AND: [{ startsAt: { gte: at(from), lt: at(to) } }, { startsAt: { gt: toDbInstant(now) } }],
          round: { status: 'published' },
        },
      })
      return count > 0 ? [textsIn(language).resting(count)] : []
    },
    bookings: async (tx, subjects, reader) => {
      const ids = subjects.flatMap((subject) => (/^gathering:\d+$/.test(subject) ? [idOf(subject)] : []))
      if (ids.length === 0) return new Map()
      const tables = await tx.gatheringTable.findMany({
        where: { id: { in: ids } },
        include: { round: { include: { series: true } } },
      })
      const t = textsIn(reader.language)
      return new Map(
        tables.map(({ id, round: { number, series } }) => {
          const place = series.place || series.link
          return [`gathering:${id}`, { summary: t.roundOf(series.name, number), ...(place && { place }) }]
        }),
      )
    },
    home: async (ask): Promise<HomeItem[]> => {
      const { prisma } = core.db
      const t = textsIn(ask.language)
      const reader = { id: ask.actor.id, language: ask.language, guest: ask.actor.guest === true }
      const items: HomeItem[] = []
      for (const { series, status, tables } of await minesOf(core, prisma, reader, ask.now)) {
        if (status === 'asked')
          items.push({
            at: null,
            text: t.mine.homeAsk(series.name),
            button: { label: t.open, action: showSeries(series.id) },
          })
        for (const table of tables.filter(({ coming }) => coming.includes(reader.id)))
          items.push({
            at: table.span?.start ?? null,
            text: t.mine.homeTable(t.roundOf(series.name, table.round)),
            detail: whenOf(table, ask.language),
            button: { label: t.open, action: showTable(table.id) },
          })
      }
      const over = await prisma.gatheringTable.findMany({
        where: {
          hostId: reader.id,
          status: 'planned',
          endsAt: { lte: new Date(ask.now.epochMilliseconds) },
          round: { status: 'published' },
        },
        select: { id: true, endsAt: true },
        orderBy: { endsAt: 'asc' },
        take: 3,
      })
      for (const { id, endsAt } of over) {
        const found = await findTable(prisma, id)
        const [table] = found ? await asSeenBy(core, prisma, [found], reader, ask.now) : []
        if (table)
          items.push({
            at: fromDbInstantOrNull(endsAt),
            text: t.mine.homeHeld(t.roundOf(table.name, table.round)),
            detail: whenOf(table, ask.language),
            button: { label: t.open, action: showTable(table.id) },
          })
      }
      const runs =
        isHr(ask.actor) || (await prisma.gatheringSeries.count({ where: { coordinatorId: reader.id } })) > 0
      for (const series of runs ? await runBy(prisma, ask) : []) {
        if (!(await isDue(prisma, series, ask.today))) continue
        const done = await prisma.gatheringRound.count({
          where: { seriesId: series.id, status: { not: 'draft' } },
        })
        const due = fromDbDate(series.nextOn)
        items.push({
          at: due.toZonedDateTime(core.zone).toInstant(),
          text: t.mine.homeDue(series.name, done + 1),
          detail: t.mine.homeFrom(formatDate(due, ask.language)),
          button: { label: t.open, action: manage(series.id) },
        })
      }
      return items
    },
  }
}
