// 休職: HR enters who is away, from when to when, and who stands in.
import { z } from 'zod'
import type { FieldErrors, FormValues } from '../../cards/card.ts'
import { raw } from '../../cards/values.ts'
import { writeAudit } from '../../db/audit.ts'
import { OverlapError } from '../../db/errors.ts'
import { toDbDate, toDbDateOrNull } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { reaches } from '../../directory/rights.ts'
import { type Ask, action, type FormAnswer, form, openForm, replaceWith, say } from '../../intake/handler.ts'
import { hr } from '../../intake/permissions.ts'
import { parseJapaneseDate } from '../../kernel/parse-date.ts'
import type { Core, Feature } from '../feature.ts'
import {
  type AbsenceRow,
  findAbsence,
  findEmployed,
  loadLeaves,
  organisationOf,
} from './people-repository.ts'
import { absenceKinds, absenceMark, leaveForm, leavesCard, type Showing } from './people-views.ts'
import { peopleTexts } from './texts-people.ts'

const listAgain = { id: 'staff-list.leaves' }

/** One value of a form; undefined where nothing was entered. */
export const one = (values: FormValues, name: string): string | undefined => {
  return raw(values, name) || undefined
}

const dateIn = (values: FormValues, name: string): Temporal.PlainDate | null => {
  const parsed = parseJapaneseDate(one(values, name))
  return parsed.ok ? parsed.date : null
}

interface Entered {
  readonly personId: number
  readonly kind: (typeof absenceKinds)[number]
  readonly from: Temporal.PlainDate
  readonly to: Temporal.PlainDate | null
  readonly deputyId: number | null
}

export function leave(core: Core): Omit<Feature, 'name'> {
  const list = async (tx: Tx, ask: Ask, showing?: Showing) =>
    leavesCard(await loadLeaves(tx, ask.actor, ask.today), ask.language, showing)

  /** What the form says, checked field by field. */
  const read = async (
    tx: Tx,
    ask: Ask,
    values: FormValues,
    known: AbsenceRow | undefined,
  ): Promise<Entered | FieldErrors> => {
    const e = peopleTexts(ask.language).leave.errors
    const errors: Record<string, string> = {}
    const personId = known?.personId ?? Number(one(values, 'person'))
    const person = await findEmployed(tx, personId, ask.today)
    const org = person && (await organisationOf(tx, person.id, ask.today))
    if (!known && !(org && reaches(ask.actor, 'hr', personId, org))) errors.person = e.person
    const from = dateIn(values, 'from')
    if (!from) errors.from = e.from
    const to = dateIn(values, 'to')
    if ((one(values, 'to') !== undefined && !to) || (from && to && Temporal.PlainDate.compare(to, from) <= 0))
      errors.to = e.to
    const chosen = one(values, 'deputy')
    const deputyId = chosen === undefined ? null : Number(chosen)
    if (deputyId !== null && (deputyId === personId || !(await findEmployed(tx, deputyId, ask.today))))
      errors.deputy = e.deputy
    const kind = absenceKinds.find((each) => each === one(values, 'kind')) ?? 'other'
    return from && Object.keys(errors).length === 0 ? { personId, kind, from, to, deputyId } : errors
  }

  const audit = (tx: Tx, ask: Ask, what: string, id: number, personId: number, change: object) =>
    writeAudit(tx, {
      at: ask.now,
      actorId: ask.actor.id,
      via: 'chat',
      action: `staff-list.absence-${what}`,
      subject: `absence:${id}`,
      subjectPersonId: personId,
      change: JSON.parse(JSON.stringify(change)),
      flow: ask.flow,
    })
  const told = (tx: Tx, ask: Ask, personId: number) =>
    core.tell({ type: 'absence-changed', personIds: [personId] }, tx, ask.now)

  const save = async (tx: Tx, ask: Ask, entered: Entered, known: AbsenceRow | undefined) => {
    const { personId, kind, from, to, deputyId } = entered
    const data = { personId, kind, fromOn: toDbDate(from), toOn: toDbDateOrNull(to), deputyId }
    const now = { kind, from: from.toString(), to: to?.toString() ?? null, deputy: deputyId }
    if (!known) {
      const made = await tx.absence.create({ data, select: { id: true } })
      await audit(tx, ask, 'added', made.id, personId, now)
    } else {
      const before = { kind: known.kind, from: known.from, to: known.to, deputy: known.deputyId }
      await tx.absence.update({ where: { id: known.id }, data })
      await audit(tx, ask, 'changed', known.id, personId, { before, now })
    }
    await told(tx, ask, personId)
  }

  const submit = (ask: Ask, data: { id?: number; mark?: string }, values: FormValues) =>
    inTransaction(core.db, async (tx): Promise<FormAnswer | { errors: FieldErrors }> => {
      const t = peopleTexts(ask.language).leave
      const known = data.id === undefined ? undefined : await findAbsence(tx, ask.actor, data.id, ask.today)
      const answer = async (note: string) => replaceWith(await list(tx, ask, { note }), listAgain)
      if (data.id !== undefined && (!known || absenceMark(known) !== data.mark)) return answer(t.stale)
      if (known && one(values, 'remove') === 'yes') {
        await tx.absence.delete({ where: { id: known.id } })
        const { kind, from, to, deputyId } = known
        await audit(tx, ask, 'removed', known.id, known.personId, { kind, from, to, deputy: deputyId })
        await told(tx, ask, known.personId)
        return answer(t.removed)
      }
      const entered = await read(tx, ask, values, known)
      if (!isEntered(entered)) return { errors: entered }
      await save(tx, ask, entered, known)
      return answer(t.saved)
    })

  return {
    commands: [
      {
        id: 'staff-list.leave',
        phrases: { ja: ['休職', '休業', '派遣 登録'], en: ['leave', 'absence', 'absences'] },
        help: { ja: '休職・休業・派遣の登録と、代行者', en: 'absences and who stands in' },
        permission: hr,
        handle: async (ask) => say(await list(core.db.prisma, ask)),
      },
    ],
    actions: {
      'staff-list.leaves': action({
        effect: 'reads',
        permission: hr,
        data: z.object({ from: z.number().int().optional() }),
        handle: async (ask, { from = 0 }) => replaceWith(await list(core.db.prisma, ask, { from })),
      }),
      'staff-list.add-leave': action({
        effect: 'reads',
        opensForm: true,
        permission: hr,
        data: z.object({}),
        handle: async (ask) => openForm(leaveForm(undefined, ask.today, ask.language)),
      }),
      'staff-list.edit-leave': action({
        effect: 'reads',
        opensForm: true,
        permission: hr,
        data: z.object({ id: z.number().int() }),
        handle: async (ask, { id }): Promise<FormAnswer> => {
          const known = await findAbsence(core.db.prisma, ask.actor, id, ask.today)
          if (known) return openForm(leaveForm(known, ask.today, ask.language))
          return replaceWith(await list(core.db.prisma, ask, { note: peopleTexts(ask.language).leave.stale }))
        },
      }),
    },
    forms: {
      'staff-list.leave': form({
        searches: true,
        permission: hr,
        data: z.object({ id: z.number().int().optional(), mark: z.string().max(100).optional() }),
        handle: async (ask, data, values) => {
          try {
            return await submit(ask, data, values)
          } catch (error) {
            if (!(error instanceof OverlapError)) throw error
            return { errors: { from: peopleTexts(ask.language).leave.errors.overlap } }
          }
        },
      }),
    },
  }
}

const isEntered = (value: Entered | FieldErrors): value is Entered => 'personId' in value
