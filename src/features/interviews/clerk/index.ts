// 庶務担当: arranges for the manager and for colleagues of the section, in their name, on record, and they are told.
import { z } from 'zod'
import type { FieldErrors, FormValues } from '../../../cards/card.ts'
import { writeAudit } from '../../../db/audit.ts'
import { OverlapError } from '../../../db/errors.ts'
import { toDbInstant } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import { type Answer, type Ask, action, form, openForm, replaceWith, say } from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import { addWorkingDays } from '../../../kernel/calendar.ts'
import type { Core } from '../../feature.ts'
import type { FeaturePart } from '../../together.ts'
import { readRequest } from '../booking/form-values.ts'
import { settle } from '../booking/meetings.ts'
import { tellOffered } from '../booking/offer.ts'
import { hasBegun } from '../booking/pick.ts'
import { calendarOf, propose, requestFields } from '../booking/request.ts'
import { isFor, lockOffered, pickableSlots, waitingOf } from '../booking/store.ts'
import { nameOf } from '../booking/texts.ts'
import { whenOf } from '../booking/views.ts'
import { apply, judgeNow } from '../held/record.ts'
import { aim, heldUpByPerson } from '../reminders/mine.ts'
import { keepQuiet } from '../reminders/quiet.ts'
import { replan } from '../reminders/replan.ts'
import { lineCard } from '../reminders/views.ts'
import { type Interview, interviewSubject, shortestNotice } from '../state.ts'
import {
  type Arranged,
  arrangeable,
  clerks,
  clerksOf,
  requireArranged,
  textsIn,
  withoutAccount,
} from './access.ts'
import { clerkKinds } from './kinds.ts'
import { clerkNotices } from './notices.ts'
import { choicesCard, listCard, oneCard, openFor, type Scene } from './views.ts'

const id = z.number().int().positive()
const one = z.object({ interview: id })
const versioned = one.extend({ version: id })
const maxSlots = 200
/** So long the manager hears nothing of what was left to the clerk. */
const quietDays = 3

