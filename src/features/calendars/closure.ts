// 災害などによる休止: one action pauses everything and moves deadlines; changed or taken back, they move along.
import { z } from 'zod'
import type { FieldErrors, FormValues } from '../../cards/card.ts'
import { raw } from '../../cards/values.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { type Closure, loadClosures } from '../../directory/closures.ts'
import { auditing } from '../../intake/audited.ts'
import {
  type Answer,
  type Ask,
  action,
  type FormAnswer,
  form,
  openForm,
  replaceWith,
  say,
} from '../../intake/handler.ts'
import { hrOfWholeCity } from '../../intake/permissions.ts'
import { parseJapaneseDate } from '../../kernel/parse-date.ts'
import type { Core, Feature } from '../feature.ts'
import {
  type ClosureRow,
  loadRows,
  lockClosures,
  plannedWithin,
  removeRow,
  saveRow,
} from './closure-store.ts'
import { closureForm, closuresCard, decidedOf, markOf, textsIn, unsureCard } from './closure-views.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

const marked = z.object({ id: z.number().int(), mark: z.string().max(64) })
const day = z.string().max(10)
const decided = marked.partial().extend({ from: day, last: day, reason: z.string().max(60) })
const again = { id: 'calendars.closures' }
const onTrail = auditing('calendar')
/** Thousands of deadlines and tens of thousands of notices move in seconds. */
const patient = { timeout: 60_000 }
const longest = 60

/** The one text or choice of a field. */
const one = (values: FormValues, name: string): string => raw(values, name).trim()

/** What the form says, checked field by field. */
function readClosure(
  ask: Ask,
  values: FormValues,
  others: readonly ClosureRow[],
  known: ClosureRow | undefined,
): Closure | FieldErrors {
  const e = textsIn(ask.language).errors
  const errors: Record<string, string> = {}
  const date = (name: string) => {
    const parsed = parseJapaneseDate(one(values, name))
    return parsed.ok ? parsed.date : undefined
  }
  const { today } = ask
  const from = date('from')
  const last = date('last')
  const compare = Temporal.PlainDate.compare
  if (known && compare(known.from, today) <= 0) {
    if (!from?.equals(known.from)) errors.from = e.started
  } else if (
    !from ||
    compare(from, today.subtract({ days: 7 })) < 0 ||
    compare(from, today.add({ days: 90 })) > 0
  )
    errors.from = e.from
  if (!from || !last || compare(last, from) < 0 || compare(last, from.add({ days: longest })) >= 0)
    errors.last = e.last
  const reason = one(values, 'reason').slice(0, 60)
  if (reason === '') errors.reason = e.reason
  if (!from || !last || Object.keys(errors).length > 0) return errors
  const to = last.add({ days: 1 })
  if (others.some((other) => compare(other.from, to) < 0 && compare(from, other.to) < 0))
    return { last: e.overlap }
  return { from, to, reason }
}

const isClosure = (value: Closure | FieldErrors): value is Closure => value.to instanceof Temporal.PlainDate

