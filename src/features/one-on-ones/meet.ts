// One meeting: another time, skip it, say whether it was held, keep how it felt.
import { z } from 'zod'
import { release } from '../../agenda/bookings.ts'
import { OverlapError } from '../../db/errors.ts'
import { fromDbInstant, toDbInstant } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { type Answer, type Ask, action, replaceWith, say } from '../../intake/handler.ts'
import { everyStaffMember } from '../../intake/permissions.ts'
import { formatDate } from '../../kernel/format.ts'
import type { Core } from '../feature.ts'
import { id, none } from './ids.ts'
import { auditSeries, bookMeeting, keep, planMeetings, tell } from './keep.ts'
import { kinds } from './kinds.ts'
import { feelingLabel, openText, sealingOf, sealText } from './sealed.ts'
import { changeableMeeting, namesOf, notFound, readable, shown } from './show.ts'
import {
  isPair,
  type Meeting,
  mayRead,
  meetingSubject,
  otherOf,
  outcome,
  type Series,
  SKIPS_TOLD,
  skipsInRow,
} from './state.ts'
import { findMeeting, loadMeetings, lockSeries } from './store.ts'
import { textsIn } from './texts.ts'
import { busyOf, isFree, pairTime, proposals, SEARCH_DAYS } from './time.ts'
import { backTo, openSeries, text, timesCard } from './views.ts'
import { whenOf } from './words.ts'

/** Times offered at once. */
const mostTimes = 5
const faces = 5