export function clerk(core: Core): FeaturePart {
  const { zone } = core
  const working = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(core.db, work)

  const sceneOf = async (tx: Tx, ask: Ask, interviews: readonly Interview[]): Promise<Scene> => {
    const ids = interviews.flatMap((each) => [
      each.personId,
      ...each.conductorIds,
      ...(each.status === 'booked' ? [each.meeting.conductorId] : []),
    ])
    const choosing = interviews.filter(({ status }) => status === 'waiting' || status === 'booked')
    return {
      people: await loadPeople(tx, ids, ask.today),
      slots: await pickableSlots(tx, choosing, ask.now, zone),
      alone: await withoutAccount(
        tx,
        interviews.map(({ personId }) => personId),
      ),
      now: ask.now,
      zone,
      language: ask.language,
    }
  }
  const list = async (tx: Tx, ask: Ask, page: number) => {
    const interviews = await arrangeable(tx, ask)
    return listCard(interviews, await sceneOf(tx, ask, interviews), page)
  }
  const shown = async (tx: Tx, ask: Ask, arranged: Arranged, line?: string): Promise<Answer> => {
    const scene = await sceneOf(tx, ask, [arranged.interview])
    return replaceWith(oneCard(arranged, scene, line), openFor(arranged.interview.id))
  }
  const again = async (tx: Tx, ask: Ask, interview: number, line: string) =>
    shown(tx, ask, await requireArranged(tx, ask, interview), line)
  const choices = async (tx: Tx, ask: Ask, { interview }: Arranged, page: number, line?: string) =>
    replaceWith(
      choicesCard(interview, await sceneOf(tx, ask, [interview]), page, line),
      openFor(interview.id),
    )
  const isAlone = async (tx: Tx, { personId }: Interview) =>
    (await withoutAccount(tx, [personId])).has(personId)
  const by = (ask: Ask) => ({ actorId: ask.actor.id, via: 'chat' as const, flow: ask.flow, now: ask.now })

  async function take(ask: Ask, data: { interview: number; version: number; slot: number }): Promise<Answer> {
    const t = textsIn(ask.language)
    const attempt = () =>
      working(async (tx) => {
        const arranged = await requireArranged(tx, ask, data.interview, 'lock')
        const { interview } = arranged
        if (interview.version !== data.version) return shown(tx, ask, arranged, t.stale)
        if ((interview.status !== 'waiting' && interview.status !== 'booked') || hasBegun(interview, ask.now))
          return shown(tx, ask, arranged, t.stale)
        const slot = await lockOffered(tx, data.slot, zone)
        const soonest = ask.now.add(shortestNotice)
        if (!slot || !isFor(slot, interview) || Temporal.Instant.compare(slot.start, soonest) <= 0)
          return choices(tx, ask, arranged, 1, t.taken)
        const hour = {
          start: slot.start,
          end: slot.end,
          place: slot.place,
          conductorId: slot.ownerId,
          slotId: slot.id,
        }
        await settle(core, tx, interview, hour, by(ask))
        const alone = await isAlone(tx, interview)
        return again(tx, ask, interview.id, t.booked(whenOf(slot, zone, ask.language), alone))
      })
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof OverlapError)) throw error
    }
    return working(async (tx) => choices(tx, ask, await requireArranged(tx, ask, data.interview), 1, t.taken))
  }

  /** Those who wait for a time with this conductor at this step. */
  const waitingFor = async (tx: Tx, ask: Ask, interview: Interview, conductor: number) =>
    (await waitingOf(tx, conductor, ask.today)).filter((each) => each.step?.id === interview.step?.id)

  const openOffer = (ask: Ask, data: z.infer<typeof one>) =>
    working(async (tx) => {
      const t = textsIn(ask.language)
      const arranged = await requireArranged(tx, ask, data.interview)
      const { interview, conductor } = arranged
      if (conductor === undefined || interview.status !== 'waiting') return shown(tx, ask, arranged, t.stale)
      const person = (await loadPeople(tx, [conductor], ask.today)).get(conductor)
      const name = person ? addressed(person, ask.language) : t.nobody
      return openForm({
        id: 'interviews.clerk-offer',
        title: t.offerTitle,
        submit: t.offerSubmit,
        cancel: t.offerCancel,
        data: { interview: interview.id },
        intro: t.offerIntro(name, nameOf(interview, ask.language)),
        fields: requestFields(
          await waitingFor(tx, ask, interview, conductor),
          await calendarOf(tx, conductor, ask.today),
          ask.today,
          ask.language,
        ),
      })
    })

  async function offer(
    ask: Ask,
    data: z.infer<typeof one>,
    values: FormValues,
  ): Promise<Answer | { errors: FieldErrors }> {
    const t = textsIn(ask.language)
    const read = readRequest(values, ask.language, ask.today)
    if (!read.ok) return { errors: read.errors }
    const attempt = () =>
      working(async (tx) => {
        const arranged = await requireArranged(tx, ask, data.interview, 'lock')
        const { interview, conductor } = arranged
        if (conductor === undefined || interview.status !== 'waiting')
          return shown(tx, ask, arranged, t.stale)
        const proposed = await propose(tx, conductor, read.value, zone, ask.now, ask.language, maxSlots)
        if ('errors' in proposed) return proposed
        const stepId = interview.step?.id ?? null
        await tx.slot.createMany({
          data: proposed.slots.map(({ start, end }) => ({
            ownerId: conductor,
            stepId,
            startsAt: toDbInstant(start),
            endsAt: toDbInstant(end),
            place: read.value.place,
          })),
        })
        const forThem = await waitingFor(tx, ask, interview, conductor)
        await tellOffered(core, tx, forThem, ask.today, ask.now)
        await replan(
          core,
          tx,
          forThem.map((each) => each.id),
          ask.now,
        )
        const { length: count } = proposed.slots
        await writeAudit(tx, {
          at: ask.now,
          actorId: ask.actor.id,
          via: 'chat',
          action: 'interview.offered-by-clerk',
          subject: `step:${stepId}`,
          subjectPersonId: conductor,
          change: { slots: count },
          flow: ask.flow,
        })
        await tellDid(tx, ask, interview, conductor, `slots:${conductor}:${stepId}`, {})
        return again(tx, ask, interview.id, t.offered(count, forThem.length))
      })
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof OverlapError)) throw error
      return { errors: { hoursFrom: t.raced } }
    }
  }

  const tellDid = (
    tx: Tx,
    ask: Ask,
    interview: Interview,
    recipientId: number,
    subject: string,
    more: Readonly<Record<string, string>>,
  ) =>
    core.notices.reconcile(
      tx,
      [
        {
          subject: `clerk:${subject}`,
          wanted: [
            {
              kind: clerkKinds.did,
              recipientId,
              rung: 'did',
              anchor: ask.now.toString(),
              dueAt: ask.now,
              detail: { interview: interview.id, by: ask.actor.id, ...more },
            },
          ],
        },
      ],
      ask.now,
    )

  /** The colleague's word on how it went, as told to the clerk; the conductor's own is still asked of them. */
  const answer = (
    ask: Ask,
    data: { interview: number; version: number; answer: 'held' | 'moved' | 'not_held' },
  ) =>
    working(async (tx) => {
      const t = textsIn(ask.language)
      const arranged = await requireArranged(tx, ask, data.interview, 'lock')
      const { interview } = arranged
      const { status, personId } = interview
      if (status !== 'booked' || interview.version !== data.version) return shown(tx, ask, arranged, t.stale)
      const { meeting } = interview
      const over = Temporal.Instant.compare(ask.now, meeting.endsAt) >= 0
      if (!over || meeting.answers.some((each) => each.personId === personId))
        return shown(tx, ask, arranged, t.stale)
      await tx.confirmation.create({
        data: { meetingId: meeting.id, personId, answer: data.answer, answeredAt: toDbInstant(ask.now) },
      })
      await writeAudit(tx, {
        at: ask.now,
        actorId: ask.actor.id,
        via: 'chat',
        action: 'interview.answered-by-clerk',
        subject: interviewSubject(interview.id),
        subjectPersonId: personId,
        // What was answered is nobody's to read before both have.
        change: { meeting: meeting.id },
        flow: ask.flow,
      })
      const answers = [...meeting.answers, { personId, answer: data.answer }]
      const judgement = await judgeNow(core, tx, interview, { ...meeting, answers }, ask.now)
      await apply(core, tx, interview, judgement, by(ask))
      if (judgement.type === 'wait') await replan(core, tx, [interview.id], ask.now)
      await tellDid(tx, ask, interview, personId, `answer:${meeting.id}`, { answer: data.answer })
      return again(tx, ask, interview.id, t.recorded(t.answer[data.answer], await isAlone(tx, interview)))
    })

  /** A manager leaves what they hold up to the clerks of their section. */
  const leave = (ask: Ask, target: z.infer<typeof aim>) =>
    working(async (tx) => {
      const t = textsIn(ask.language)
      const { scene, subjects } = await heldUpByPerson(core, tx, target, ask.actor.id, ask.now)
      const theirs = subjects.filter(
        ({ matter, interview }) =>
          matter.status === 'waiting' &&
          interview.kind === 'step' &&
          interview.conductorIds.includes(ask.actor.id),
      )
      const [first] = theirs
      if (!first) return say(lineCard(t.leave, t.nothingHeld))
      const found = await clerksOf(tx, ask.actor.id, ask.today)
      if (found.length === 0) return say(lineCard(t.leave, t.noClerk))
      const until = addWorkingDays(scene.people.calendarOf(ask.actor.id), ask.today, quietDays)
      const ids = await keepQuiet(
        tx,
        ask,
        theirs.map(({ matter }) => matter),
        until,
        'interview.left-to-clerk',
      )
      const detail = { interview: first.interview.id, by: ask.actor.id, count: ids.length }
      await core.notices.reconcile(
        tx,
        [
          {
            subject: `clerk:asked:${ask.actor.id}:${first.interview.step?.id}`,
            wanted: found.map((recipientId) => ({
              kind: clerkKinds.asked,
              recipientId,
              rung: 'asked',
              anchor: ask.today.toString(),
              dueAt: ask.now,
              detail,
            })),
          },
        ],
        ask.now,
      )
      await replan(core, tx, ids, ask.now)
      const people = await loadPeople(tx, found, ask.today)
      const names = found.flatMap((each) => {
        const person = people.get(each)
        return person ? [addressed(person, ask.language)] : []
      })
      return say(lineCard(t.leave, t.left(t.names(names))))
    })

  return {
    commands: [
      {
        id: 'interviews.clerk',
        phrases: { ja: ['庶務', '面談 庶務', '面談 手配'], en: ['clerk', 'interviews arrange'] },
        help: { ja: textsIn('ja').help, en: textsIn('en').help },
        permission: clerks,
        handle: (ask) =>
          working(async (tx) => say(await list(tx, ask, 1), { id: 'interviews.clerk', data: { page: 1 } })),
      },
    ],
    notices: clerkNotices(core),
    actions: {
      'interviews.clerk': action({
        effect: 'reads',
        permission: clerks,
        data: z.object({ page: id.optional() }),
        handle: (ask, { page }) =>
          working(async (tx) => {
            const card = await list(tx, ask, page ?? 1)
            return page === undefined ? say(card) : replaceWith(card)
          }),
      }),
      'interviews.clerk-open': action({
        effect: 'reads',
        permission: clerks,
        data: one,
        handle: (ask, { interview }) =>
          working(async (tx) => shown(tx, ask, await requireArranged(tx, ask, interview))),
      }),
      'interviews.clerk-pick': action({
        effect: 'reads',
        permission: clerks,
        data: one.extend({ page: id.optional() }),
        handle: (ask, { interview, page }) =>
          working(async (tx) => choices(tx, ask, await requireArranged(tx, ask, interview), page ?? 1)),
      }),
      'interviews.clerk-take': action({
        effect: 'changes',
        permission: clerks,
        data: versioned.extend({ slot: id }),
        handle: take,
      }),
      'interviews.clerk-offer': action({
        effect: 'reads',
        opensForm: true,
        permission: clerks,
        data: one,
        handle: openOffer,
      }),
      'interviews.clerk-answer': action({
        effect: 'changes',
        permission: clerks,
        data: versioned.extend({ answer: z.enum(['held', 'moved', 'not_held']) }),
        handle: answer,
      }),
      'interviews.to-clerk': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: aim,
        handle: leave,
      }),
    },
    forms: { 'interviews.clerk-offer': form({ permission: clerks, data: one, handle: offer }) },
  }
}
