// What officers do with a list: give out a code, tick, add who came unlisted, put right, close.

import { randomBytes, randomInt } from 'node:crypto'
import { z } from 'zod'
import type { Form } from '../../../cards/card.ts'
import { writeAudit } from '../../../db/audit.ts'
import { toDbInstant } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import { type Answer, type Ask, action, form, openForm, replaceWith, say } from '../../../intake/handler.ts'
import { formatDateTime, formatTime } from '../../../kernel/format.ts'
import { cutText } from '../../../kernel/words.ts'
import type { Core } from '../../feature.ts'
import { officer } from '../access.ts'
import { loadSignUps } from '../load.ts'
import { by } from '../sign-up/apply.ts'
import { lockedSignUp } from '../sign-up/move.ts'
import { lockSessions } from '../sign-up/seats.ts'
import { lockSignUps } from '../sign-up/store.ts'
import { isDone, type Move, type SignUp, type SignUpCommand, sessionOf, sessionSubject } from '../state.ts'
import { courseName, sessionTime } from '../words.ts'
import { codeOf, codeRange, markOf, validityOf } from './code.ts'
import { qrPicture, qrText } from './qr.ts'
import { dayOf, recordMoves, recordWalkIn } from './record.ts'
import { handIn } from './report.ts'
import { isUnrecorded, loadRoll, nameIn, openRoll, type Roll, rollCard, rollsCard } from './roll.ts'
import { textsIn } from './texts.ts'

const id = z.number().int().positive()
const ofRoll = z.object({ course: id, session: z.number().int().min(0) })
const ofSignUp = z.object({ signUp: id, version: id })

/** People in one form; Slack shows ten check boxes at most. */
const perForm = 10

export const results = ['attended', 'completed', 'partly', 'excused', 'absent'] as const
export type Result = (typeof results)[number]

/** What a recorded result does to a sign-up. */
export function commandFor(result: Result, on: Temporal.PlainDate, session: number | null): SignUpCommand {
  const here = session === null ? {} : { sessionId: session }
  switch (result) {
    case 'attended':
      return { type: 'attend', on, ...here }
    case 'completed':
      return { type: 'complete', on }
    case 'partly':
      return { type: 'miss', part: true, excused: null, ...here }
    case 'excused':
      return { type: 'miss', part: false, excused: true, ...here }
    case 'absent':
      return { type: 'miss', part: false, excused: false, ...here }
    default:
      return result satisfies never
  }
}

/** How a sign-up stands in those words; undefined: not recorded. */
export function resultOf(signUp: SignUp): Result | undefined {
  switch (signUp.status) {
    case 'attended':
    case 'completed':
    case 'partly':
      return signUp.status
    case 'absent':
      return signUp.excused ? 'excused' : 'absent'
    default:
      return undefined
  }
}

/** A session is attended, what is done at one's own time is completed. */
const offeredFor = (roll: Pick<Roll, 'session'>): readonly Result[] =>
  results.filter((each) => (each === 'completed') === (roll.session === null))