export function meeting(core: Core) {
  const { db, zone } = core

  async function freeTimes(tx: Tx, ask: Ask, series: Series, meeting: Meeting) {
    const pair = await pairTime(tx, series, ask.today, zone)
    const day = meeting.start.toZonedDateTimeISO(zone).toPlainDate()
    // From tomorrow on, around the day that was planned.
    const tomorrow = ask.today.add({ days: 1 })
    const early = day.subtract({ days: 3 })
    const from = Temporal.PlainDate.compare(early, tomorrow) > 0 ? early : tomorrow
    const busy = await busyOf(tx, series, from, from.add({ days: SEARCH_DAYS }), zone)
    return proposals(pair, series, from, busy, zone, ask.now, mostTimes)
  }

  async function times(tx: Tx, ask: Ask, series: Series, meeting: Meeting, note?: string): Promise<Answer> {
    const names = await namesOf(tx, series, ask)
    const view = { series, reader: ask.actor.id, names, language: ask.language, zone }
    return replaceWith(timesCard(view, meeting, await freeTimes(tx, ask, series, meeting), note), {
      id: 'one-on-ones.times',
      data: { meeting: meeting.id },
    })
  }

  const isOpen = (meeting: Meeting, now: Temporal.Instant) =>
    (meeting.status === 'planned' || meeting.status === 'unplaced') &&
    Temporal.Instant.compare(now, meeting.start) < 0

  async function move(ask: Ask, data: { meeting: number; version: number; minute: number }): Promise<Answer> {
    const t = textsIn(ask.language)
    try {
      return await inTransaction(db, async (tx) => {
        const { series, meeting } = await changeableMeeting(tx, data.meeting, ask.actor.id)
        if (meeting.version !== data.version || !isOpen(meeting, ask.now))
          return shown(core, tx, ask, series.id, t.stale)
        const start = Temporal.Instant.fromEpochMilliseconds(data.minute * 60_000)
        const end = start.add({ minutes: series.minutes })
        const day = start.toZonedDateTimeISO(zone).toPlainDate()
        const soon =
          Temporal.Instant.compare(ask.now, start) < 0 &&
          Temporal.PlainDate.compare(day, ask.today.add({ days: 400 })) < 0
        const pair = await pairTime(tx, series, ask.today, zone)
        const busy = soon ? await busyOf(tx, series, day, day, zone, meeting.id) : []
        if (!soon || !isFree(pair, { start, end }, busy, zone))
          return times(tx, ask, series, meeting, t.taken)
        const moved: Meeting = { ...meeting, start, end, status: 'planned', version: meeting.version + 1 }
        await tx.oneOnOneMeeting.update({
          where: { id: meeting.id },
          data: {
            startsAt: toDbInstant(start),
            endsAt: toDbInstant(end),
            status: 'planned',
            version: { increment: 1 },
          },
        })
        await bookMeeting(tx, series, moved)
        await planMeetings(core, tx, series, [moved], pair, ask.now)
        await auditSeries(
          tx,
          series,
          'moved',
          { meeting: meeting.id },
          {
            actorId: ask.actor.id,
            flow: ask.flow,
            now: ask.now,
          },
        )
        const to = [otherOf(series, ask.actor.id)]
        const anchor = `${moved.version}`
        await tell(core, tx, kinds.moved, series, { to, anchor, meeting: meeting.id }, ask.now)
        return shown(core, tx, ask, series.id, t.moved(whenOf(moved, zone, ask.language)))
      })
    } catch (error) {
      if (!(error instanceof OverlapError)) throw error
    }
    // Somebody else's booking came in between.
    return inTransaction(db, async (tx) => {
      const { series, meeting } = await changeableMeeting(tx, data.meeting, ask.actor.id)
      return times(tx, ask, series, meeting, t.taken)
    })
  }

  async function skip(ask: Ask, data: { meeting: number; version: number }): Promise<Answer> {
    return inTransaction(db, async (tx) => {
      const t = textsIn(ask.language)
      const { series, meeting } = await changeableMeeting(tx, data.meeting, ask.actor.id)
      if (meeting.version !== data.version || !isOpen(meeting, ask.now))
        return shown(core, tx, ask, series.id, t.stale)
      await tx.oneOnOneMeeting.update({
        where: { id: meeting.id },
        data: { status: 'skipped', version: { increment: 1 } },
      })
      await release(tx, [meetingSubject(meeting.id)])
      await core.notices.reconcile(tx, [{ subject: meetingSubject(meeting.id), wanted: [] }], ask.now)
      const to = [otherOf(series, ask.actor.id)]
      await tell(core, tx, kinds.skipped, series, { to, anchor: '1', meeting: meeting.id }, ask.now)
      const past = (await loadMeetings(tx, { seriesId: series.id })).filter((each) => !isOpen(each, ask.now))
      if (skipsInRow(past.map(({ status }) => status)) === SKIPS_TOLD) {
        const both = [series.leadId, series.memberId]
        await tell(core, tx, kinds.skips, series, { to: both, anchor: `${meeting.id}` }, ask.now)
      }
      await keep(core, tx, series, ask.now)
      return shown(core, tx, ask, series.id, t.skipped)
    })
  }

  async function answer(ask: Ask, data: { meeting: number; held: boolean }): Promise<Answer> {
    return inTransaction(db, async (tx) => {
      const t = textsIn(ask.language)
      const first = await findMeeting(tx, data.meeting)
      const series = first && (await lockSeries(tx, first.seriesId))
      // Whoever sat there may still answer for it after the pair has ended.
      if (!series || !isPair(series, ask.actor.id)) throw notFound()
      const meeting = await findMeeting(tx, data.meeting)
      if (!meeting) throw notFound()
      const own = openSeries(series.id)
      const line = (words: string, more: ReturnType<typeof feelingButtons> = []) =>
        say(
          {
            language: ask.language,
            summary: t.summary,
            blocks: [
              text(words),
              ...more,
              // Whoever is no longer of the pair has nothing to open.
              ...(mayRead(series, ask.actor.id)
                ? [{ type: 'buttons', buttons: [backTo(series, ask.language)] } as const]
                : []),
            ],
          },
          own,
        )
      if (meeting.status === 'skipped' || meeting.status === 'unplaced') return line(t.stale)
      if (Temporal.Instant.compare(ask.now, meeting.end) < 0) return line(t.notYet)
      const key = { meetingId: meeting.id, personId: ask.actor.id }
      await tx.oneOnOneAnswer.upsert({
        where: { meetingId_personId: key },
        create: { ...key, held: data.held },
        update: { held: data.held },
      })
      const answers = [
        ...meeting.answers.filter(({ personId }) => personId !== ask.actor.id),
        { personId: ask.actor.id, held: data.held },
      ]
      await tx.oneOnOneMeeting.update({ where: { id: meeting.id }, data: { status: outcome(answers) } })
      const feels = data.held && ask.actor.id === series.memberId
      return line(t.heldThanks, feels ? feelingButtons(meeting.id, ask) : [])
    })
  }

  function feelingButtons(meeting: number, ask: Ask) {
    const t = textsIn(ask.language)
    const buttons = t.faces.map((label, i) => ({
      label,
      action: { id: 'one-on-ones.feel', data: { meeting, face: i + 1 } },
    }))
    return [text(t.feelingQuestion), { type: 'buttons', buttons } as const]
  }

  async function feel(ask: Ask, data: { meeting: number; face: number }): Promise<Answer> {
    return inTransaction(db, async (tx) => {
      const meeting = await findMeeting(tx, data.meeting)
      const series = meeting && (await readable(tx, meeting.seriesId, ask.actor.id))
      if (!series || series.memberId !== ask.actor.id) throw notFound()
      const key = { meetingId: meeting.id, personId: ask.actor.id }
      const sealed = sealText(sealingOf(core), `${data.face}`, feelingLabel(ask.actor.id))
      await tx.oneOnOneFeeling.upsert({
        where: { meetingId_personId: key },
        create: { ...key, sealed },
        update: { sealed },
      })
      return feelings(tx, ask, textsIn(ask.language).felt)
    })
  }

  /** The member's own, over time: the latest first. */
  async function feelings(tx: Tx, ask: Ask, note?: string): Promise<Answer> {
    const t = textsIn(ask.language)
    const rows = await tx.oneOnOneFeeling.findMany({
      where: { personId: ask.actor.id },
      include: { meeting: { select: { startsAt: true } } },
      orderBy: { meeting: { startsAt: 'desc' } },
      take: 36,
    })
    const lines = rows.flatMap(({ sealed, meeting }) => {
      const face = t.faces[Number(openText(sealingOf(core), sealed, feelingLabel(ask.actor.id))) - 1]
      const on = fromDbInstant(meeting.startsAt).toZonedDateTimeISO(zone).toPlainDate()
      return face ? [t.feelingRow(formatDate(on, ask.language), face)] : []
    })
    const card = {
      language: ask.language,
      summary: t.summary,
      blocks: [
        { type: 'heading', text: t.feelingsHeading } as const,
        ...(note ? [text(note)] : []),
        text(lines.length > 0 ? lines.join('\n') : t.feelingsNone),
        { type: 'buttons', buttons: [{ label: t.list, action: { id: 'one-on-ones.mine' } }] } as const,
        { type: 'context', text: t.feelingsIntro } as const,
      ],
    }
    return replaceWith(card, { id: 'one-on-ones.feelings', data: {} })
  }

  const seen = { meeting: id, version: id }
  return {
    actions: {
      'one-on-ones.times': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ meeting: id }),
        handle: async (ask, data) => {
          const { prisma: tx } = db
          const found = await findMeeting(tx, data.meeting)
          const series = found && (await readable(tx, found.seriesId, ask.actor.id))
          if (!series) throw notFound()
          if (!isOpen(found, ask.now) || series.state.type === 'ended') return shown(core, tx, ask, series.id)
          return times(tx, ask, series, found)
        },
      }),
      'one-on-ones.move': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ ...seen, minute: id }),
        handle: move,
      }),
      'one-on-ones.skip': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object(seen),
        handle: skip,
      }),
      'one-on-ones.answer': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ meeting: id, held: z.boolean() }),
        handle: answer,
      }),
      'one-on-ones.feel': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ meeting: id, face: z.int().min(1).max(faces) }),
        handle: feel,
      }),
      'one-on-ones.feelings': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: none,
        handle: (ask) => feelings(db.prisma, ask),
      }),
    },
  }
}