export function closure(core: Core): Omit<Feature, 'name'> {
  const { prisma } = core.db
  const card = async (tx: Tx, ask: Ask, note?: string, lines?: readonly string[]) =>
    closuresCard(await loadRows(tx, ask.today), ask.today, ask.language, note, lines)

  /**
   * Tells programmes what has changed; returns how many interviews are due on another day, and a line about those whose
   * hour stands again.
   */
  const tellChange = async (
    tx: Tx,
    ask: Ask,
    was: readonly Closure[],
    spans: readonly Closure[],
  ): Promise<{ moved: number; back: readonly string[] }> => {
    const days = spans.flatMap(({ from, to }) => [from, to]).toSorted(Temporal.PlainDate.compare)
    const [from, to] = [days.at(0), days.at(-1)]
    if (!from || !to) return { moved: 0, back: [] }
    const is = await loadClosures(tx)
    const { _max: last } = await tx.audit.aggregate({ _max: { id: true } })
    const { actor, flow, now } = ask
    await core.tell({ type: 'closure-changed', was, is, from, to, actorId: actor.id, flow }, tx, now)
    const count = (action: string) =>
      tx.audit.count({ where: { id: { gt: last.id ?? 0 }, flow, action: `interview.${action}` } })
    const [moved, back] = [await count('deadline-moved'), await count('put-back')]
    return { moved, back: back > 0 ? [textsIn(ask.language).note.back(back)] : [] }
  }
  const audit = (tx: Tx, ask: Ask, what: string, id: number, change: Record<string, string>) =>
    onTrail(tx, ask, `closure-${what}`, `closure:${id}`, change)
  const said = ({ from, to, reason }: Closure) => ({ from: from.toString(), to: to.toString(), reason })

  /** What has passed has passed: only the days ahead are given back. */
  const end = async (tx: Tx, ask: Ask, known: ClosureRow, was: readonly Closure[]) => {
    const t = textsIn(ask.language).note
    const started = Temporal.PlainDate.compare(known.from, ask.today) < 0
    if (started) await saveRow(tx, known.id, { ...known, to: ask.today }, byOf(ask))
    else await removeRow(tx, known.id)
    await audit(tx, ask, started ? 'ended' : 'removed', known.id, said(known))
    const { moved, back } = await tellChange(tx, ask, was, [known])
    return replaceWith(await card(tx, ask, started ? t.resumed(moved) : t.removed(moved), back), again)
  }

  const resume = (ask: Ask, { id, mark }: z.infer<typeof marked>): Promise<Answer> =>
    inTransaction(
      core.db,
      async (tx) => {
        await lockClosures(tx)
        const known = (await loadRows(tx, ask.today)).find((row) => row.id === id)
        const over = known && Temporal.PlainDate.compare(known.to, ask.today) <= 0
        if (!known || over || markOf(known) !== mark)
          return replaceWith(await card(tx, ask, textsIn(ask.language).note.gone), again)
        return end(tx, ask, known, await loadClosures(tx))
      },
      patient,
    )

  const submit = (
    ask: Ask,
    data: { id?: number; mark?: string },
    values: FormValues,
    sure: boolean,
  ): Promise<Answer | { errors: FieldErrors }> =>
    inTransaction(
      core.db,
      async (tx): Promise<Answer | { errors: FieldErrors }> => {
        await lockClosures(tx)
        const t = textsIn(ask.language).note
        const rows = await loadRows(tx, ask.today)
        const known = data.id === undefined ? undefined : rows.find(({ id }) => id === data.id)
        const stale = data.id !== undefined && (!known || markOf(known) !== data.mark)
        if (stale) return replaceWith(await card(tx, ask, t.gone), again)
        const was = await loadClosures(tx)
        if (known && one(values, 'remove') === 'yes') return end(tx, ask, known, was)
        const wanted = readClosure(
          ask,
          values,
          rows.filter((row) => row !== known),
          known,
        )
        if (!isClosure(wanted)) return { errors: wanted }
        const lines = (await core.resting?.(tx, wanted, ask)) ?? []
        // Asked again where the answer is lost: nothing has been done yet.
        if (lines.length > 0 && !sure)
          return replaceWith(unsureCard(wanted, known, lines, ask.language), {
            id: 'calendars.closure-preview',
            data: decidedOf(wanted, known),
          })
        const held = await plannedWithin(tx, wanted, core.zone)
        const id = await saveRow(tx, known?.id, wanted, byOf(ask))
        await audit(tx, ask, known ? 'changed' : 'added', id, said(wanted))
        const ahead = Temporal.PlainDate.compare(wanted.from, ask.today) > 0
        const { moved, back } = await tellChange(tx, ask, was, known ? [known, wanted] : [wanted])
        const note = known ? t.changed(moved) : t.added(moved, held, ahead)
        return replaceWith(await card(tx, ask, note, [...lines, ...back]), again)
      },
      patient,
    )

  const open = async (ask: Ask): Promise<Answer> => say(await card(prisma, ask))
  return {
    commands: [
      {
        id: 'calendars.closures',
        phrases: {
          ja: ['休止', '災害', '一斉休止', '案内を止める'],
          en: ['pause', 'pause everything', 'disaster', 'closure'],
        },
        help: { ja: ja.help, en: en.help },
        permission: hrOfWholeCity,
        handle: open,
      },
    ],
    questions: [
      { command: 'calendars.closures', all: [/台風|地震|大雪|大雨|災害|避難|休庁|閉庁/] },
      { command: 'calendars.closures', all: [/typhoon|earthquake|disaster|snow/] },
    ],
    actions: {
      'calendars.closures': action({
        effect: 'reads',
        permission: hrOfWholeCity,
        data: z.object({}),
        handle: async (ask) => replaceWith(await card(prisma, ask)),
      }),
      'calendars.closure-add': action({
        effect: 'reads',
        opensForm: true,
        permission: hrOfWholeCity,
        data: z.object({}),
        handle: async (ask) => openForm(closureForm(undefined, ask.today, ask.language)),
      }),
      'calendars.closure-preview': action({
        effect: 'reads',
        permission: hrOfWholeCity,
        data: decided,
        handle: (ask, { from, last, reason, id }) =>
          inTransaction(core.db, async (tx) => {
            const rows = await loadRows(tx, ask.today)
            const known = rows.find((row) => row.id === id)
            const others = rows.filter((row) => row !== known)
            const wanted = readClosure(ask, { from, last, reason }, others, known)
            // Set meanwhile, or the days are another pause's now.
            if (!isClosure(wanted) || (id !== undefined && !known))
              return replaceWith(await card(tx, ask), again)
            const lines = (await core.resting?.(tx, wanted, ask)) ?? []
            return replaceWith(unsureCard(wanted, known, lines, ask.language))
          }),
      }),
      'calendars.closure-sure': action({
        effect: 'changes',
        permission: hrOfWholeCity,
        data: decided,
        handle: async (ask, { from, last, reason, ...row }) => {
          const values = { from, last, reason }
          const answer = await submit(ask, marksOf(row), values, true)
          // What was right when it was shown no longer is: another pause lies there now.
          if (!('errors' in answer)) return answer
          return replaceWith(await card(prisma, ask, Object.values(answer.errors)[0]), again)
        },
      }),
      'calendars.closure-resume': action({
        effect: 'changes',
        permission: hrOfWholeCity,
        data: marked,
        handle: resume,
      }),
      'calendars.closure-edit': action({
        effect: 'reads',
        opensForm: true,
        permission: hrOfWholeCity,
        data: marked,
        handle: async (ask, { id, mark }): Promise<FormAnswer> => {
          const row = (await loadRows(prisma, ask.today)).find((each) => each.id === id)
          if (row && markOf(row) === mark) return openForm(closureForm(row, ask.today, ask.language))
          return replaceWith(await card(prisma, ask, textsIn(ask.language).note.gone), again)
        },
      }),
    },
    forms: {
      'calendars.closure': form({
        permission: hrOfWholeCity,
        data: marked.partial(),
        handle: (ask, row, values) => submit(ask, marksOf(row), values, false),
      }),
    },
  }
}

const marksOf = ({ id, mark }: { id?: number | undefined; mark?: string | undefined }) => ({
  ...(id !== undefined && { id }),
  ...(mark !== undefined && { mark }),
})
const byOf = (ask: Ask) => ({ actorId: ask.actor.id, now: ask.now })
