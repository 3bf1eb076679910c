// A plan given to the bot as a file: looked at, then taken over or discarded. What is shown is worked out anew from the
// waiting rows and the courses as they are now.

import writeWorkbook from 'write-excel-file/node'
import { z } from 'zod'
import type { Block, Card, Row } from '../../../cards/card.ts'
import type { OutgoingFile } from '../../../chat/chat.ts'
import { csvFile } from '../../../chat/csv.ts'
import { writeAudit } from '../../../db/audit.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { loadCalendars } from '../../../directory/calendars.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { type Answer, type Ask, action, giveFile, replaceWith, say } from '../../../intake/handler.ts'
import { formatFiscalYear } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import { cutText } from '../../../kernel/words.ts'
import { wordsOf } from '../../../tables/glance.ts'
import type { Unreadable } from '../../../tables/read-problem.ts'
import { readTable } from '../../../tables/read-table.ts'
import type { Core, Feature } from '../../feature.ts'
import { officer, ownPart, runs, runsCourse } from '../access.ts'
import { importsOf, markOf, ofImport } from '../imports.ts'
import { loadCourses } from '../load.ts'
import { proposeFor } from '../nomination/propose.ts'
import { by } from '../sign-up/apply.ts'
import { addCourse, addSession, changeCourse, changeSession } from './change.ts'
import { type Compared, comparePlan, merged } from './compare.ts'
import { courseDraft } from './draft.ts'
import { openPlan } from './page.ts'
import type { PlanProblem } from './problem.ts'
import { textsIn } from './texts.ts'
import { mentionsPlan, understandPlan } from './understand.ts'

const marked = ofImport.extend({ mark: z.string().max(64) })

/** What waits in training_import. Only this program writes it, and it is checked all the same. */
const waitingPlan = z.object({
  fiscalYear: z.number(),
  rows: z.number(),
  courses: z.array(courseDraft.extend({ row: z.number() })),
  problems: z.array(z.unknown()),
})

interface Waiting {
  readonly fileName: string
  readonly fiscalYear: number
  readonly rows: number
  readonly compared: Compared
  readonly problems: readonly PlanProblem[]
  /** Changes when what would be written changes. */
  readonly mark: string
}

/** Whether a file is a plan of trainings, by the words in it; a list of people is somebody else's. */
export const looksLikePlan = (name: string, bytes: Uint8Array): boolean =>
  mentionsPlan(wordsOf(name, bytes) ?? '')

