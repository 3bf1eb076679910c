import type { ActionData, Block } from '../../../cards/card.ts'
import type { Part } from '../../../delivery/notice.ts'
import { formatDate, formatDateTime } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Interview } from '../state.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

const texts = { ja, en }

/** 「中間面談」: the step's name, or what the interview is when it has none. */
export function interviewName(interview: Pick<Interview, 'kind' | 'step'>, language: Language): string {
  if (interview.step) return language === 'ja' ? interview.step.name : interview.step.nameEn
  return interview.kind === 'return' ? texts[language].return : texts[language].development
}

export interface ChangeShown {
  readonly interview: Interview
  /** Addressed as the reader would: 「山田課長」, 「佐藤さん」. */
  readonly person: string
  readonly conductor: string
  /** Start of the meeting that was taken back for it. */
  readonly takenBack: Temporal.Instant | null
}

const shownAtMost = 8

/** One message for all that changed: first what concerns the reader's own interviews, then whom they now see. */
export function changedPart(
  mine: readonly ChangeShown[],
  theirs: readonly ChangeShown[],
  zone: string,
  language: Language,
): Part {
  const t = texts[language].changed
  const blocks: Block[] = [{ type: 'text', text: t.opening }]
  for (const [conductor, changes] of Map.groupBy(mine, (change) => change.conductor)) {
    const names = texts[language].join([
      ...new Set(changes.map((change) => interviewName(change.interview, language))),
    ])
    blocks.push({ type: 'text', text: t.mine(names, conductor) })
    for (const { takenBack } of changes) {
      if (takenBack)
        blocks.push({ type: 'text', text: t.takenBack(formatDateTime(takenBack, zone, language)) })
    }
  }
  if (mine.length > 0) blocks.push({ type: 'context', text: t.nextForMe })
  if (theirs.length > 0) {
    blocks.push(
      { type: 'heading', text: t.theirs },
      {
        type: 'list',
        rows: theirs.slice(0, shownAtMost).map(({ person, interview }) => ({
          text: person,
          detail: t.theirsDetail(
            interviewName(interview, language),
            formatDate(interview.deadline, language),
          ),
        })),
      },
    )
    const more = theirs.length - shownAtMost
    blocks.push({
      type: 'context',
      text: more > 0 ? `${t.more(more)}\n${t.nextForConductor}` : t.nextForConductor,
    })
    const steps = new Set(theirs.map(({ interview }) => interview.step?.id))
    const [only] = steps
    const data: ActionData = steps.size === 1 && only !== undefined ? { step: only } : {}
    blocks.push({ type: 'buttons', buttons: [{ label: t.offer, action: { id: 'interviews.offer', data } }] })
  }
  return { summary: t.summary, blocks }
}

export interface ReleaseShown {
  readonly interview: Interview
  readonly startsAt: Temporal.Instant
  /** The other side, addressed. */
  readonly with: string
  readonly reason: 'conductor' | 'leave' | 'cancelled' | 'left'
}

/** Leave and departure of another person are not spelled out beyond what the reader must know. */
export function releasedPart(released: readonly ReleaseShown[], zone: string, language: Language): Part {
  const t = texts[language].released
  return {
    summary: t.summary,
    blocks: [
      { type: 'text', text: t.opening },
      {
        type: 'list',
        rows: released.slice(0, shownAtMost).map((one) => ({
          text: t.row(interviewName(one.interview, language), formatDateTime(one.startsAt, zone, language)),
          detail: t.detail(one.with, t.why[one.reason]),
        })),
      },
      ...(released.length > shownAtMost
        ? [{ type: 'context' as const, text: texts[language].changed.more(released.length - shownAtMost) }]
        : []),
      { type: 'context', text: t.close },
    ],
  }
}
