// A roster given to the bot: which training it is of, a preview against the list as it is now, then applied at once.

import { z } from 'zod'
import type { Block, Card, FieldErrors, Row } from '../../../cards/card.ts'
import { csvFile } from '../../../chat/csv.ts'
import { writeAudit } from '../../../db/audit.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import {
  type Answer,
  type Ask,
  action,
  type FormAnswer,
  form,
  giveFile,
  openForm,
  replaceWith,
  say,
} from '../../../intake/handler.ts'
import type { Language } from '../../../kernel/language.ts'
import { cutText } from '../../../kernel/words.ts'
import { wordsOf } from '../../../tables/glance.ts'
import { readTable } from '../../../tables/read-table.ts'
import type { Core, Feature } from '../../feature.ts'
import { officer } from '../access.ts'
import { importsOf, json, markOf, ofImport } from '../imports.ts'
import { loadSignUps } from '../load.ts'
import { by } from '../sign-up/apply.ts'
import { lockSessions } from '../sign-up/seats.ts'
import { lockSignUps } from '../sign-up/store.ts'
import type { Move, SignUp } from '../state.ts'
import { courseName, sessionTime } from '../words.ts'
import { commandFor, type Result, resultOf, results } from './change.ts'
import { dayOf, recordMoves, recordWalkIn } from './record.ts'
import { loadRoll, openRoll, type Roll } from './roll.ts'
import { type Matched, matchRoster, mentionsRoster, type RosterProblem, understandRoster } from './roster.ts'
import { chooseCard, findForm, heldTrainings, readFind } from './roster-find.ts'
import { textsIn } from './texts.ts'

const shownProblems = 8

const waitingRoster = z.object({
  session: z.number().nullable(),
  rows: z.array(
    z.object({
      row: z.number(),
      number: z.string(),
      name: z.string(),
      result: z.enum(results).nullable(),
      day: z.string().nullable(),
    }),
  ),
  problems: z.array(z.unknown()),
})

/** Whether a file is such a list, by the words in it. */
export const looksLikeRoster = (name: string, bytes: Uint8Array): boolean =>
  mentionsRoster(wordsOf(name, bytes) ?? '')

interface Preview {
  readonly id: number
  readonly fileName: string
  readonly roll: Roll
  /** What changes of those on the list. */
  readonly moves: readonly Move[]
  readonly same: number
  /** Who was there without being on the list. */
  readonly unlisted: readonly Matched[]
  readonly problems: readonly RosterProblem[]
  readonly mark: string
}

