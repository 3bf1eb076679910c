import type { Action, ActionData, Block, Button, Card, Row } from '../../../cards/card.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Line, StepChoice } from './all-repository.ts'
import { pageOf, pageSize, turning } from './paging.ts'
import { type Moment, stateWords } from './state-words.ts'
import { countFacts } from './team.ts'
import { textsIn } from './texts.ts'
import type { Branch, Node } from './tree.ts'

const percent = (held: number, total: number) => (total > 0 ? Math.floor((held * 100) / total) : 0)

export const stepName = (step: StepChoice | undefined, language: Language): string =>
  step ? (language === 'ja' ? step.name : step.nameEn || step.name) : textsIn(language).individual

const cycleName = (step: StepChoice, language: Language): string =>
  language === 'ja' ? step.cycle : step.cycleEn || step.cycle

export interface Board {
  readonly node: Node
  readonly steps: readonly StepChoice[]
  /** 0: interviews without a step. */
  readonly step: number
  readonly attention: number
  readonly page: number
}

const at = (id: string, data: Action['data']): Action => ({ id, ...(data && { data }) })

/** HR's board at one place of the tree: figures, a chart with its numbers as text, and the sections below. */
export function boardCard(board: Board, language: Language): Card {
  const t = textsIn(language)
  const { node, steps, step, attention } = board
  const name = stepName(
    steps.find(({ id }) => id === step),
    language,
  )
  const { at: page } = pageOf(node.branches.length, board.page)
  const shown = node.branches.slice((page - 1) * pageSize, page * pageSize)
  const here: ActionData = node.section ? { section: node.section.id } : {}
  const label = ({ section, direct }: Branch) =>
    section ? (direct ? t.ownPeople(section.name) : section.name) : t.noSection
  const rows = shown.map((branch): Row => {
    const { held, booked, waiting, confirming, total } = branch.counts
    const id = branch.section?.id ?? 0
    return {
      text: label(branch),
      detail: t.rowDetail(held, booked, waiting, confirming, total),
      button: {
        label: t.look,
        action: branch.direct
          ? at('interviews.section', { step, section: id, page: 1 })
          : at('interviews.all', { step, section: id, page: 1 }),
      },
    }
  })
  const lines = shown.map((branch) => t.chartLine(label(branch), branch.counts.held, branch.counts.total))
  const { note, buttons } = turning(node.branches.length, page, language, (to) =>
    at('interviews.all', { step, ...here, page: to }),
  )
  const more: Button[] = [
    ...buttons,
    ...(attention > 0
      ? [{ label: t.attention(attention), action: at('interviews.attention', { page: 1 }) }]
      : []),
    ...(node.parent !== undefined
      ? [
          {
            label: t.up,
            action: at('interviews.all', { step, ...(node.parent && { section: node.parent.id }), page: 1 }),
          },
        ]
      : []),
    { label: t.export, action: at('interviews.export', { step }) },
  ]
  return {
    summary: t.allSummary,
    blocks: [
      { type: 'heading', text: node.section ? t.allTitleIn(name, node.section.name) : t.allTitle(name) },
      ...chooser(steps, step, language),
      ...(node.counts.total === 0
        ? [{ type: 'text', text: t.allNoneHere } as const]
        : [
            { type: 'text', text: t.rate(node.counts.held, node.counts.total) } as const,
            countFacts(node.counts, language),
            {
              type: 'chart',
              shape: 'bar',
              title: t.chartTitle,
              series: shown.map((branch) => ({
                label: label(branch),
                value: percent(branch.counts.held, branch.counts.total),
                tone: branch.counts.held === branch.counts.total ? ('good' as const) : ('waiting' as const),
              })),
              text: t.chartText(lines),
            } as const,
            { type: 'list', rows } as const,
          ]),
      ...note,
      { type: 'buttons', buttons: more },
    ],
  }
}

