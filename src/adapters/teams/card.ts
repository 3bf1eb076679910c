// The subset of Adaptive Cards 1.5 that we emit, and what Teams adds to it (charts, mentions, the search of people).
// Types are inferred from the schema, so an element that is not here cannot be drawn.
// Sources: adaptivecards.io/explorer; learn.microsoft.com/microsoftteams/platform/task-modules-and-cards (November 2026).
import { z } from 'zod'
import { isBlank } from '../../cards/fit.ts'
import { teamsLimits as limits } from '../../cards/limits.ts'
import { actionSchema, formSchema } from '../codec.ts'

const filled = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => !isBlank(text), 'A text with nothing to see')
const id = z.string().min(1).max(300)
const title = filled(limits.label)
const spacing = z.enum(['None', 'Small', 'Default', 'Medium']).optional()
const placed = { spacing, separator: z.boolean().optional() }

const execute = z.strictObject({
  type: z.literal('Action.Execute'),
  title,
  verb: z.string().min(1),
  /** Inputs that a card holds are merged into this on the way back; ours lies under names that none has. */
  data: z.union([
    z.strictObject({ action: actionSchema, input: id.optional() }),
    z.strictObject({ form: formSchema }),
    z.strictObject({ cancel: z.literal(true) }),
  ]),
  style: z.enum(['default', 'positive', 'destructive']).optional(),
  associatedInputs: z.enum(['auto', 'none']),
})
const submit = z.strictObject({
  type: z.literal('Action.Submit'),
  title,
  data: z.union([
    z.strictObject({ form: formSchema }),
    z.strictObject({ action: actionSchema, msteams: z.strictObject({ type: z.literal('task/fetch') }) }),
  ]),
  style: z.enum(['default', 'positive', 'destructive']).optional(),
  associatedInputs: z.enum(['auto', 'none']),
})
const openUrl = z.strictObject({
  type: z.literal('Action.OpenUrl'),
  title,
  url: z.string().regex(/^https?:\/\//),
})
const toggle = z.strictObject({
  type: z.literal('Action.ToggleVisibility'),
  title,
  style: z.enum(['default', 'positive', 'destructive']).optional(),
  targetElements: z.array(id).length(1),
})
const action = z.discriminatedUnion('type', [execute, submit, openUrl, toggle])

const textBlock = z.strictObject({
  type: z.literal('TextBlock'),
  /** Markdown: people's text is escaped in it. */
  text: filled(limits.text * 2),
  wrap: z.literal(true),
  size: z.enum(['Small', 'Default', 'Medium', 'Large']).optional(),
  weight: z.enum(['Bolder']).optional(),
  style: z.enum(['heading']).optional(),
  isSubtle: z.literal(true).optional(),
  ...placed,
})
const textRun = z.strictObject({
  type: z.literal('TextRun'),
  /** Never markdown. */
  text: z
    .string()
    .min(1)
    .max(limits.text * 2),
  weight: z.enum(['Bolder']).optional(),
  size: z.enum(['Small']).optional(),
  isSubtle: z.literal(true).optional(),
  color: z.enum(['Warning']).optional(),
  selectAction: z
    .strictObject({ type: z.literal('Action.OpenUrl'), url: z.string().regex(/^https?:\/\//) })
    .optional(),
})
const richTextBlock = z.strictObject({
  type: z.literal('RichTextBlock'),
  inlines: z.array(textRun).min(1),
  ...placed,
})
const actionSet = z.strictObject({
  type: z.literal('ActionSet'),
  actions: z.array(action).min(1).max(limits.actionsInSet),
  ...placed,
})

const choice = z.strictObject({ title: filled(limits.label), value: z.string().min(1) })
const asked = {
  id,
  label: filled(limits.label),
  isRequired: z.boolean().optional(),
  errorMessage: filled(limits.label).optional(),
  ...placed,
}
const inputs = [
  z.strictObject({
    type: z.literal('Input.Text'),
    ...asked,
    isMultiline: z.literal(true).optional(),
    maxLength: z.number().int().min(1).optional(),
    placeholder: filled(limits.label).optional(),
    value: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('Input.Number'),
    ...asked,
    min: z.number().optional(),
    max: z.number().optional(),
    value: z.number().optional(),
  }),
  z.strictObject({ type: z.literal('Input.Date'), ...asked, value: z.iso.date().optional() }),
  z.strictObject({
    type: z.literal('Input.Time'),
    ...asked,
    value: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
      .optional(),
  }),
  z.strictObject({
    type: z.literal('Input.ChoiceSet'),
    ...asked,
    style: z.enum(['compact', 'expanded', 'filtered']),
    isMultiSelect: z.literal(true).optional(),
    wrap: z.literal(true).optional(),
    choices: z.array(choice),
    'choices.data': z
      .strictObject({ type: z.literal('Data.Query'), dataset: z.string().regex(/^people\//) })
      .optional(),
    placeholder: filled(limits.label).optional(),
    value: z.string().optional(),
  }),
] as const

/** Meanings as Teams' chart colours: never its red. */
const color = z.enum(['good', 'warning', 'neutral', 'categoricalBlue'])
const charts = [
  z.strictObject({
    type: z.literal('Chart.Donut'),
    title: filled(limits.label),
    data: z
      .array(z.strictObject({ legend: z.string().min(1), value: z.number().nonnegative(), color }))
      .min(1),
    /** Clients without charts show the words that follow anyway. */
    fallback: z.literal('drop'),
    ...placed,
  }),
  z.strictObject({
    type: z.enum(['Chart.HorizontalBar', 'Chart.VerticalBar']),
    title: filled(limits.label),
    data: z.array(z.strictObject({ x: z.string().min(1), y: z.number(), color })).min(1),
    fallback: z.literal('drop'),
    ...placed,
  }),
] as const

const simple = z.discriminatedUnion('type', [textBlock, richTextBlock, actionSet, ...inputs, ...charts])
const column = z.strictObject({
  type: z.literal('Column'),
  width: z.union([z.enum(['stretch', 'auto']), z.number()]),
  items: z.array(simple).min(1),
  verticalContentAlignment: z.enum(['Center']).optional(),
})
const columnSet = z.strictObject({ type: z.literal('ColumnSet'), columns: z.array(column).min(1), ...placed })
const container = z.strictObject({
  type: z.literal('Container'),
  id: id.optional(),
  isVisible: z.literal(false).optional(),
  style: z.enum(['emphasis']).optional(),
  items: z.array(simple).min(1),
  ...placed,
})
const element = z.discriminatedUnion('type', [...simple.options, columnSet, container])

const mention = z.strictObject({
  type: z.literal('mention'),
  text: z.string().regex(/^<at>[^<>]+<\/at>$/),
  mentioned: z.strictObject({ id: z.string().min(1), name: z.string().min(1) }),
})

export type Run = z.infer<typeof textRun>
export type Simple = z.infer<typeof simple>
export type Element = z.infer<typeof element>
export type Action = z.infer<typeof action>
export type Mention = z.infer<typeof mention>
export type Input = z.infer<(typeof inputs)[number]>

/** Everything of one kind, however deep. */
export function all(value: unknown, type: RegExp): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap((each) => all(each, type))
  if (typeof value !== 'object' || value === null) return []
  const found = value as Record<string, unknown>
  return [
    ...(typeof found.type === 'string' && type.test(found.type) ? [found] : []),
    ...Object.values(found).flatMap((each) => all(each, type)),
  ]
}

export const cardSchema = z
  .strictObject({
    type: z.literal('AdaptiveCard'),
    $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
    version: z.literal('1.5'),
    body: z.array(element).min(1),
    actions: z.array(action).min(1).max(limits.actionsInSet).optional(),
    fallbackText: z.string().min(1),
    msteams: z.strictObject({ width: z.literal('Full'), entities: z.array(mention).optional() }),
  })
  .superRefine((card, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message })
    const size = JSON.stringify(card).length
    if (size > limits.cardCharacters) refuse(`${size} characters, more than ${limits.cardCharacters}`)
    const ids = all(card.body, /^(Input\.|Container)/).flatMap((each) =>
      each.id === undefined ? [] : [each.id],
    )
    if (new Set(ids).size < ids.length) refuse('An id is used twice')
    for (const each of all(card, /^Action\.ToggleVisibility$/)) {
      const targets = each.targetElements as string[]
      if (!targets.every((target) => ids.includes(target))) refuse('Something is toggled that is not there')
    }
    const named = new Set(card.msteams.entities?.map((each) => each.text))
    const texts = all(card.body, /^TextBlock$/).map((each) => String(each.text))
    const tags = texts.flatMap((text) => text.match(/<[^>]*>/g) ?? [])
    if (!texts.every((text) => (text.match(/<at>[^<]*<\/at>/g) ?? []).every((tag) => named.has(tag)))) {
      refuse('A mention of nobody')
    }
    if (tags.some((tag) => tag !== '<at>' && tag !== '</at>')) refuse('A tag other than a mention')
  })

const attachment = z.strictObject({
  contentType: z.literal('application/vnd.microsoft.card.adaptive'),
  content: cardSchema,
})

export const activitySchema = z
  .strictObject({
    type: z.literal('message'),
    summary: filled(limits.summary),
    attachments: z.array(attachment).length(1),
  })
  .refine((activity) => JSON.stringify(activity).length * 2 <= limits.messageBytes, 'Larger than Teams takes')

/** What `task/fetch` and a mended `task/submit` are answered with, as their `value`. */
export const dialogSchema = z.strictObject({
  title: filled(limits.label),
  width: z.literal('medium'),
  height: z.literal('large'),
  card: attachment,
})

/** The answer to `application/search`. */
export const searchResponseSchema = z.strictObject({
  type: z.literal('application/vnd.microsoft.search.searchResponse'),
  statusCode: z.literal(200),
  value: z.strictObject({ results: z.array(choice).max(limits.searchResults) }),
})

export type AdaptiveCard = z.infer<typeof cardSchema>
export type Activity = z.infer<typeof activitySchema>
export type Dialog = z.infer<typeof dialogSchema>
