// Pure: what somebody's groupware has told, in a card. Times alone; nothing else is known.
import type { Block, Button, Card, Form } from '../../cards/card.ts'
import { formatDateTime, formatSpan } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import type { Own } from './repository.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

export const textsIn = (language: Language): typeof ja => (language === 'ja' ? ja : en)

type Problem = keyof (typeof ja)['problem']
export const problemIn = (problem: string, language: Language): string => {
  const words = textsIn(language).problem
  return Object.hasOwn(words, problem) ? words[problem as Problem] : words.unreadable
}

const shownTimes = 5

export interface Shown {
  readonly own: Own
  readonly zone: string
  /** Whether addresses are read here, or files alone. */
  readonly feeds: boolean
  readonly note?: string
  /** To whom invitations go, for whoever decides that. */
  readonly invited?: 'mail' | 'everyone' | 'nobody'
}

export function ownCard({ own, zone, feeds, note, invited }: Shown, language: Language): Card {
  const t = textsIn(language)
  const { sources, busy } = own
  const feed = sources.find(({ kind }) => kind === 'feed')
  const facts = sources.map(({ kind, problem, readAt }) => ({
    label: t[kind],
    value: [
      readAt ? t.readAt(formatDateTime(readAt, zone, language)) : problem ? '' : t.notYet,
      problem ? problemIn(problem, language) : '',
    ]
      .filter(Boolean)
      .join('\n'),
  }))
  const next = busy.slice(0, shownTimes).map(({ start, end }) => formatSpan(start, end, zone, language))
  const buttons: Button[] = [
    ...(feeds
      ? [
          {
            label: feed ? t.change : t.add,
            action: { id: 'groupware.address' },
            ...(!feed && { style: 'primary' as const }),
          },
        ]
      : []),
    ...(feed ? [{ label: t.again, action: { id: 'groupware.again' } }] : []),
    ...(sources.length > 0
      ? [
          {
            label: t.remove,
            action: { id: 'groupware.remove' },
            confirm: { title: t.removeTitle, text: t.removeText, yes: t.remove, no: t.no },
          },
        ]
      : []),
  ]
  const blocks: Block[] = [
    { type: 'heading', text: t.heading },
    ...(note ? [{ type: 'text', text: [{ bold: note }] } satisfies Block] : []),
    { type: 'text', text: t.intro },
    ...(facts.length > 0
      ? [
          { type: 'facts', facts } satisfies Block,
          { type: 'text', text: t.busy(busy.length) } satisfies Block,
          ...(next.length > 0
            ? [{ type: 'text', text: [{ bold: t.next }, `\n${next.join('\n')}`] } satisfies Block]
            : []),
          ...(feed ? [{ type: 'context', text: t.every } satisfies Block] : []),
        ]
      : [{ type: 'context', text: feeds ? t.how : t.howFile } satisfies Block]),
    ...(buttons.length > 0 ? [{ type: 'buttons', buttons } satisfies Block] : []),
    ...(invited
      ? [
          { type: 'divider' } satisfies Block,
          { type: 'heading', text: t.whom.heading } satisfies Block,
          { type: 'text', text: `${t.whom.intro}\n${t.whom.now[invited]}` } satisfies Block,
          {
            type: 'select',
            label: t.whom.choose,
            action: { id: 'groupware.invited' },
            selected: invited,
            options: (['mail', 'everyone', 'nobody'] as const).map((value) => ({
              label: t.whom.options[value],
              value,
            })),
          } satisfies Block,
        ]
      : []),
  ]
  return { language, summary: t.summary, blocks }
}

export function addressForm(language: Language): Form {
  const t = textsIn(language).form
  return {
    id: 'groupware.address',
    language,
    title: t.title,
    submit: t.submit,
    cancel: t.cancel,
    intro: textsIn(language).intro,
    fields: [{ type: 'text', name: 'url', label: t.url, hint: t.hint, maxLength: 2_000 }],
  }
}
