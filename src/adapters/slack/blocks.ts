// Every Block Kit object that we emit, with Slack's limits: the schema that our tests hold each message, modal and Home
// against. Types are inferred from it, so a block that is not here cannot be drawn.
// Sources: docs.slack.dev/reference/block-kit/blocks, …/block-elements, …/composition-objects (November 2026).
import { z } from 'zod'
import { isBlank } from '../../cards/fit.ts'
import { slackLimits as limits } from '../../cards/limits.ts'

const filled = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => !isBlank(text), 'Slack refuses an empty text')
const id = z.string().min(1).max(limits.id)
const url = z
  .string()
  .max(limits.url)
  .regex(/^https?:\/\//)

const plain = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: filled(max), emoji: z.literal(false) })
/** Only for texts proven free of markup; `verbatim` keeps Slack from making links of names and channels. */
const mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: filled(max), verbatim: z.literal(true) })
const text = (max: number) => z.discriminatedUnion('type', [plain(max), mrkdwn(max)])

const confirm = z.strictObject({
  title: plain(limits.confirmTitle),
  text: plain(limits.confirmText),
  confirm: plain(limits.confirmButton),
  deny: plain(limits.confirmButton),
})

const button = z.strictObject({
  type: z.literal('button'),
  text: plain(limits.buttonText),
  action_id: id,
  value: z.string().min(1).max(limits.buttonValue).optional(),
  url: url.optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: confirm.optional(),
})

const option = z.strictObject({
  text: plain(limits.optionText),
  value: z.string().min(1).max(limits.optionValue),
})
const optionList = z.array(option).min(1).max(limits.options)
const optionGroup = z.strictObject({ label: plain(limits.optionText), options: optionList })
const choices = {
  options: optionList.optional(),
  option_groups: z.array(optionGroup).min(1).max(limits.optionGroups).optional(),
}
const placeholder = plain(limits.placeholder).optional()

const staticSelect = z.strictObject({
  type: z.literal('static_select'),
  action_id: id,
  ...choices,
  initial_option: option.optional(),
  placeholder,
})
const multiStaticSelect = z.strictObject({
  type: z.literal('multi_static_select'),
  action_id: id,
  ...choices,
  initial_options: z.array(option).min(1).optional(),
  placeholder,
})
const externalSelect = z.strictObject({
  type: z.literal('external_select'),
  action_id: id,
  min_query_length: z.number().int().min(1),
  initial_option: option.optional(),
  placeholder,
})
const checkboxes = z.strictObject({
  type: z.literal('checkboxes'),
  action_id: id,
  options: z.array(option).min(1).max(limits.checkboxes),
  initial_options: z.array(option).min(1).optional(),
})
const textInput = z.strictObject({
  type: z.literal('plain_text_input'),
  action_id: id,
  multiline: z.boolean().optional(),
  initial_value: z.string().max(limits.inputText).optional(),
  max_length: z.number().int().min(1).max(limits.inputText).optional(),
  placeholder,
})
const numberInput = z.strictObject({
  type: z.literal('number_input'),
  action_id: id,
  is_decimal_allowed: z.boolean(),
  initial_value: z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .optional(),
  min_value: z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .optional(),
  max_value: z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .optional(),
})
const datePicker = z.strictObject({
  type: z.literal('datepicker'),
  action_id: id,
  initial_date: z.iso.date().optional(),
})
const timePicker = z.strictObject({
  type: z.literal('timepicker'),
  action_id: id,
  initial_time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .optional(),
})

const richStyle = z.strictObject({ bold: z.literal(true) }).optional()
const richInline = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1), style: richStyle }),
  z.strictObject({ type: z.literal('link'), url, text: z.string().min(1) }),
  z.strictObject({ type: z.literal('user'), user_id: z.string().regex(/^[UW][A-Z0-9]+$/) }),
])
const richText = z.strictObject({
  type: z.literal('rich_text'),
  block_id: id,
  elements: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('rich_text_section'), elements: z.array(richInline).min(1) }),
        z.strictObject({ type: z.literal('rich_text_preformatted'), elements: z.array(richInline).min(1) }),
      ]),
    )
    .min(1),
})

const label = z.string().min(1).max(limits.chartLabel)
const point = z.strictObject({ label, value: z.number() })
/** docs.slack.dev/reference/block-kit/blocks/data-visualization-block, new in June 2026. */
const dataVisualization = z.strictObject({
  type: z.literal('data_visualization'),
  block_id: id,
  title: filled(limits.chartTitle),
  chart: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('pie'),
      segments: z
        .array(z.strictObject({ label, value: z.number().positive() }))
        .min(1)
        .max(limits.chartSegments),
    }),
    z
      .strictObject({
        type: z.literal('bar'),
        series: z
          .array(z.strictObject({ name: label, data: z.array(point).min(1).max(limits.chartPoints) }))
          .min(1)
          .max(limits.chartSeries),
        axis_config: z.strictObject({ categories: z.array(label).min(1).max(limits.chartPoints) }),
      })
      .refine(
        ({ series, axis_config }) =>
          new Set(axis_config.categories).size === axis_config.categories.length &&
          series.every(({ data }) => data.every((each, at) => each.label === axis_config.categories[at])),
        'Every series has exactly one point for each category',
      ),
  ]),
})

