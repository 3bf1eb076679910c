// 開示の日: that results were disclosed, until when and where a complaint may be made. What they say is nobody's here.
import type { Card } from '../../../cards/card.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { DueNotice, Part, Recipient } from '../../../delivery/notice.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Core } from '../../feature.ts'
import type { FeaturePart } from '../../together.ts'
import { openAction } from '../booking/show.ts'
import { nameOf } from '../booking/texts.ts'
import { type Disclosure, disclosures } from '../disclosure.ts'
import { loadInterviews } from '../load.ts'
import type { Interview } from '../state.ts'
import { concerned, disclosedKind, planDisclosures, stepOfSubject } from './plan.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

const shownAtMost = 8

export const disclosed = (core: Core): FeaturePart => ({
  notices: [
    {
      kind: disclosedKind,
      priority: 2,
      ifUnknown: 'repeat',
      hours: 'working',
      draw: (tx, notices, to, now) => draw(core, tx, notices, to, now),
    },
  ],
  on: async (event, tx, now) => {
    if (event.type === 'day-opened') await planDisclosures(core, tx, now)
  },
})

async function draw(
  core: Core,
  tx: Tx,
  notices: readonly DueNotice[],
  to: Recipient,
  now: Temporal.Instant,
): Promise<Part | null> {
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const steps = notices.map(({ subject }) => stepOfSubject(subject))
  const mine = await loadInterviews(
    tx,
    {
      personId: to.id,
      status: concerned,
      step: { id: { in: steps }, status: 'open', cycle: { status: { in: ['open', 'closed'] } } },
    },
    today,
  )
  const shown = await disclosures(
    tx,
    mine.map((each) => each.step?.disclosedOn),
  )
  // Once for each step, however many posts somebody has.
  const rows = new Map<number, { interview: Interview; disclosure: Disclosure }>()
  for (const interview of mine) {
    const on = interview.step?.disclosedOn
    if (!on || !shown || !interview.step || rows.has(interview.step.id)) continue
    const disclosure = shown(on)
    const over = Temporal.PlainDate.compare(disclosure.until, today) < 0
    if (Temporal.PlainDate.compare(on, today) <= 0 && !over)
      rows.set(interview.step.id, { interview, disclosure })
  }
  const obsolete = notices.flatMap(({ id, subject }) => (rows.has(stepOfSubject(subject)) ? [] : [id]))
  if (rows.size === 0) return null
  return { ...disclosedPart([...rows.values()], to.language), obsolete }
}

export function disclosedPart(
  rows: readonly { readonly interview: Interview; readonly disclosure: Disclosure }[],
  language: Language,
): Pick<Card, 'summary' | 'blocks'> {
  const t = language === 'ja' ? ja : en
  const [first] = rows
  return {
    summary: t.summary,
    blocks: [
      { type: 'text', text: t.opening },
      {
        type: 'list',
        rows: rows.slice(0, shownAtMost).map(({ interview, disclosure: { disclosedOn, until, desk } }) => ({
          text: t.row(
            nameOf(interview, language),
            (language === 'ja' ? interview.cycle?.name : interview.cycle?.nameEn || interview.cycle?.name) ??
              '',
          ),
          detail: t.detail(formatDate(disclosedOn, language), formatDate(until, language), desk[language]),
        })),
      },
      { type: 'context', text: t.close },
      ...(first
        ? [
            {
              type: 'buttons' as const,
              buttons: [{ label: t.open, action: openAction(first.interview.id) }],
            },
          ]
        : []),
    ],
  }
}
