// Sending off, approving, taking back, sending again.
import { z } from 'zod'
import type { FormValues } from '../../cards/card.ts'
import { afterwards, inTransaction } from '../../db/transaction.ts'
import { loadCalendars } from '../../directory/calendars.ts'
import { readSetting } from '../../directory/settings.ts'
import {
  type ActionHandler,
  type Ask,
  action,
  type FormAnswer,
  type FormHandler,
  form,
  openForm,
  replaceWith,
} from '../../intake/handler.ts'
import { hr, writesAnnouncements } from '../../intake/permissions.ts'
import type { WorkingCalendar } from '../../kernel/calendar.ts'
import { formatDateTime } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import { normalise } from '../../kernel/words.ts'
import type { Core } from '../feature.ts'
import { approversOf, standingOf } from './audience.ts'
import { audit, changing, seen } from './changing.ts'
import { approves, drawDesk, drawOne, readerOf } from './draw.ts'
import { askApprovers, release, subjectOf, tellDesk, tellRecipients } from './release.ts'
import { contentHash, loadBroadcast, saveBroadcast } from './repository.ts'
import { limits, mustType, submission, type TimeProblem, timeProblem } from './rules.ts'
import { sizesSetting } from './settings.ts'
import { loadCounts, unmoved } from './status.ts'
import { textsIn } from './texts.ts'
import { deskPage, openOne } from './views-desk.ts'
import { sendForm } from './views-draft.ts'
import { declineForm } from './views-sent.ts'

const one = (values: FormValues, name: string): string => {
  const value = values[name]
  return typeof value === 'string' ? value.trim() : (value?.[0] ?? '')
}

function timeProblemText(problem: TimeProblem, zone: string, language: Language): string {
  const t = textsIn(language).send
  switch (problem.type) {
    case 'past':
    case 'far':
      return t[problem.type]
    case 'hours':
      return t.hours(formatDateTime(problem.opens, zone, language))
    case 'closed': {
      const { why } = problem
      const name =
        why.kind === 'holiday'
          ? why.name[language]
          : why.kind === 'year-end'
            ? t.yearEnd
            : why.kind === 'weekend'
              ? t.weekend
              : why.note || t.closingDay
      return t.closed(name, formatDateTime(problem.opens, zone, language))
    }
    default:
      return problem satisfies never
  }
}

type ReadTime =
  | { readonly at: Temporal.Instant | null; readonly warning?: string }
  | { readonly errors: Readonly<Record<string, string>> }

/** When it is to go. Null: at once. What is urgent may go at any time; that it will is said. */
export function readTime(
  values: FormValues,
  {
    now,
    language,
    zone,
    calendar,
    urgent,
  }: {
    readonly now: Temporal.Instant
    readonly language: Language
    readonly zone: string
    readonly calendar: WorkingCalendar
    readonly urgent: boolean
  },
): ReadTime {
  const t = textsIn(language).send
  const [date, time] = [one(values, 'date'), one(values, 'time')]
  if (date === '') return time === '' ? { at: null } : { errors: { date: t.dateNeeded } }
  let at: Temporal.Instant
  let field = 'date'
  try {
    const day = Temporal.PlainDate.from(date, { overflow: 'reject' })
    field = 'time'
    const clock = time === '' ? calendar.opensAt : Temporal.PlainTime.from(time, { overflow: 'reject' })
    at = day.toZonedDateTime({ timeZone: zone, plainTime: clock }).toInstant()
  } catch {
    return { errors: { [field]: field === 'date' ? t.badDate : t.badTime } }
  }
  const problem = timeProblem(at, now, calendar, zone)
  if (!problem) return { at }
  if (urgent && (problem.type === 'closed' || problem.type === 'hours'))
    return { at, warning: t.urgentClosed }
  return {
    errors: { [problem.type === 'hours' ? 'time' : 'date']: timeProblemText(problem, zone, language) },
  }
}

/** What has been scheduled for now goes now, after the transaction that scheduled it; then it is shown anew. */
async function goOn(
  core: Core,
  ask: Ask,
  broadcastId: number,
  answer: FormAnswer | { readonly errors: Readonly<Record<string, string>> },
  note: (count: number) => string,
): Promise<FormAnswer | { readonly errors: Readonly<Record<string, string>> }> {
  const { prisma } = core.db
  const broadcast = await loadBroadcast(prisma, broadcastId)
  const due =
    broadcast?.status === 'scheduled' &&
    (!broadcast.sendAt || Temporal.Instant.compare(broadcast.sendAt, ask.now) <= 0)
  if (!due || 'errors' in answer) return answer
  await afterwards(() => release(core, broadcastId, ask.now))
  return inTransaction(core.db, async (tx) => {
    const count = (await loadCounts(tx, broadcastId, true)).all
    return replaceWith(await drawOne(core, tx, ask, broadcastId, { note: note(count) }), openOne(broadcastId))
  })
}

