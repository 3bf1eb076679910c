// A list of staff numbers as it was understood: whom it means, what reaches nobody and what to do about it.
import type { Block, Card, Row } from '../../cards/card.ts'
import type { OutgoingFile } from '../../chat/chat.ts'
import { csvFile } from '../../chat/csv.ts'
import type { Unreadable } from '../../tables/read-problem.ts'
import type { ListProblem, Looked } from './list.ts'
import type { Broadcast } from './rules.ts'
import { textsIn } from './texts.ts'
import { deskPage, openOne } from './views-desk.ts'
import type { Reader } from './views-message.ts'

export const openList = (list: number) => ({ id: 'broadcasts.list', data: { list } })

const shownProblems = 8
/** Drafts in one select. */
const mostDrafts = 20

export interface ListState {
  readonly id: number
  /** '' where they were pasted. */
  readonly fileName: string
  readonly part: 'people' | 'except'
  readonly looked: Looked
  readonly all: number
  /** Into which draft they were pasted; null: of a file, one may be chosen. */
  readonly draft: Pick<Broadcast, 'id' | 'version' | 'title'> | null
  readonly drafts: readonly Pick<Broadcast, 'id' | 'version' | 'title'>[]
  readonly note?: string | undefined
}

function problemText(problem: ListProblem, { language }: Reader): string {
  const t = textsIn(language).list
  return problem.why === 'twice' ? t.why.twice(problem.first ?? problem.row) : t.why[problem.why]
}

export function listCard(state: ListState, reader: Reader): Card {
  const { language } = reader
  const t = textsIn(language)
  const { looked, draft, drafts, part } = state
  const { personIds, absent, problems } = looked
  const count = personIds.length
  const of = (why: ListProblem['why']) => problems.filter((problem) => problem.why === why).length
  const fact = (label: string, number: number) => (number > 0 ? [{ label, value: t.people(number) }] : [])
  const data = { list: state.id, count }
  const where = (problem: ListProblem) =>
    state.fileName === '' ? t.list.place(problem.row) : t.list.row(problem.row)
  const rows = problems.slice(0, shownProblems).map(
    (problem): Row => ({
      text: [{ bold: `${where(problem)}「${problem.number}」 ${t.list.whys[problem.why]}` }],
      detail: problemText(problem, reader),
    }),
  )
  if (problems.length > shownProblems) rows.push({ text: t.list.more(problems.length - shownProblems) })
  const blocks: Block[] = [
    { type: 'heading', text: t.list.heading },
    ...(state.note ? [{ type: 'text', text: [{ bold: state.note }] } as const] : []),
    { type: 'context', text: state.fileName || t.list.pasted },
    {
      type: 'facts',
      facts: [
        { label: t.list.read, value: t.list.numbers(state.all) },
        { label: part === 'people' ? t.list.meant : t.list.leftOut, value: t.people(count) },
        ...fact(t.list.absent, absent),
        ...(['unknown', 'left', 'outside', 'twice'] as const).flatMap((why) =>
          of(why) > 0 ? [{ label: t.list.whys[why], value: t.list.numbers(of(why)) }] : [],
        ),
      ],
    },
    ...(draft ? [{ type: 'text', text: t.list.of(draft.title) } as const] : []),
    ...(rows.length > 0 ? [{ type: 'list', rows } as const] : []),
    { type: 'context', text: count === 0 ? t.list.nobody : problems.length > 0 ? t.list.how : t.list.fine },
    ...(count > 0 && !draft && drafts.length > 0
      ? [
          {
            type: 'select',
            label: t.list.into,
            action: { id: 'broadcasts.list-into', data },
            options: drafts.slice(0, mostDrafts).map(({ id, version, title }) => ({
              label: title || t.desk.untitled,
              value: `${id}:${version}`,
            })),
          } as const,
        ]
      : []),
    {
      type: 'buttons',
      buttons: [
        ...(count > 0
          ? [
              draft
                ? ({
                    label: part === 'people' ? t.list.use(count) : t.list.useExcept(count),
                    action: {
                      id: 'broadcasts.list-use',
                      data: { ...data, broadcast: draft.id, version: draft.version },
                    },
                    style: 'primary',
                  } as const)
                : ({
                    label: t.list.write(count),
                    action: { id: 'broadcasts.list-write', data },
                    style: 'primary',
                  } as const),
            ]
          : []),
        ...(problems.length > 0
          ? [{ label: t.list.file, action: { id: 'broadcasts.list-problems', data: { list: state.id } } }]
          : []),
        { label: t.list.discard, action: { id: 'broadcasts.list-discard', data: { list: state.id } } },
      ],
    },
  ]
  return { summary: t.list.summary, language, blocks }
}

export function listGone({ language }: Reader, draft?: number): Card {
  const t = textsIn(language)
  const action = draft === undefined ? deskPage(1) : openOne(draft)
  return {
    summary: t.list.summary,
    language,
    blocks: [
      { type: 'text', text: t.list.settled },
      { type: 'buttons', buttons: [{ label: t.back, action }] },
    ],
  }
}

export const listUnreadable = (problem: Unreadable, name: string, { language }: Reader): Card => ({
  summary: textsIn(language).list.unreadable,
  language,
  blocks: [
    { type: 'heading', text: textsIn(language).list.unreadable },
    { type: 'text', text: problem.text[language] },
    { type: 'context', text: name },
  ],
})

/** What reaches nobody, to be mended where the list comes from. */
export function problemsFile(problems: readonly ListProblem[], reader: Reader): OutgoingFile {
  const t = textsIn(reader.language).list
  return csvFile(t.fileName, t.fileComment, [
    t.columns,
    ...problems.map((problem) => [
      String(problem.row),
      problem.number,
      t.whys[problem.why],
      problemText(problem, reader),
    ]),
  ])
}
