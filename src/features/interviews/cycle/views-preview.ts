import type { Block, Card } from '../../../cards/card.ts'
import type { Language } from '../../../kernel/language.ts'
import { type ExemptReason, exemptReasons } from './participation.ts'
import type { Preview } from './preview.ts'
import type { CyclePlan } from './repository.ts'
import type { CycleProblem } from './rules.ts'
import { button, named, noteBlocks, paged, texts } from './views-common.ts'
import { problemBlocks } from './views-cycle.ts'

export interface PreviewShown {
  readonly cycle: CyclePlan
  readonly preview: Preview
  readonly problems: readonly CycleProblem[]
  readonly page: number
  /** HR of the whole city: may fill gaps and start. */
  readonly whole: boolean
  readonly note?: string
}

/** Exact figures before the start (and after it): in all, by section, who is left out, where an evaluator is missing. */
export function previewCard(shown: PreviewShown, language: Language): Card {
  const { cycle, preview } = shown
  const t = texts(language)
  const p = t.preview
  const page = paged(preview.sections, shown.page, language, (to) => ({
    id: 'interviews.cycle-preview',
    data: { cycle: cycle.id, page: to },
  }))
  const orNone = (count: number) => (count === 0 ? p.none : p.count(count))
  return {
    language,
    summary: p.summary(named(cycle, language)),
    blocks: [
      ...noteBlocks(shown.note),
      { type: 'heading', text: p.heading(named(cycle, language)) },
      ...(shown.whole ? [] : [{ type: 'context' as const, text: p.part }]),
      {
        type: 'facts',
        facts: [
          { label: p.people, value: p.peopleValue(preview.people, preview.interviews) },
          ...(preview.onLeave > 0 ? [{ label: p.onLeave, value: p.onLeaveValue(preview.onLeave) }] : []),
          { label: p.exempt, value: exemptText(preview, language) },
          { label: p.without, value: orNone(preview.withoutEvaluator.length) },
          { label: p.absent, value: orNone(preview.absentEvaluators.length) },
        ],
      },
      ...(preview.namedLater.length > 0
        ? [{ type: 'context' as const, text: p.namedLater(preview.namedLater.length) }]
        : []),
      ...(preview.sections.length > 0
        ? [
            {
              type: 'text' as const,
              text: [
                p.sections,
                ...page.items.map(
                  (section) => `・${p.sectionLine(section.name, section.people, section.interviews)}`,
                ),
              ].join('\n'),
            },
          ]
        : []),
      ...page.blocks,
      ...(cycle.status === 'draft' ? problemBlocks(shown.problems, language) : []),
      ...actionBlocks(shown, language),
    ],
  }
}

function exemptText(preview: Preview, language: Language): string {
  const t = texts(language).preview
  if (preview.exempt.length === 0) return t.none
  const count = (reason: ExemptReason) => preview.exempt.filter((one) => one.reason === reason).length
  const parts = exemptReasons
    .filter((reason) => count(reason) > 0)
    .map((reason) => t.reasonCount(t.reasons[reason], count(reason)))
  return t.exemptValue(preview.exempt.length, parts)
}

function actionBlocks({ cycle, preview, problems, whole }: PreviewShown, language: Language): Block[] {
  const t = texts(language)
  const id = { cycle: cycle.id, page: 0 }
  const lists = [
    ...(preview.withoutEvaluator.length > 0 ? [button(t.preview.gaps, 'cycle-gaps', id)] : []),
    ...(preview.absentEvaluators.length > 0 ? [button(t.preview.absentees, 'cycle-absent', id)] : []),
    ...(preview.exempt.length > 0 ? [button(t.preview.exemptList, 'cycle-left-out', id)] : []),
  ]
  const canStart = whole && cycle.status === 'draft' && !problems.some((one) => one.blocks)
  const start =
    canStart && preview.interviews > 0
      ? [
          button(
            t.preview.start,
            'cycle-start',
            { cycle: cycle.id, seen: cycle.seen },
            {
              style: 'primary',
              confirm: t.preview.confirmStart(
                preview.people,
                preview.interviews,
                preview.withoutEvaluator.length,
              ),
            },
          ),
        ]
      : []
  return [
    ...(preview.interviews === 0 ? [{ type: 'text' as const, text: t.preview.nobody }] : []),
    ...(lists.length > 0 ? [{ type: 'buttons' as const, buttons: lists }] : []),
    { type: 'buttons', buttons: [...start, button(t.step.back, 'cycle', { cycle: cycle.id })] },
  ]
}

export interface PersonLine {
  readonly personId: number
  /** 「佐藤 三郎（税務課）」 */
  readonly shown: string
  readonly detail?: string
}

type ListKind = 'gaps' | 'absent' | 'left-out'

/** People without an evaluator, evaluators who are away, or people left out: one page of them. */
export function peopleCard(
  kind: ListKind,
  cycle: CyclePlan,
  people: readonly PersonLine[],
  page: number,
  whole: boolean,
  language: Language,
  note?: string,
): Card {
  const t = texts(language)
  const words = { gaps: t.gaps, absent: t.absent, 'left-out': t.exemptList }[kind]
  const pages = paged(people, page, language, (to) => ({
    id: `interviews.cycle-${kind}`,
    data: { cycle: cycle.id, page: to },
  }))
  const fill = (personId: number) => {
    const data = { cycle: cycle.id, person: personId }
    if (!whole || kind === 'left-out') return {}
    return {
      button: kind === 'gaps' ? button(t.gaps.fill, 'gap', data) : button(t.absent.fill, 'deputy', data),
    }
  }
  return {
    language,
    summary: words.summary,
    blocks: [
      ...noteBlocks(note),
      { type: 'heading', text: words.heading },
      people.length === 0
        ? { type: 'text', text: words.none }
        : {
            type: 'list',
            rows: pages.items.map((person) => ({
              text: person.shown,
              ...(person.detail && { detail: person.detail }),
              ...fill(person.personId),
            })),
          },
      ...pages.blocks,
      {
        type: 'buttons',
        buttons: [
          ...(kind === 'gaps' && people.length > 1
            ? [
                {
                  label: t.gaps.bySection,
                  action: { id: 'intake.run', data: { command: 'staff-list.gaps' } },
                },
              ]
            : []),
          button(t.cycle.preview, 'cycle-preview', { cycle: cycle.id, page: 0 }),
        ],
      },
    ],
  }
}