export const sendForms = (core: Core): Record<string, FormHandler> => ({
  'broadcasts.send-off': form({
    permission: writesAnnouncements,
    data: seen.extend({ count: z.int().min(0).max(2_147_483_647) }),
    handle: async (ask, data, values) => {
      const t = textsIn(ask.language).send
      const answer = await changing(core, ask, data, 'submit', async (tx, draft) => {
        const calendar = (await loadCalendars(tx)).city
        const { language, now } = ask
        const when = readTime(values, { now, language, zone: core.zone, calendar, urgent: draft.urgent })
        if ('errors' in when) return { type: 'errors', errors: when.errors }
        const standing = await standingOf(core, tx, draft, now)
        const count = standing.personIds.length
        const sizes = await readSetting(tx, sizesSetting)
        const size = { count, audience: draft.audience }
        // The number has changed since the form was opened: it is shown anew, with what was filled in.
        if (count > 0 && count !== data.count)
          return {
            type: 'form',
            form: sendForm({ broadcast: draft, standing, sizes }, readerOf(core, ask), {
              date: one(values, 'date'),
              time: one(values, 'time'),
            }),
          }
        const written = normalise(one(values, 'count')).replace(/[,名人\s]/g, '')
        const typed = /^\d{1,7}$/.test(written) ? Number(written) : undefined
        const approvers = await approversOf(tx, draft.authorId, standing.personIds, ask.today)
        const outcome = submission(size, sizes, { typed, approvers: approvers.length })
        switch (outcome.type) {
          case 'nobody':
            return { type: 'errors', errors: { date: t.nobody } }
          case 'count':
            return { type: 'errors', errors: { count: t.countWrong(outcome.count) } }
          case 'no-approver':
            return { type: 'errors', errors: { date: t.noApprover } }
          case 'goes': {
            const saved = await saveBroadcast(
              tx,
              draft.id,
              {
                status: outcome.to,
                sendAt: when.at,
                expected: count,
                declined: null,
                approverId: null,
                approvedAt: null,
              },
              now,
            )
            await audit(tx, ask, draft, 'submitted', {
              count,
              audience: standing.line.ja,
              typed: mustType(size, sizes),
              hash: contentHash(draft),
              to: outcome.to,
              at: when.at?.toString() ?? null,
            })
            if (outcome.to === 'awaiting') await askApprovers(core, tx, saved, approvers, now)
            const note =
              outcome.to === 'awaiting'
                ? t.asked(approvers.length)
                : when.at
                  ? t.scheduled(formatDateTime(when.at, core.zone, language), count)
                  : t.done(count)
            return { type: 'done', note: when.warning ? `${note} ${when.warning}` : note }
          }
          default:
            return outcome satisfies never
        }
      })
      return goOn(core, ask, data.broadcast, answer, t.done)
    },
  }),
  'broadcasts.decline-save': form({
    permission: hr,
    data: seen,
    handle: async (ask, data, values) => {
      const t = textsIn(ask.language)
      const reason = one(values, 'reason')
      if (reason === '') return { errors: { reason: t.write.required } }
      if (reason.length > limits.reason)
        return { errors: { reason: t.write.tooLong(limits.reason, reason.length) } }
      return changing(core, ask, data, 'decide', async (tx, broadcast) => {
        const saved = await saveBroadcast(tx, broadcast.id, { status: 'draft', declined: reason }, ask.now)
        await askApprovers(core, tx, saved, [], ask.now)
        await tellDesk(core, tx, saved, 'declined', ask.now)
        await audit(tx, ask, broadcast, 'declined', { hash: contentHash(broadcast) })
        const card = await drawDesk(core, tx, ask, 1, t.approval.declined)
        return { type: 'answer', answer: replaceWith(card, deskPage(1)) }
      })
    },
  }),
})