export function importing(core: Core) {
  const { zone } = core
  const timeout = { timeout: 60_000 }
  const imports = importsOf(core, {
    kind: 'plan',
    open: 'trainings.import',
    discarded: ({ language }) => plain(textsIn(language).preview.discarded, language),
    home: ({ language }) => ({ text: textsIn(language).preview.home, open: textsIn(language).open }),
  })
  const { again } = imports

  const compare = async (tx: Tx, ask: Ask, plan: z.infer<typeof waitingPlan>) => {
    const mine = runs(ask.actor, await loadOrganisation(tx, ask.today, []))
    const { city } = await loadCalendars(tx)
    return comparePlan(plan.courses, {
      courses: await loadCourses(tx, { fiscalYear: plan.fiscalYear }),
      calendar: city,
      zone,
      now: ask.now,
      mayRun: (course) => runsCourse(mine, course),
    })
  }

  /** The plan that waits, against the courses of now; undefined once settled, or somebody else's. */
  const open = async (tx: Tx, ask: Ask, importId: number): Promise<Waiting | undefined> => {
    const row = await imports.waiting(tx, ask, importId)
    if (!row?.rows) return undefined
    const plan = waitingPlan.parse(row.rows)
    const compared = await compare(tx, ask, plan)
    const problems = [...(plan.problems as PlanProblem[]), ...compared.problems].toSorted(bySeverity)
    const mark = markOf(
      compared.courses.map(({ draft, kind, course, sessions }) => [
        draft,
        kind,
        course?.version,
        sessions.map(({ session }) => [session?.id, session?.version, session?.taken]),
      ]),
    )
    return { fileName: row.fileName, fiscalYear: plan.fiscalYear, rows: plan.rows, compared, problems, mark }
  }

  const settledCard = (ask: Ask): Card => plain(textsIn(ask.language).preview.settled, ask.language)

  const take = async (ask: Ask, name: string, bytes: Uint8Array): Promise<Answer> => {
    const table = await readTable(bytes)
    if ('code' in table) return say(unreadableCard(table, name, ask.language))
    return inTransaction(
      core.db,
      async (tx) => {
        const org = await loadOrganisation(tx, ask.today, [])
        const names = Map.groupBy(org.sections(), (section) => section.name)
        const read = understandPlan(table, {
          today: ask.today,
          sectionCodes: new Set(org.sections().map(({ code }) => code)),
          sectionByName: new Map(
            [...names].flatMap(([section, same]) =>
              same.length === 1 && same[0] ? [[section, same[0].code] as const] : [],
            ),
          ),
        })
        if ('code' in read) return say(unreadableCard(read, name, ask.language))
        const summary = { rows: read.rows, courses: read.courses.length }
        const made = await imports.keep(tx, ask, { name, bytes }, read, summary)
        const waiting = await open(tx, ask, made)
        if (!waiting) throw new Error('a plan that was just written is not there')
        return say(previewCard(made, waiting, ask.language), again(made))
      },
      timeout,
    )
  }

  /** Everything in one transaction: the whole plan or nothing of it. */
  const apply = (ask: Ask, data: { id: number; mark: string }) =>
    inTransaction(
      core.db,
      async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('hagukumi.training-plan'))`
        const waiting = await open(tx, ask, data.id)
        if (!waiting) return replaceWith(settledCard(ask))
        if (waiting.mark !== data.mark)
          return replaceWith(previewCard(data.id, waiting, ask.language, true), again(data.id))
        const part = ownPart(ask.actor)
        const who = by(ask)
        for (const { draft, course, kind, sessions } of waiting.compared.courses) {
          if (kind === 'blocked' || kind === 'same') continue
          const courseId =
            course?.id ?? (await addCourse(tx, draft, { fiscalYear: waiting.fiscalYear, ...part }, who))
          if (course) {
            const { sessions: _, ...fields } = merged(draft, course)
            await changeCourse(core, tx, course, fields, who)
          }
          for (const match of sessions)
            if (match.session) await changeSession(core, tx, match.session, match.draft, who)
            else await addSession(core, tx, courseId, match.draft, who)
          await proposeFor(tx, courseId, ask.today, ask.now)
        }
        const counts = countsOf(waiting)
        await imports.settle(tx, ask, data.id)
        await writeAudit(tx, {
          at: ask.now,
          actorId: ask.actor.id,
          via: 'chat',
          flow: ask.flow,
          action: 'trainings.plan-applied',
          subject: `training-import:${data.id}`,
          change: { ...counts },
        })
        const t = textsIn(ask.language)
        return replaceWith(
          {
            summary: t.preview.applied,
            blocks: [
              { type: 'heading', text: t.preview.applied },
              { type: 'text', text: t.preview.appliedText(counts.new, counts.changed) },
              {
                type: 'buttons',
                buttons: [{ label: t.open, style: 'primary', action: openPlan(waiting.fiscalYear) }],
              },
            ],
          },
          again(data.id),
        )
      },
      timeout,
    )

  const actions = {
    'trainings.import': action({
      effect: 'reads',
      permission: officer,
      data: ofImport,
      handle: (ask, { id }) =>
        inTransaction(core.db, async (tx) => {
          const waiting = await open(tx, ask, id)
          return replaceWith(waiting ? previewCard(id, waiting, ask.language) : settledCard(ask), again(id))
        }),
    }),
    'trainings.import-apply': action({ effect: 'changes', permission: officer, data: marked, handle: apply }),
    'trainings.import-discard': imports.discard,
    'trainings.import-problems': action({
      effect: 'reads',
      permission: officer,
      data: ofImport,
      handle: (ask, { id }) =>
        inTransaction(core.db, async (tx) => {
          const waiting = await open(tx, ask, id)
          return waiting ? giveFile(problemsFile(waiting, ask.language)) : say(settledCard(ask))
        }),
    }),
    'trainings.plan-template': action({
      effect: 'reads',
      permission: officer,
      data: z.object({}),
      handle: async (ask) => giveFile(await templateFile(ask.language)),
    }),
  }
  const files: Feature['files'] = [{ permission: officer, takes: looksLikePlan, handle: take }]
  const home = (ask: Ask) => inTransaction(core.db, (tx) => imports.home(tx, ask))
  return { actions, files, home }
}

const severities = { error: 0, warning: 1, info: 2 } as const
const bySeverity = (a: PlanProblem, b: PlanProblem) =>
  severities[a.severity] - severities[b.severity] || (a.row ?? 0) - (b.row ?? 0)

const countsOf = ({ compared }: Waiting) => {
  const count = (kind: string) => compared.courses.filter((course) => course.kind === kind).length
  const live = compared.courses.filter(({ kind }) => kind === 'new' || kind === 'changed')
  return {
    new: count('new'),
    changed: count('changed'),
    same: count('same'),
    blocked: count('blocked'),
    freshSessions: live.flatMap(({ sessions }) => sessions).filter(({ session }) => session === null).length,
    movedSessions: live.flatMap(({ sessions }) => sessions).filter(({ session }) => session !== null).length,
  }
}

const shownProblems = 8

function previewCard(id: number, waiting: Waiting, language: Language, stale = false): Card {
  const t = textsIn(language).preview
  const counts = countsOf(waiting)
  const errors = waiting.problems.filter(({ severity }) => severity === 'error')
  const warnings = waiting.problems.filter(({ severity }) => severity === 'warning')
  const rowOf = (problem: PlanProblem): Row => ({
    text: [{ bold: t.row(problem.row, problem.column, problem.value) || t.severity[problem.severity] }],
    detail: problem.text[language],
  })
  const blocks: Block[] = [{ type: 'heading', text: t.heading }]
  if (stale) blocks.push({ type: 'text', text: [{ bold: t.stale }] })
  blocks.push(
    { type: 'context', text: t.file(waiting.fileName, waiting.rows) },
    {
      type: 'facts',
      facts: [
        { label: t.year, value: formatFiscalYear(waiting.fiscalYear, language) },
        { label: t.new, value: String(counts.new) },
        { label: t.changed, value: String(counts.changed) },
        { label: t.same, value: String(counts.same) },
        ...(counts.blocked > 0 ? [{ label: t.blocked, value: String(counts.blocked) }] : []),
        { label: t.sessions, value: t.sessionCount(counts.freshSessions, counts.movedSessions) },
      ],
    },
  )
  for (const [found, words] of [
    [errors, t.errors(errors.length)],
    [warnings, t.warnings(warnings.length)],
  ] as const) {
    if (found.length === 0) continue
    const rows = found.slice(0, shownProblems).map(rowOf)
    if (found.length > shownProblems) rows.push({ text: t.more(found.length - shownProblems) })
    blocks.push({ type: 'text', text: words }, { type: 'list', rows })
  }
  const ready = counts.new + counts.changed > 0
  blocks.push({ type: 'context', text: ready ? t.fine : t.nothing })
  blocks.push({
    type: 'buttons',
    buttons: [
      ...(ready
        ? [
            {
              label: t.apply,
              style: 'primary',
              action: { id: 'trainings.import-apply', data: { id, mark: waiting.mark } },
              confirm: {
                title: t.applyTitle,
                text: t.applyText(counts.new, counts.changed),
                yes: t.yes,
                no: t.no,
              },
            } as const,
          ]
        : []),
      ...(waiting.problems.length > 0
        ? [{ label: t.problems, action: { id: 'trainings.import-problems', data: { id } } }]
        : []),
      { label: t.discard, action: { id: 'trainings.import-discard', data: { id } } },
    ],
  })
  return { summary: t.summary, blocks }
}

function plain(summary: string, language: Language): Card {
  const t = textsIn(language)
  return {
    summary,
    blocks: [
      { type: 'text', text: summary },
      { type: 'buttons', buttons: [{ label: t.back, action: openPlan() }] },
    ],
  }
}

function unreadableCard({ text }: Unreadable, fileName: string, language: Language): Card {
  const t = textsIn(language)
  return {
    summary: t.preview.unreadable,
    blocks: [
      { type: 'heading', text: t.preview.unreadable },
      { type: 'text', text: text[language] },
      { type: 'context', text: cutText(fileName, 200) },
      { type: 'buttons', buttons: [{ label: t.template, action: { id: 'trainings.plan-template' } }] },
    ],
  }
}

const problemsFile = ({ problems }: Waiting, language: Language): OutgoingFile => {
  const t = textsIn(language).preview
  return csvFile(`${t.problemsFile}.csv`, t.problemsComment, [
    t.problemColumns,
    ...problems.map(({ severity, row, column, value, text }) => [
      t.severity[severity],
      row,
      column,
      value,
      text[language],
    ]),
  ])
}

const templateRows: readonly (readonly [string, string, string])[] = [
  ['研修コード', 'K-101', 'K-101'],
  ['研修名', '新規採用職員研修', '新規採用職員研修'],
  ['種別', '階層別', '階層別'],
  ['ねらい', '市職員としての基本を身につける', ''],
  ['開催日', '2027/5/11', '2027/5/18'],
  ['時間', '9:00〜16:30', '9:00〜16:30'],
  ['会場', '第1研修室', '第1研修室'],
  ['定員', '30', '30'],
  ['受付開始', '2027/4/5', ''],
  ['受付終了', '2027/4/23', ''],
  ['受講期限', '', ''],
  ['承認', '不要', ''],
  ['必修', '○', ''],
  ['選考', '先着', ''],
  ['講師', '職員課', ''],
  ['資料', '', ''],
  ['復命', '', ''],
  ['アンケート', '○', ''],
  ['対象級', '', ''],
  ['対象年数', '1', ''],
  ['対象所属', '', ''],
  ['対象職種', '', ''],
  ['指名', '新規採用', ''],
]

/** The titles that are understood, and two rows that show how. Cells are text, so that dates stay as typed. */
async function templateFile(language: Language): Promise<OutgoingFile> {
  const t = textsIn(language)
  const text = (value: string) => ({ value, type: String, format: '@' })
  const bytes = await writeWorkbook(
    [
      templateRows.map(([title]) => ({ ...text(title), fontWeight: 'bold' as const })),
      templateRows.map(([, first]) => text(first)),
      templateRows.map(([, , second]) => text(second)),
    ],
    { columns: templateRows.map(() => ({ width: 14 })), stickyRowsCount: 1 },
  ).toBuffer()
  return {
    name: t.templateName,
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    bytes: new Uint8Array(bytes),
    comment: t.templateComment,
  }
}
