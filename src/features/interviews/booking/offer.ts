// A conductor puts hours on offer, sees them, and takes them back.
import { z } from 'zod'
import type { Card, Field, Form } from '../../../cards/card.ts'
import { OverlapError } from '../../../db/errors.ts'
import { toDbInstant } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import {
  type Answer,
  type Ask,
  action,
  type FormAnswer,
  form,
  openForm,
  replaceWith,
  say,
} from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Core } from '../../feature.ts'
import { conductedBy, loadInterviews } from '../load.ts'
import { replan } from '../reminders/replan.ts'
import type { Interview } from '../state.ts'
import { conducts } from './access.ts'
import { one, readRequest } from './form-values.ts'
import { bookingKinds } from './kinds.ts'
import { attendsAssembly, calendarOf, closedWords, propose, requestFields } from './request.ts'
import { drawn } from './show.ts'
import { offeredSlots, type Slot, waitingOf } from './store.ts'
import { nameOf, textsIn } from './texts.ts'
import { paged, whenOf } from './views.ts'

const maxSlots = 200
/** Not a step: hours for whatever the conductor has. */
const any = 'any'

const stepData = z.object({ step: z.number().int().positive().optional() })
const page = z.object({ page: z.number().int().positive().optional() })

export function offering(core: Core) {
  const { zone } = core

  async function openOffer(ask: Ask, { step }: z.infer<typeof stepData>): Promise<FormAnswer> {
    return inTransaction(core.db, async (tx) => {
      const waiting = await waitingOf(tx, ask.actor.id, ask.today)
      const calendar = await calendarOf(tx, ask.actor.id, ask.today)
      const attends = await attendsAssembly(tx, ask.actor.id, ask.today)
      const form = offerForm(waiting, step, calendar, ask, attends)
      return form ? openForm(form) : say(nothing(ask.language))
    })
  }

  async function offer(ask: Ask, data: z.infer<typeof stepData>, values: Parameters<typeof one>[0]) {
    const t = textsIn(ask.language)
    const read = readRequest(values, ask.language, ask.today)
    const chosen = data.step ?? one(values, 'step')
    const errors = {
      ...(!read.ok && read.errors),
      ...(chosen === undefined && { step: t.stepNeeded }),
    }
    if (!read.ok || chosen === undefined) return { errors }
    const stepId = chosen === any ? null : Number(chosen)
    const attempt = () =>
      inTransaction(core.db, async (tx) => {
        const waiting = await waitingOf(tx, ask.actor.id, ask.today)
        const forThem = waiting.filter((each) => stepId === null || each.step?.id === stepId)
        // A step that is not theirs (a forged value), or that needs nothing any more.
        if (forThem.length === 0) return say(nothing(ask.language))
        const proposed = await propose(tx, ask.actor.id, read.value, zone, ask.now, ask.language, maxSlots)
        if ('errors' in proposed) return proposed
        await tx.slot.createMany({
          data: proposed.slots.map((slot) => ({
            ownerId: ask.actor.id,
            stepId,
            startsAt: toDbInstant(slot.start),
            endsAt: toDbInstant(slot.end),
            place: read.value.place,
          })),
        })
        await tellOffered(core, tx, forThem, ask.today, ask.now)
        await replan(
          core,
          tx,
          forThem.map((each) => each.id),
          ask.now,
        )
        const free = (await offeredSlots(tx, [ask.actor.id], ask.now)).filter(
          (slot) => slot.stepId === null || slot.stepId === stepId,
        ).length
        const day = (slot: { start: Temporal.Instant }) =>
          formatDate(slot.start.toZonedDateTimeISO(zone).toPlainDate(), ask.language)
        const [first, last] = [proposed.slots[0], proposed.slots.at(-1)]
        const lines = [
          first && last ? t.offeredCount(proposed.slots.length, day(first), day(last)) : '',
          t.offeredFor(forThem.length),
          ...(free < forThem.length ? [t.offeredShort(forThem.length - free)] : []),
        ]
        return say(offeredCard(lines, closedWords(proposed.closed, ask.language), stepId, ask.language), {
          id: 'interviews.slots',
        })
      })
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof OverlapError)) throw error
    }
    // Something was written into those hours meanwhile: what is left of them is offered.
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof OverlapError)) throw error
      return { errors: { hoursFrom: t.raced } }
    }
  }

  async function list(ask: Ask, at: number | undefined, line?: string): Promise<Answer> {
    return inTransaction(core.db, async (tx) => listed(tx, ask, at, line))
  }

  async function listed(tx: Tx, ask: Ask, at: number | undefined, line?: string): Promise<Answer> {
    const slots = await offeredSlots(tx, [ask.actor.id], ask.now)
    const own = slots.length === 0 && !line ? await ownToChoose(tx, ask) : undefined
    if (own) return drawn(core, tx, ask, own)
    const ids = [...new Set(slots.flatMap((slot) => slot.stepId ?? []))]
    const steps = await tx.step.findMany({ where: { id: { in: ids } } })
    const names = new Map(
      steps.map((step) => [step.id, ask.language === 'ja' ? step.name : step.nameEn || step.name]),
    )
    const card = slotsCard(slots, names, at ?? 1, zone, ask.language, line)
    const again = { id: 'interviews.slots', data: { page: at ?? 1 } }
    return at === undefined && !line ? say(card, again) : replaceWith(card, again)
  }

  /** Whoever conducts nothing and asks for hours means those they can choose from. */
  async function ownToChoose(tx: Tx, ask: Ask): Promise<Interview | undefined> {
    const conducts = await tx.interview.count({
      where: { AND: [conductedBy(ask.actor.id, ask.today), { status: { in: ['waiting', 'booked'] } }] },
    })
    if (conducts > 0) return undefined
    const open = { personId: ask.actor.id, status: { in: ['waiting', 'booked'] } }
    return (await loadInterviews(tx, open, ask.today))[0]
  }

  /** Withdraws those of these hours that are still on offer, and only the actor's own. */
  async function withdraw(ask: Ask, which: { slot: number } | { upTo: number }): Promise<Answer> {
    return inTransaction(core.db, async (tx) => {
      const t = textsIn(ask.language)
      const { count } = await tx.slot.updateMany({
        where: {
          ownerId: ask.actor.id,
          status: 'offered',
          startsAt: { gt: toDbInstant(ask.now) },
          id: 'slot' in which ? which.slot : { lte: which.upTo },
        },
        data: { status: 'withdrawn' },
      })
      if (count > 0) {
        const waiting = await waitingOf(tx, ask.actor.id, ask.today)
        await replan(
          core,
          tx,
          waiting.map((each) => each.id),
          ask.now,
        )
      }
      return listed(tx, ask, 1, count > 0 ? t.withdrawn(count) : t.withdrawnAlready)
    })
  }

  return {
    commands: [
      {
        id: 'interviews.slots',
        phrases: { ja: ['候補日', '面談 候補日', '候補日 一覧'], en: ['slots', 'interview slots'] },
        help: { ja: '出してある候補日を見る・足す', en: 'See and add the times you offer' },
        permission: everyStaffMember,
        ofUse: conducts(core),
        handle: (ask: Ask) => list(ask, undefined),
      },
    ],
    // With the word for interview in it, a question is the board's to answer.
    questions: [
      { command: 'interviews.slots', all: [/候補日/], not: [/面談|面接|応募|公募/] },
      { command: 'interviews.slots', all: [/\bslots?\b/], not: [/interview/] },
    ],
    actions: {
      'interviews.offer': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: stepData,
        opensForm: true,
        handle: openOffer,
      }),
      'interviews.slots': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: page,
        handle: (ask, data) => list(ask, data.page),
      }),
      'interviews.withdraw': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ slot: z.number().int().positive() }),
        handle: withdraw,
      }),
      'interviews.withdraw-all': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ upTo: z.number().int().positive() }),
        handle: withdraw,
      }),
    },
    forms: {
      'interviews.offer': form({ permission: everyStaffMember, data: stepData, handle: offer }),
    },
  }
}