export const sendActions = (core: Core): Record<string, ActionHandler> => ({
  'broadcasts.approve': action({
    effect: 'changes',
    permission: hr,
    data: seen.extend({ count: z.int().min(0).max(2_147_483_647) }),
    handle: async (ask, data) => {
      const t = textsIn(ask.language)
      const answer = await changing(core, ask, data, 'decide', async (tx, broadcast) => {
        const { personIds, line } = await standingOf(core, tx, broadcast, ask.now)
        // What is approved is what was seen.
        if (personIds.length !== data.count) return { type: 'done', note: t.send.changed(personIds.length) }
        const saved = await saveBroadcast(
          tx,
          broadcast.id,
          { status: 'scheduled', approverId: ask.actor.id, approvedAt: ask.now },
          ask.now,
        )
        await askApprovers(core, tx, saved, [], ask.now)
        await tellDesk(core, tx, saved, 'approved', ask.now)
        await audit(tx, ask, broadcast, 'approved', {
          count: personIds.length,
          audience: line.ja,
          hash: contentHash(broadcast),
        })
        const card = await drawDesk(core, tx, ask, 1, t.approval.approved)
        return { type: 'answer', answer: replaceWith(card, deskPage(1)) }
      })
      if ('errors' in answer) throw new Error('an approval has no fields')
      const broadcast = await loadBroadcast(core.db.prisma, data.broadcast)
      if (broadcast?.status === 'scheduled') await afterwards(() => release(core, data.broadcast, ask.now))
      return withoutForms(answer)
    },
  }),
  'broadcasts.decline': action({
    effect: 'reads',
    opensForm: true,
    permission: hr,
    data: seen,
    handle: async (ask, data) => {
      const { prisma } = core.db
      const broadcast = await loadBroadcast(prisma, data.broadcast)
      if (broadcast?.version === data.version && (await approves(core, prisma, ask, broadcast)))
        return openForm(declineForm(broadcast, readerOf(core, ask)))
      const note = textsIn(ask.language).stale
      return replaceWith(await drawOne(core, prisma, ask, data.broadcast, { note }), deskPage(1))
    },
  }),
  'broadcasts.reopen': action({
    effect: 'changes',
    permission: writesAnnouncements,
    data: seen,
    handle: async (ask, data) =>
      withoutForms(
        await changing(core, ask, data, 'reopen', async (tx, broadcast) => {
          const t = textsIn(ask.language).scheduled
          const saved = await saveBroadcast(
            tx,
            broadcast.id,
            { status: 'draft', sendAt: null, approverId: null, approvedAt: null },
            ask.now,
          )
          await askApprovers(core, tx, saved, [], ask.now)
          await audit(tx, ask, broadcast, 'reopened', { was: broadcast.status })
          if (broadcast.authorId === ask.actor.id) return { type: 'done', note: t.reopened }
          const card = await drawDesk(core, tx, ask, 1, t.reopened)
          return { type: 'answer', answer: replaceWith(card, deskPage(1)) }
        }),
      ),
  }),
  'broadcasts.cancel': action({
    effect: 'changes',
    permission: writesAnnouncements,
    data: seen,
    handle: async (ask, data) =>
      withoutForms(
        await changing(core, ask, data, 'cancel', async (tx, broadcast) => {
          const t = textsIn(ask.language)
          const before = await loadCounts(tx, broadcast.id, broadcast.status === 'sending')
          if (broadcast.releasedAt && before.waits === 0)
            return { type: 'done', note: t.scheduled.tooLate(before.arrived) }
          const saved = await saveBroadcast(tx, broadcast.id, { status: 'cancelled' }, ask.now)
          await askApprovers(core, tx, saved, [], ask.now)
          if (!broadcast.releasedAt) {
            await audit(tx, ask, broadcast, 'cancelled', { was: broadcast.status })
            if (broadcast.status !== 'draft') return { type: 'done', note: t.scheduled.cancelled }
            // A draft leaves nothing behind: nobody but its author has seen it.
            await tx.broadcast.delete({ where: { id: broadcast.id } })
            const card = await drawDesk(core, tx, ask, 1, t.draft.discarded)
            return { type: 'answer', answer: replaceWith(card, deskPage(1)) }
          }
          const recipients = await tx.broadcastRecipient.findMany({
            where: { broadcastId: broadcast.id, planned: true },
            select: { personId: true },
          })
          await core.notices.reconcile(
            tx,
            recipients.map(({ personId }) => ({ subject: subjectOf(broadcast.id, personId), wanted: [] })),
            ask.now,
          )
          const { arrived, withdrawn } = await loadCounts(tx, broadcast.id, false)
          await audit(tx, ask, broadcast, 'cancelled', { was: broadcast.status, arrived, withdrawn })
          return { type: 'done', note: t.scheduled.cancelledAfter(arrived, withdrawn) }
        }),
      ),
  }),
  'broadcasts.again': action({
    effect: 'changes',
    permission: writesAnnouncements,
    data: seen,
    handle: async (ask, data) =>
      withoutForms(
        await changing(core, ask, data, 'again', async (tx, broadcast) => {
          const t = textsIn(ask.language).result
          const people = await unmoved(tx, broadcast.id, broadcast.acknowledge, ask.today)
          if (people.length === 0) return { type: 'done', note: t.againNone }
          const again = broadcast.again + 1
          await saveBroadcast(tx, broadcast.id, { again }, ask.now)
          await tellRecipients(core, tx, broadcast, people, `again-${again}`, ask.now)
          await audit(tx, ask, broadcast, 'sent-again', {
            count: people.length,
            hash: contentHash(broadcast),
          })
          return { type: 'done', note: t.againDone(people.length) }
        }),
      ),
  }),
})

/** Steps taken by a button have neither fields nor forms to give back. */
function withoutForms(answer: FormAnswer | { readonly errors: unknown }): ReturnType<typeof asCard> {
  if ('errors' in answer) throw new Error('a button has no fields')
  return asCard(answer)
}

function asCard({ replies, again }: FormAnswer) {
  const cards = replies.filter((reply) => reply.type !== 'form')
  return { replies: cards, ...(again && { again }) }
}
