// Applications that wait for somebody's yes, of whatever kind: one click each, and one select in which whoever cannot go
// is chosen, with a form that asks for the reason.
import type { ActionData, Block, Button, Card, Form, FormValues, Row } from '../../cards/card.ts'
import { cutText, normalise } from '../../kernel/words.ts'

/** Rows of one card; the next ones come up as these are settled. */
export const mostAsked = 10

/** What whoever declines may write to the person. */
const reasonLength = 200

export interface Asked {
  readonly id: number
  /** As it was when it was shown. */
  readonly version: number
  readonly text: string
  readonly detail?: string | undefined
  /** One yes, or several ways to say it. */
  readonly yes: readonly [Button, ...Button[]]
}

/** At most `mostAsked` are to be given; those with several ways to say yes stand below the others. */
export function askedBlocks(
  asked: readonly Asked[],
  decline: { readonly label: string; readonly action: string },
): Block[] {
  if (asked.length === 0) return []
  const rows = asked.flatMap(({ text, detail, yes: [button, ...others] }): Row[] =>
    others.length > 0 ? [] : [{ text, ...(detail && { detail }), button }],
  )
  const several = asked.flatMap(({ text, detail, yes }): Block[] =>
    yes.length > 1
      ? [
          { type: 'text', text: [{ bold: text }, ...(detail ? [`\n${detail}`] : [])] },
          { type: 'buttons', buttons: yes },
        ]
      : [],
  )
  return [
    ...(rows.length > 0 ? [{ type: 'list', rows } as const] : []),
    ...several,
    {
      type: 'select',
      label: decline.label,
      action: { id: decline.action, data: {} },
      options: asked.map(({ id, version, text }) => ({
        label: cutText(text, 75),
        value: `${id}:${version}`,
      })),
    },
  ]
}

/** Which one was chosen to be declined, and as it stood then; undefined: nothing that was offered. */
export function chosenIn(selected = ''): { readonly id: number; readonly version: number } | undefined {
  const [id, version] = /^\d{1,9}:\d{1,9}$/.test(selected) ? selected.split(':').map(Number) : []
  return id && version ? { id, version } : undefined
}

/** The reason as written; '' where there is none. */
export const reasonIn = ({ reason }: FormValues): string =>
  typeof reason === 'string' ? cutText(normalise(reason), reasonLength) : ''

export const declineForm = (
  form: { readonly id: string; readonly data: ActionData },
  texts: {
    readonly title: string
    readonly submit: string
    readonly cancel: string
    readonly intro: string
    readonly reason: string
    readonly hint?: string
  },
): Form => ({
  ...form,
  title: texts.title,
  submit: texts.submit,
  cancel: texts.cancel,
  intro: texts.intro,
  fields: [
    {
      type: 'text',
      name: 'reason',
      label: texts.reason,
      ...(texts.hint && { hint: texts.hint }),
      multiline: true,
      maxLength: reasonLength,
    },
  ],
})

/** The card of whoever is asked. */
export const askedCard = (
  texts: { readonly title: string; readonly summary: string; readonly intro: string },
  lines: readonly string[],
  blocks: readonly Block[],
): Card => ({
  summary: texts.summary,
  blocks: [
    { type: 'heading', text: texts.title },
    ...lines.map((text): Block => ({ type: 'text', text })),
    { type: 'text', text: texts.intro },
    ...blocks,
  ],
})