export function rosters(core: Core) {
  const plain = (text: string): Card => ({ summary: text, blocks: [{ type: 'text', text }] })

  const imports = importsOf(core, {
    kind: 'roster',
    open: 'trainings.roster',
    discarded: ({ language }) => plain(textsIn(language).roster.discarded),
    home: ({ language }) => ({ text: textsIn(language).roster.home, open: textsIn(language).open }),
  })
  const { again, waiting } = imports

  /** Of a session it is attended, of what is done at one's own time completed. */
  const fitting = (result: Result, roll: Roll): Result | null => {
    if (roll.session) return result === 'completed' ? 'attended' : result
    return result === 'attended' || result === 'completed' ? 'completed' : null
  }

  /** The waiting rows against the list as it is now. Undefined: settled, somebody else's, or no training chosen yet. */
  const preview = async (tx: Tx, ask: Ask, id: number, lock = false): Promise<Preview | undefined> => {
    const row = await waiting(tx, ask, id)
    if (!row?.rows || row.courseId === null) return undefined
    const read = waitingRoster.parse(row.rows)
    if (lock && read.session) await lockSessions(tx, [read.session])
    const signUps = await loadSignUps(tx, { courseId: row.courseId })
    if (lock)
      await lockSignUps(
        tx,
        signUps.map((each) => each.id),
      )
    const roll = await loadRoll(tx, ask, row.courseId, read.session ?? 0)
    const people = await tx.person.findMany({ select: { id: true, number: true, name: true } })
    const listed = new Map(roll.signUps.map((signUp): [number, SignUp] => [signUp.personId, signUp]))
    const { matched, problems } = matchRoster(read.rows, people, new Set(listed.keys()))
    const moves: Move[] = []
    const unlisted: Matched[] = []
    let same = 0
    for (const each of matched) {
      const result = fitting(each.result, roll)
      if (result === null) continue
      const signUp = listed.get(each.personId)
      if (!signUp) {
        if (result === 'attended' || result === 'completed') unlisted.push(each)
      } else if (resultOf(signUp) === result) same += 1
      else
        moves.push({
          signUp,
          command: commandFor(result, dayFor(roll, each.day, ask), roll.session?.id ?? null),
        })
    }
    const mark = markOf([
      row.courseId,
      read.session,
      moves.map(({ signUp, command }) => [signUp.id, signUp.version, command.type]),
      unlisted.map(({ personId }) => personId),
    ])
    return {
      id,
      fileName: row.fileName,
      roll,
      moves,
      same,
      unlisted,
      problems: [...(read.problems as RosterProblem[]), ...problems].toSorted((a, b) => a.row - b.row),
      mark,
    }
  }

  const dayFor = (roll: Roll, day: string | null, ask: Ask): Temporal.PlainDate => {
    if (roll.session) return dayOf(roll.session, core.zone)
    if (day === null) return ask.today
    const on = Temporal.PlainDate.from(day)
    return Temporal.PlainDate.compare(on, ask.today) > 0 ? ask.today : on
  }

  const card = (found: Preview, ask: Ask, stale = false): Card => {
    const { language } = ask
    const t = textsIn(language).roster
    const { roll, moves, unlisted, problems } = found
    const names = Map.groupBy(moves, ({ command }) => commandWords(command, language))
    const count = moves.length
    const blocks: Block[] = [
      { type: 'heading', text: t.heading },
      ...(stale ? [{ type: 'text', text: textsIn(language).movedOn } as const] : []),
      { type: 'context', text: found.fileName },
      {
        type: 'facts',
        facts: [
          { label: t.training, value: courseName(roll.course, language) },
          ...(roll.session
            ? [{ label: textsIn(language).facts.when, value: sessionTime(roll.session, core.zone, language) }]
            : []),
          ...[...names].map(([label, those]) => ({ label, value: textsIn(language).people(those.length) })),
          { label: t.same, value: textsIn(language).people(found.same) },
          ...(unlisted.length > 0
            ? [{ label: t.unlisted, value: textsIn(language).people(unlisted.length) }]
            : []),
        ],
      },
    ]
    if (problems.length > 0) {
      const rows = problems.slice(0, shownProblems).map(
        ({ row, value, text }): Row => ({
          text: [{ bold: t.row(row, value) }],
          detail: text[language],
        }),
      )
      if (problems.length > shownProblems) rows.push({ text: t.more(problems.length - shownProblems) })
      blocks.push({ type: 'text', text: t.problems(problems.length) }, { type: 'list', rows })
    }
    if (count + unlisted.length === 0) blocks.push({ type: 'context', text: t.nothing })
    const data = { id: found.id, mark: found.mark }
    blocks.push({
      type: 'buttons',
      buttons: [
        ...(count > 0
          ? [
              {
                label: t.apply(count),
                style: 'primary',
                action: { id: 'trainings.roster-apply', data: { ...data, unlisted: false } },
              } as const,
            ]
          : []),
        ...(unlisted.length > 0
          ? [
              {
                label: t.applyAll(unlisted.length),
                action: { id: 'trainings.roster-apply', data: { ...data, unlisted: true } },
              },
            ]
          : []),
        ...(problems.length > 0
          ? [{ label: t.file, action: { id: 'trainings.roster-problems', data: { id: found.id } } }]
          : []),
        { label: t.discard, action: { id: 'trainings.roster-discard', data: { id: found.id } } },
      ],
    })
    return { summary: t.summary, blocks }
  }

  const take = async (ask: Ask, name: string, bytes: Uint8Array): Promise<Answer> => {
    const table = await readTable(bytes)
    const read = 'code' in table ? table : understandRoster(table, ask.today)
    if ('code' in read) {
      const t = textsIn(ask.language).roster
      return say({
        summary: t.unreadable,
        blocks: [
          { type: 'heading', text: t.unreadable },
          { type: 'text', text: read.text[ask.language] },
          { type: 'context', text: cutText(name, 200) },
        ],
      })
    }
    return inTransaction(core.db, async (tx) => {
      const id = await imports.keep(
        tx,
        ask,
        { name, bytes },
        { session: null, ...read },
        { rows: read.rows.length },
      )
      return say(await chooseCard(core, tx, ask, id, name), again(id))
    })
  }

  const draw = async (tx: Tx, ask: Ask, id: number): Promise<Answer> => {
    const found = await preview(tx, ask, id)
    if (found) return replaceWith(card(found, ask), again(id))
    const row = await waiting(tx, ask, id)
    if (!row) return replaceWith(plain(textsIn(ask.language).roster.settled))
    return replaceWith(await chooseCard(core, tx, ask, id, row.fileName), again(id))
  }

  const choose = (ask: Ask, { id }: { id: number }, selected = '') =>
    inTransaction(core.db, async (tx) => {
      const row = await waiting(tx, ask, id)
      const [course = 0, session = 0] = selected.split(':').map(Number)
      if (!row?.rows || !Number.isInteger(course) || !Number.isInteger(session)) return draw(tx, ask, id)
      // Refused where it is not theirs to run.
      const roll = await loadRoll(tx, ask, course, session)
      if (session !== 0 && !roll.session) return draw(tx, ask, id)
      const rows = { ...waitingRoster.parse(row.rows), session: roll.session?.id ?? null }
      await tx.trainingImport.update({
        where: { id },
        data: { courseId: course, rows: json(rows) },
      })
      return draw(tx, ask, id)
    })

  const apply = (ask: Ask, data: { id: number; mark: string; unlisted: boolean }) =>
    inTransaction(
      core.db,
      async (tx) => {
        const t = textsIn(ask.language).roster
        const found = await preview(tx, ask, data.id, true)
        if (!found) return draw(tx, ask, data.id)
        if (found.mark !== data.mark) return replaceWith(card(found, ask, true), again(data.id))
        const { roll, moves } = found
        await recordMoves(core, tx, moves, by(ask))
        let added = 0
        if (data.unlisted)
          for (const { personId, day } of found.unlisted) {
            const { course, session } = roll
            const done = await recordWalkIn(
              core,
              tx,
              course,
              session,
              personId,
              dayFor(roll, day, ask),
              by(ask),
            )
            if (done.type === 'recorded') added += 1
          }
        await imports.settle(tx, ask, data.id)
        await writeAudit(tx, {
          at: ask.now,
          actorId: ask.actor.id,
          via: 'chat',
          flow: ask.flow,
          action: 'trainings.roster-applied',
          subject: `training-import:${data.id}`,
          change: {
            course: roll.course.id,
            session: roll.session?.id ?? null,
            recorded: moves.length,
            added,
          },
        })
        return replaceWith(
          {
            summary: t.applied(moves.length + added),
            blocks: [
              { type: 'text', text: t.applied(moves.length + added) },
              {
                type: 'buttons',
                buttons: [
                  {
                    label: textsIn(ask.language).open,
                    style: 'primary',
                    action: openRoll(roll.course.id, roll.session?.id ?? 0),
                  },
                ],
              },
            ],
          },
          again(data.id),
        )
      },
      { timeout: 60_000 },
    )

  const actions = {
    'trainings.roster': action({
      effect: 'reads',
      permission: officer,
      data: ofImport,
      handle: (ask, { id }) => inTransaction(core.db, (tx) => draw(tx, ask, id)),
    }),
    'trainings.roster-find': action({
      effect: 'reads',
      opensForm: true,
      permission: officer,
      data: ofImport,
      handle: (ask, { id }) =>
        inTransaction(core.db, async (tx) =>
          (await waiting(tx, ask, id)) ? openForm(findForm(id, ask)) : draw(tx, ask, id),
        ),
    }),
    'trainings.roster-of': action({ effect: 'changes', permission: officer, data: ofImport, handle: choose }),
    'trainings.roster-apply': action({
      effect: 'changes',
      permission: officer,
      data: ofImport.extend({ mark: z.string().max(64), unlisted: z.boolean() }),
      handle: apply,
    }),
    'trainings.roster-discard': imports.discard,
    'trainings.roster-problems': action({
      effect: 'reads',
      permission: officer,
      data: ofImport,
      handle: (ask, { id }) =>
        inTransaction(core.db, async (tx) => {
          const t = textsIn(ask.language).roster
          const found = await preview(tx, ask, id)
          if (!found) return draw(tx, ask, id)
          return giveFile(
            csvFile(`${t.problemsFile}.csv`, t.problems(found.problems.length), [
              t.columns,
              ...found.problems.map(({ row, value, text }) => [row, value, text[ask.language]]),
            ]),
          )
        }),
    }),
  }
  const forms = {
    'trainings.roster-found': form({
      permission: officer,
      data: ofImport,
      handle: (ask, { id }, values) =>
        inTransaction(core.db, async (tx): Promise<FormAnswer | { readonly errors: FieldErrors }> => {
          const t = textsIn(ask.language).roster
          const row = await waiting(tx, ask, id)
          if (!row) return draw(tx, ask, id)
          const read = readFind(values, ask)
          if ('errors' in read) return read
          const found = await heldTrainings(core, tx, ask, read)
          if (found.length === 0) return { errors: { name: t.findNone } }
          return replaceWith(await chooseCard(core, tx, ask, id, row.fileName, found), again(id))
        }),
    }),
  }
  const files: Feature['files'] = [{ permission: officer, takes: looksLikeRoster, handle: take }]
  return { actions, forms, files, home: imports.home }
}

function commandWords(command: Move['command'], language: Language): string {
  const t = textsIn(language).results
  if (command.type === 'attend') return t.attended
  if (command.type === 'complete') return t.completed
  if (command.type !== 'miss') return ''
  return command.part ? t.partly : command.excused ? t.excused : t.absent
}