function chooser(steps: readonly StepChoice[], step: number, language: Language): Block[] {
  const t = textsIn(language)
  const options = [
    ...steps.map((each) => ({
      value: String(each.id),
      label: `${cycleName(each, language)} ${stepName(each, language)}`,
    })),
    { value: '0', label: t.individual },
  ]
  return options.length < 2
    ? []
    : [
        {
          type: 'select',
          label: t.stepSelect,
          action: at('interviews.all', { page: 1 }),
          options,
          selected: String(step),
        },
      ]
}

/** A page of people with their states; each leads to the person. */
export function peopleBlocks(
  lines: readonly Line[],
  total: number,
  page: number,
  moment: Moment,
  turn: (page: number) => Action,
  back: readonly Button[],
): Block[] {
  const t = textsIn(moment.language)
  const { note, buttons } = turning(total, page, moment.language, turn)
  const rows = lines.map((line): Row => {
    const conductors = line.conductors.length > 0 ? t.conductor(line.conductors.join('、')) : t.noConductor
    return {
      text: line.name,
      detail: `${stateWords(line, moment)} ${conductors}`,
      button: { label: t.look, action: { id: 'interviews.person', data: { person: line.personId } } },
    }
  })
  const all = [...buttons, ...back]
  return [
    ...(rows.length > 0
      ? [{ type: 'list', rows } as const]
      : [{ type: 'text', text: t.allNoneHere } as const]),
    ...note,
    ...(all.length > 0 ? [{ type: 'buttons', buttons: all } as const] : []),
  ]
}

export interface PersonShown {
  readonly name: string
  readonly number: string
  readonly title: string
  readonly section: string
  readonly lines: readonly (Line & { readonly label: string })[]
  /** The cycle in which nobody conducts an interview of theirs, where the officer may name somebody. */
  readonly gap: { readonly cycle: number; readonly person: number } | null
}

/** The statuses of one person's interviews; never what was talked about. */
export function personCard(person: PersonShown, moment: Moment): Card {
  const { language } = moment
  const t = textsIn(language)
  const rows = person.lines.map((line): Row => {
    const conductors = line.conductors.length > 0 ? t.conductor(line.conductors.join('、')) : t.noConductor
    return {
      text: `${line.label} ${stateWords(line, moment)}`,
      detail: `${t.until(formatDate(line.deadline, language))} ${conductors}`,
    }
  })
  return {
    summary: t.allSummary,
    blocks: [
      { type: 'heading', text: t.personTitle(person.name) },
      { type: 'context', text: t.personMeta(person.number, person.section, person.title) },
      rows.length > 0 ? { type: 'list', rows } : { type: 'text', text: t.personNone },
      {
        type: 'buttons',
        buttons: [
          ...(person.gap
            ? [
                {
                  label: t.fillGap,
                  action: { id: 'interviews.gap', data: person.gap },
                  style: 'primary' as const,
                },
              ]
            : []),
          { label: t.back, action: { id: 'interviews.all', data: { page: 1 } } },
        ],
      },
    ],
  }
}

/** What HR might look at first, with how much of each there is. */
export function attentionCard(
  counts: { readonly gap: number; readonly unclear: number; readonly overdue: number },
  language: Language,
): Card {
  const t = textsIn(language)
  const row = (text: string, count: number, action: Action): Row[] =>
    count > 0 ? [{ text, detail: t.cases(count), button: { label: t.look, action } }] : []
  const rows = [
    ...row(t.gap, counts.gap, at('interviews.attention', { kind: 'gap', page: 1 })),
    ...row(t.unclear, counts.unclear, at('interviews.unclear', {})),
    ...row(t.overdue, counts.overdue, at('interviews.attention', { kind: 'overdue', page: 1 })),
  ]
  return {
    summary: t.attentionSummary,
    blocks: [
      { type: 'heading', text: t.attentionTitle },
      rows.length > 0 ? { type: 'list', rows } : { type: 'text', text: t.attentionNone },
      { type: 'buttons', buttons: [{ label: t.back, action: at('interviews.all', { page: 1 }) }] },
    ],
  }
}