export function changing(core: Core) {
  const { zone } = core

  const show = async (
    tx: Tx,
    ask: Ask,
    data: { course: number; session: number },
    lines: readonly string[] = [],
    page = 1,
  ): Promise<Answer> => {
    const roll = await loadRoll(tx, ask, data.course, data.session)
    return replaceWith(
      await rollCard(core, tx, ask, roll, page, lines),
      openRoll(data.course, data.session, page),
    )
  }

  /** The list with its session and its people locked: nobody else records meanwhile. */
  const locked = async (tx: Tx, ask: Ask, data: { course: number; session: number }): Promise<Roll> => {
    const before = await loadRoll(tx, ask, data.course, data.session)
    if (before.session) await lockSessions(tx, [before.session.id])
    await lockSignUps(
      tx,
      before.signUps.map(({ id: each }) => each),
    )
    return loadRoll(tx, ask, data.course, data.session)
  }

  const dayFor = (roll: Roll, ask: Ask) => (roll.session ? dayOf(roll.session, zone) : ask.today)

  /** A new code takes the place of an earlier one. Shown once: only its mark is kept. */
  const openCode = (ask: Ask, data: { course: number; session: number }) =>
    inTransaction(core.db, async (tx): Promise<Answer> => {
      const t = textsIn(ask.language)
      const roll = await locked(tx, ask, data)
      const { course, session } = roll
      if (!session || session.status === 'cancelled') return show(tx, ask, data, [t.movedOn])
      const validity = validityOf(session)
      if (Temporal.Instant.compare(validity.validUntil, ask.now) <= 0)
        return show(tx, ask, data, [t.codeOver])
      const known = await tx.attendanceCode.findMany({
        where: { revokedAt: null, validUntil: { gt: toDbInstant(ask.now.subtract({ hours: 24 })) } },
      })
      let code = codeOf(randomInt(codeRange))
      while (known.some(({ salt, hash }) => markOf(core.mark, salt, code) === hash))
        code = codeOf(randomInt(codeRange))
      await tx.attendanceCode.updateMany({
        where: { sessionId: session.id, revokedAt: null },
        data: { revokedAt: toDbInstant(ask.now) },
      })
      const salt = randomBytes(16).toString('hex')
      const made = await tx.attendanceCode.create({
        data: {
          sessionId: session.id,
          salt,
          hash: markOf(core.mark, salt, code),
          validFrom: toDbInstant(validity.validFrom),
          validUntil: toDbInstant(validity.validUntil),
          createdById: ask.actor.id,
        },
      })
      await writeAudit(tx, {
        at: ask.now,
        actorId: ask.actor.id,
        via: 'chat',
        flow: ask.flow,
        action: 'trainings.code-opened',
        subject: sessionSubject(session.id),
        change: { course: course.id, code: made.id },
      })
      const name = courseName(course, ask.language)
      const shown = `${code.slice(0, 3)} ${code.slice(3)}`
      const from = formatDateTime(validity.validFrom, zone, ask.language)
      const card = {
        summary: t.codeSummary,
        blocks: [
          { type: 'heading', text: t.codeTitle(name) } as const,
          { type: 'heading', text: shown } as const,
          { type: 'text', text: t.codeText(code) } as const,
          { type: 'context', text: sessionTime(session, zone, ask.language) } as const,
          { type: 'context', text: t.codeValid(from, formatTime(validity.validUntil, zone)) } as const,
        ],
      }
      const file = qrPicture(qrText(core.chats, code), t.qrName, t.qrComment)
      return {
        replies: [
          { type: 'card', card, place: 'new' },
          { type: 'file', file },
        ],
        again: openRoll(course.id, session.id),
      }
    })

  const tickForm = (roll: Roll, ask: Ask): Form | undefined => {
    const t = textsIn(ask.language)
    const rest = roll.signUps.filter(isUnrecorded).slice(0, perForm)
    if (rest.length === 0) return undefined
    const options = rest.map(({ id: value, personId }) => ({
      value: String(value),
      label: cutText(roll.people.get(personId)?.name ?? '', 75),
    }))
    const boxes = (name: string, label: string) =>
      ({ type: 'checkboxes', name, label, options, values: [], optional: true }) as const
    return {
      id: 'trainings.tick-save',
      title: t.tickTitle,
      submit: t.tickSave,
      cancel: t.cancel,
      data: {
        course: roll.course.id,
        session: roll.session?.id ?? 0,
        seen: rest.map(({ id: each, version }) => `${each}:${version}`).join(' '),
      },
      intro: t.tickIntro(perForm),
      fields: [
        boxes('present', roll.session ? t.present : t.finished),
        ...(roll.session ? [boxes('part', t.part), boxes('away', t.away)] : []),
      ],
    }
  }

  const walkInForm = (data: { course: number; session: number }, language: Ask['language']): Form => {
    const t = textsIn(language)
    return {
      id: 'trainings.walk-in-save',
      title: t.walkInTitle,
      submit: t.add,
      cancel: t.cancel,
      data,
      intro: t.walkInIntro,
      fields: [{ type: 'person', name: 'person', label: t.person }],
    }
  }

  /** Whoever is not recorded was not there: only once it is over. */
  const close = (ask: Ask, data: { course: number; session: number }) =>
    inTransaction(core.db, async (tx) => {
      const t = textsIn(ask.language)
      const roll = await locked(tx, ask, data)
      const { session } = roll
      if (!session || Temporal.Instant.compare(session.endsAt, ask.now) > 0)
        return show(tx, ask, data, [t.notOver])
      const moves = roll.signUps
        .filter(({ status }) => status === 'confirmed')
        .map((signUp): Move => ({ signUp, command: commandFor('absent', dayFor(roll, ask), session.id) }))
      await recordMoves(core, tx, moves, by(ask))
      if (session.status === 'planned')
        await tx.courseSession.update({
          where: { id: session.id },
          data: { status: 'held', version: { increment: 1 } },
        })
      return show(tx, ask, data, [t.closed(moves.length)])
    })

  /** A sign-up with its list, for an officer whose part it belongs to. */
  const one = async (tx: Tx, ask: Ask, signUpId: number) => {
    const signUp = await lockedSignUp(tx, signUpId)
    const data = { course: signUp?.courseId ?? 0, session: (signUp && sessionOf(signUp)) ?? 0 }
    const roll = await loadRoll(tx, ask, data.course, data.session)
    return { signUp, roll, data, listed: roll.signUps.some((each) => each.id === signUpId) }
  }

  const editForm = async (tx: Tx, signUp: SignUp, roll: Roll, ask: Ask): Promise<Form> => {
    const t = textsIn(ask.language)
    const owed = await tx.report.count({ where: { signUpId: signUp.id, submittedOn: null } })
    const offered = offeredFor(roll)
    const now = resultOf(signUp)
    return {
      id: 'trainings.attendance-save',
      title: t.editTitle,
      submit: t.save,
      cancel: t.cancel,
      data: { signUp: signUp.id, version: signUp.version },
      intro: t.editIntro(nameIn(roll, signUp.personId, ask.language)),
      fields: [
        {
          type: 'select',
          name: 'result',
          label: t.result,
          options: offered.map((value) => ({ value, label: t.results[value] })),
          ...(now && offered.includes(now) && { value: now }),
        },
        ...(owed > 0
          ? [
              {
                type: 'checkboxes',
                name: 'report',
                label: t.facts.reports,
                optional: true,
                options: [{ value: 'received', label: t.reportReceived }],
                values: [],
              } as const,
            ]
          : []),
      ],
    }
  }

  const values = (given: unknown): readonly number[] =>
    (Array.isArray(given) ? given : given === undefined ? [] : [given]).map(Number)

  return {
    actions: {
      'trainings.rolls': action({
        effect: 'reads',
        permission: officer,
        data: z.object({}),
        handle: (ask) =>
          inTransaction(core.db, async (tx) =>
            say(await rollsCard(core, tx, ask), { id: 'trainings.rolls', data: {} }),
          ),
      }),
      'trainings.roll': action({
        effect: 'reads',
        permission: officer,
        data: ofRoll.extend({ page: z.number().int().optional() }),
        handle: (ask, data) => inTransaction(core.db, (tx) => show(tx, ask, data, [], data.page)),
      }),
      'trainings.code-open': action({
        effect: 'changes',
        permission: officer,
        data: ofRoll,
        handle: openCode,
      }),
      'trainings.tick': action({
        effect: 'reads',
        opensForm: true,
        permission: officer,
        data: ofRoll,
        handle: (ask, data) =>
          inTransaction(core.db, async (tx) => {
            const opened = tickForm(await loadRoll(tx, ask, data.course, data.session), ask)
            return opened ? openForm(opened) : show(tx, ask, data)
          }),
      }),
      'trainings.walk-in': action({
        effect: 'reads',
        opensForm: true,
        permission: officer,
        data: ofRoll,
        handle: (ask, data) =>
          inTransaction(core.db, async (tx) => {
            await loadRoll(tx, ask, data.course, data.session)
            return openForm(walkInForm(data, ask.language))
          }),
      }),
      'trainings.roll-close': action({ effect: 'changes', permission: officer, data: ofRoll, handle: close }),
      'trainings.attendance-edit': action({
        effect: 'reads',
        opensForm: true,
        permission: officer,
        data: ofSignUp,
        handle: (ask, { signUp: signUpId }) =>
          inTransaction(core.db, async (tx) => {
            const { signUp, roll, data, listed } = await one(tx, ask, signUpId)
            if (!signUp || !listed) return show(tx, ask, data, [textsIn(ask.language).movedOn])
            return openForm(await editForm(tx, signUp, roll, ask))
          }),
      }),
    },
    forms: {
      'trainings.tick-save': form({
        permission: officer,
        data: ofRoll.extend({ seen: z.string().max(400) }),
        handle: (ask, data, given) =>
          inTransaction(core.db, async (tx) => {
            const t = textsIn(ask.language)
            const roll = await locked(tx, ask, data)
            const ticked = new Map<number, Result>()
            const fields = [
              ['present', roll.session ? 'attended' : 'completed'],
              ['part', 'partly'],
              ['away', 'excused'],
            ] as const
            for (const [field, result] of fields)
              for (const signUpId of values(given[field])) {
                if (ticked.has(signUpId)) return { errors: { [field]: t.tickTwice } }
                ticked.set(signUpId, result)
              }
            // Only who stood in the form, and as they stood there: a code that came in meanwhile is left alone.
            const seen = new Map(
              data.seen.split(' ').map((each) => each.split(':').map(Number) as [number, number]),
            )
            const meant = [...ticked].filter(([signUpId]) => seen.has(signUpId))
            const moves = meant.flatMap(([signUpId, result]): Move[] => {
              const signUp = roll.signUps.find((each) => each.id === signUpId)
              if (!signUp || signUp.version !== seen.get(signUpId) || !isUnrecorded(signUp)) return []
              return [{ signUp, command: commandFor(result, dayFor(roll, ask), roll.session?.id ?? null) }]
            })
            await recordMoves(core, tx, moves, by(ask))
            const skipped = meant.length - moves.length
            const line = skipped > 0 ? t.tickedSome(moves.length, skipped) : t.ticked(moves.length)
            return show(tx, ask, data, [line])
          }),
      }),
      'trainings.walk-in-save': form({
        permission: officer,
        searches: true,
        data: ofRoll,
        handle: (ask, data, given) =>
          inTransaction(core.db, async (tx) => {
            const t = textsIn(ask.language)
            const roll = await locked(tx, ask, data)
            const personId = Number(given.person)
            const person = Number.isInteger(personId)
              ? (await loadPeople(tx, [personId], ask.today)).get(personId)
              : undefined
            if (!person) return { errors: { person: t.personMissing } }
            const { course, session } = roll
            if (
              (!session && data.session !== 0) ||
              course.status === 'draft' ||
              course.status === 'cancelled'
            )
              return show(tx, ask, data, [t.movedOn])
            const theirs = await loadSignUps(tx, { courseId: course.id, personId })
            await lockSignUps(
              tx,
              theirs.map(({ id: each }) => each),
            )
            const done = await recordWalkIn(core, tx, course, session, personId, dayFor(roll, ask), by(ask))
            const who = addressed(person, ask.language)
            return show(tx, ask, data, [done.type === 'recorded' ? t.walkedIn(who) : t.walkInAlready(who)])
          }),
      }),
      'trainings.attendance-save': form({
        permission: officer,
        data: ofSignUp,
        handle: (ask, wanted, given) =>
          inTransaction(core.db, async (tx) => {
            const t = textsIn(ask.language)
            const { signUp, roll, data, listed } = await one(tx, ask, wanted.signUp)
            if (!signUp || !listed || signUp.version !== wanted.version)
              return show(tx, ask, data, [t.movedOn])
            const result = offeredFor(roll).find((each) => each === given.result)
            if (!result) return { errors: { result: t.choose } }
            const who = nameIn(roll, signUp.personId, ask.language)
            const command = commandFor(result, dayFor(roll, ask), roll.session?.id ?? null)
            const moved =
              resultOf(signUp) === result
                ? signUp
                : ((await recordMoves(core, tx, [{ signUp, command }], by(ask)))[0] ?? signUp)
            if (values(given.report).length > 0 || given.report === 'received') {
              const owed = await tx.report.count({ where: { signUpId: signUp.id, submittedOn: null } })
              if (owed > 0 && isDone(moved))
                await handIn(core, tx, moved, { url: '', on: ask.today }, by(ask))
            }
            return show(tx, ask, data, [t.edited(who)])
          }),
      }),
    },
  }
}