/** Plans, at most once a day, that everybody who waits hears of the new hours. */
export async function tellOffered(
  core: Core,
  tx: Tx,
  waiting: readonly Interview[],
  today: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> {
  await core.notices.reconcile(
    tx,
    waiting.map((each) => ({
      subject: `offer:${each.id}`,
      wanted: [
        {
          kind: bookingKinds.offered,
          recipientId: each.personId,
          rung: 'offered',
          anchor: `${today}.${each.generation}`,
          dueAt: now,
          detail: { interview: each.id },
        },
      ],
    })),
    now,
  )
}

const nothing = (language: Language): Card => {
  const t = textsIn(language)
  return { summary: t.nothingToOffer, blocks: [{ type: 'text', text: t.nothingToOffer }] }
}

function offerForm(
  waiting: readonly Interview[],
  step: number | undefined,
  calendar: Parameters<typeof requestFields>[1],
  ask: Ask,
  attends: boolean,
): Form | undefined {
  const t = textsIn(ask.language)
  const steps = new Map(
    waiting.flatMap((each) => (each.step ? [[each.step.id, nameOf(each, ask.language)] as const] : [])),
  )
  const without = waiting.some((each) => !each.step)
  const choices = [
    ...[...steps].map(([id, label]) => ({ label, value: String(id) })),
    ...(without || steps.size > 1 ? [{ label: t.anyInterview, value: any }] : []),
  ]
  const fixed = step !== undefined && steps.has(step) ? step : undefined
  const forThem = fixed === undefined ? waiting : waiting.filter((each) => each.step?.id === fixed)
  if (forThem.length === 0) return undefined
  const which: Field[] =
    fixed === undefined
      ? [{ type: 'select', name: 'step', label: t.step, options: choices, value: choices[0]?.value ?? any }]
      : []
  return {
    id: 'interviews.offer',
    title: t.offerTitle,
    submit: t.offerSubmit,
    cancel: t.offerCancel,
    ...(fixed !== undefined && { data: { step: fixed } }),
    intro: fixed === undefined ? t.offerIntro : `${t.forStep(steps.get(fixed) ?? '')}\n${t.offerIntro}`,
    fields: [...which, ...requestFields(forThem, calendar, ask.today, ask.language, attends)],
  }
}

function offeredCard(
  lines: readonly string[],
  closed: Parameters<ReturnType<typeof textsIn>['skipped']>[0],
  stepId: number | null,
  language: Language,
): Card {
  const t = textsIn(language)
  return {
    summary: t.offeredSummary,
    blocks: [
      { type: 'heading', text: t.offeredTitle },
      { type: 'text', text: lines.filter(Boolean).join('\n') },
      ...(closed.length > 0 ? [{ type: 'context', text: t.skipped(closed) } as const] : []),
      {
        type: 'buttons',
        buttons: [
          { label: t.seeSlots, action: { id: 'interviews.slots' } },
          { label: t.offerMore, action: { id: 'interviews.offer', data: stepId ? { step: stepId } : {} } },
        ],
      },
    ],
  }
}

function slotsCard(
  slots: readonly Slot[],
  names: ReadonlyMap<number, string>,
  at: number,
  zone: string,
  language: Language,
  line?: string,
): Card {
  const t = textsIn(language)
  const rows = slots.map((slot) => ({
    text: whenOf(slot, zone, language),
    detail: [t.forStep(slot.stepId === null ? t.anyInterview : (names.get(slot.stepId) ?? '')), slot.place]
      .filter(Boolean)
      .join(' / '),
    button: { label: t.withdraw, action: { id: 'interviews.withdraw', data: { slot: slot.id } } },
  }))
  const upTo = Math.max(0, ...slots.map((slot) => slot.id))
  return {
    summary: line ?? t.slotsSummary,
    blocks: [
      { type: 'heading', text: t.slotsTitle },
      ...(line ? [{ type: 'text', text: line } as const] : []),
      { type: 'text', text: slots.length > 0 ? t.slotsCount(slots.length) : t.slotsNone },
      ...(rows.length > 0
        ? paged(rows, at, language, (page) => ({ id: 'interviews.slots', data: { page } }))
        : []),
      {
        type: 'buttons',
        buttons: [
          { label: t.offer, action: { id: 'interviews.offer' } },
          ...(slots.length > 0
            ? [
                {
                  label: t.withdrawAll,
                  action: { id: 'interviews.withdraw-all', data: { upTo } },
                  confirm: {
                    title: t.withdrawAll,
                    text: t.withdrawAllText(slots.length),
                    yes: t.withdraw,
                    no: t.no,
                  },
                },
              ]
            : []),
        ],
      },
    ],
  }
}