const header = z.strictObject({ type: z.literal('header'), block_id: id, text: plain(limits.header) })
const section = z.strictObject({
  type: z.literal('section'),
  block_id: id,
  text: text(limits.text),
  accessory: z.discriminatedUnion('type', [button, staticSelect]).optional(),
})
const actions = z.strictObject({
  type: z.literal('actions'),
  block_id: id,
  elements: z.array(button).min(1).max(limits.actionElements),
})
const context = z.strictObject({
  type: z.literal('context'),
  block_id: id,
  elements: z.array(text(limits.contextText)).min(1).max(limits.contextElements),
})
const divider = z.strictObject({ type: z.literal('divider'), block_id: id })
const input = z.strictObject({
  type: z.literal('input'),
  block_id: id,
  label: plain(limits.label),
  hint: plain(limits.hint).optional(),
  optional: z.boolean(),
  element: z.discriminatedUnion('type', [
    textInput,
    numberInput,
    datePicker,
    timePicker,
    staticSelect,
    multiStaticSelect,
    externalSelect,
    checkboxes,
  ]),
})

const messageBlock = z.discriminatedUnion('type', [
  header,
  section,
  actions,
  context,
  divider,
  richText,
  dataVisualization,
])
/** Charts are documented for messages only; Home and modals draw them as text. */
const homeBlock = z.discriminatedUnion('type', [header, section, actions, context, divider, richText])
const modalBlock = z.discriminatedUnion('type', [section, richText, input])

export type SlackText = z.infer<ReturnType<typeof text>>
export type SlackPlain = z.infer<ReturnType<typeof plain>>
export type SlackButton = z.infer<typeof button>
export type SlackOption = z.infer<typeof option>
export type SlackInput = z.infer<typeof input>
export type SlackInline = z.infer<typeof richInline>
export type SlackChart = z.infer<typeof dataVisualization>
export type SlackBlock = z.infer<typeof messageBlock>

type AnyBlock = z.infer<typeof messageBlock> | z.infer<typeof modalBlock>

/** All characters of a block that Slack may count: every string in it but its own kind. */
export function charactersOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + charactersOf(each), 0)
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce(
    // Values of buttons and ids are not shown; they have limits of their own.
    (sum, [key, each]) =>
      ['type', 'value', 'action_id', 'block_id', 'url'].includes(key) ? sum : sum + charactersOf(each),
    0,
  )
}

const idsOf = (blocks: readonly AnyBlock[]): string[] =>
  blocks.flatMap((block) => {
    if (block.type === 'actions') return block.elements.map((each) => each.action_id)
    if (block.type === 'section') return block.accessory ? [block.accessory.action_id] : []
    return block.type === 'input' ? [block.element.action_id] : []
  })

/** What holds over all blocks together. */
const together = (maxCharacters: number) => (blocks: readonly AnyBlock[], context: z.RefinementCtx) => {
  const refuse = (message: string) => context.addIssue({ code: 'custom', message })
  const characters = charactersOf(blocks)
  if (characters > maxCharacters)
    refuse(`${characters} characters over all blocks, more than ${maxCharacters}`)
  const blockIds = blocks.map((block) => block.block_id)
  if (new Set(blockIds).size < blockIds.length) refuse('A block_id is used twice')
  const actionIds = idsOf(blocks)
  if (new Set(actionIds).size < actionIds.length) refuse('An action_id is used twice')
  const charts = blocks.filter((block) => block.type === 'data_visualization')
  if (charts.length > limits.charts) refuse(`More than ${limits.charts} charts`)
  for (const block of blocks) {
    const chooser =
      block.type === 'input' ? block.element : block.type === 'section' ? block.accessory : undefined
    if (chooser?.type !== 'static_select' && chooser?.type !== 'multi_static_select') continue
    if ((chooser.options === undefined) === (chooser.option_groups === undefined)) {
      refuse('A menu has either options or groups of them')
    }
    const offered = [
      ...(chooser.options ?? []),
      ...(chooser.option_groups ?? []).flatMap((each) => each.options),
    ]
    const chosen =
      chooser.type === 'static_select' ? [chooser.initial_option] : (chooser.initial_options ?? [])
    for (const each of chosen) {
      if (each && !offered.some((one) => one.value === each.value && one.text.text === each.text.text)) {
        refuse('What is chosen at first is not among the options')
      }
    }
  }
}

const metadata = z.strictObject({
  event_type: z.literal('hagukumi_message'),
  /** Any app of the workspace can read it: the outbox's opaque id and nothing else. */
  event_payload: z.strictObject({ token: z.string().min(1).max(200) }),
})

export const messageSchema = z.strictObject({
  text: filled(limits.text).refine((shown) => !/[<>]/.test(shown), 'Markup in the preview'),
  blocks: z
    .array(messageBlock)
    .min(1)
    .max(limits.messageBlocks)
    .superRefine(together(limits.messageCharacters)),
  metadata: metadata.optional(),
})

export const homeSchema = z.strictObject({
  type: z.literal('home'),
  blocks: z.array(homeBlock).min(1).max(limits.viewBlocks).superRefine(together(limits.viewCharacters)),
})

export const modalSchema = z.strictObject({
  type: z.literal('modal'),
  callback_id: id,
  title: plain(limits.modalTitle),
  submit: plain(limits.modalButton),
  close: plain(limits.modalButton),
  private_metadata: z.string().max(limits.privateMetadata),
  blocks: z.array(modalBlock).min(1).max(limits.viewBlocks).superRefine(together(limits.viewCharacters)),
})

/** `view_submission` answered with what to mend; the modal stays and keeps the input. */
export const fieldErrorsSchema = z.strictObject({
  response_action: z.literal('errors'),
  errors: z.record(id, filled(limits.hint)),
})

/** `block_suggestion` answered with people. */
export const suggestionsSchema = z.union([
  z.strictObject({ options: z.array(option).max(limits.options) }),
  z.strictObject({ option_groups: z.array(optionGroup).min(1).max(limits.optionGroups) }),
])

export type SlackMessage = z.infer<typeof messageSchema>
export type SlackHome = z.infer<typeof homeSchema>
export type SlackModal = z.infer<typeof modalSchema>
