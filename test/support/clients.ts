// People at a Slack and at a Teams client: what their client sends when they press, choose and submit what was
// rendered for them. Nothing here knows what is inside: it hands back what the clients hand back.
import type { SlackModal } from '../../src/adapters/slack/blocks.ts'
import { renderForm as slackForm } from '../../src/adapters/slack/form.ts'
import { parse as parseSlack } from '../../src/adapters/slack/parse.ts'
import { renderMessage as slackMessage } from '../../src/adapters/slack/render.ts'
import { all } from '../../src/adapters/teams/card.ts'
import { renderForm as teamsForm } from '../../src/adapters/teams/form.ts'
import { parse as parseTeams } from '../../src/adapters/teams/parse.ts'
import { renderMessage as teamsMessage } from '../../src/adapters/teams/render.ts'
import type { Card, Field, Form, FormValues } from '../../src/cards/card.ts'
import type { InboundEvent } from '../../src/chat/chat.ts'

/** What comes back over the wire is JSON, never our own objects. */
const wire = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value

export interface Client {
  readonly name: 'slack' | 'teams' | 'mail' | 'page'
  /** What pressing each button of the message sends, in their order; links send nothing to us. */
  presses(card: Card): unknown[]
  /** What choosing each option of each menu sends. */
  choices(card: Card): unknown[]
  /** What sending the form sends, by the labels that are offered for options. `at` picks among them. */
  submits(form: Form, typed: FormValues): unknown
  /** All that a person can read of the message, and what of it is markup. */
  reads(card: Card): {
    readonly text: string
    readonly markup: readonly string[]
    readonly mentions: readonly string[]
  }
  parse(payload: unknown): Promise<InboundEvent | undefined>
}

const noFile = () => Promise.reject(new Error('no file was expected'))

interface SlackMenu {
  options?: { value: string }[]
  option_groups?: { options: { value: string }[] }[]
}
const offered = (menu: SlackMenu) => [
  ...(menu.options ?? []),
  ...(menu.option_groups ?? []).flatMap((group) => group.options),
]

let triggers = 0
const blockAction = (action: object, blockId: string) => ({
  type: 'block_actions',
  team: { id: 'T1', domain: 'city' },
  user: { id: 'U1', name: 'tanaka', team_id: 'T1' },
  trigger_id: `1.2.${++triggers}`,
  container: { type: 'message', message_ts: '1700000000.000100', channel_id: 'D1', is_ephemeral: false },
  channel: { id: 'D1', name: 'directmessage' },
  actions: [{ block_id: blockId, action_ts: '1700000001.000200', ...action }],
})

const elementsOf = (card: Card) =>
  wire(slackMessage(card).blocks).flatMap((block) => {
    if (block.type === 'actions') return block.elements.map((element) => ({ element, block: block.block_id }))
    return block.type === 'section' && block.accessory
      ? [{ element: block.accessory, block: block.block_id }]
      : []
  })

type SlackElement = Extract<SlackModal['blocks'][number], { type: 'input' }>['element']

/** What Slack holds for an input after a person has filled it in, given the values that were meant. */
function slackAnswer(element: SlackElement, meant: FormValues[string] | undefined, field: Field): object {
  const texts = meant === undefined ? [] : typeof meant === 'string' ? [meant] : meant
  const at = (value: string) =>
    'options' in field ? field.options.findIndex((each) => each.value === value) : -1
  switch (element.type) {
    case 'plain_text_input':
    case 'number_input':
      return { type: element.type, value: texts[0] ?? null }
    case 'datepicker':
      return { type: element.type, selected_date: texts[0] ?? null }
    case 'timepicker':
      return { type: element.type, selected_time: texts[0] ?? null }
    case 'static_select':
      return {
        type: element.type,
        selected_option: texts[0] === undefined ? null : (offered(element)[at(texts[0])] ?? null),
      }
    case 'external_select':
      return { type: element.type, selected_option: texts[0] === undefined ? null : { value: texts[0] } }
    case 'multi_static_select':
    case 'checkboxes':
      return { type: element.type, selected_options: texts.map((value) => offered(element)[at(value)]) }
    default:
      return element satisfies never
  }
}

const strings = (value: unknown, keys: readonly string[]): string[] => {
  if (Array.isArray(value)) return value.flatMap((each) => strings(each, keys))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) =>
    typeof each === 'string' ? (keys.includes(key) ? [each] : []) : strings(each, keys),
  )
}

export const slack: Client = {
  name: 'slack',
  presses: (card) =>
    elementsOf(card).flatMap(({ element, block }) =>
      element.type === 'button' && element.url === undefined
        ? [blockAction({ type: 'button', action_id: element.action_id, value: element.value }, block)]
        : [],
    ),
  choices: (card) =>
    elementsOf(card).flatMap(({ element, block }) =>
      element.type === 'static_select'
        ? offered(element).map((option) =>
            blockAction(
              { type: 'static_select', action_id: element.action_id, selected_option: option },
              block,
            ),
          )
        : [],
    ),
  submits: (form, typed) => {
    const view = wire(slackForm(form, { conversation: 'D1', id: '1700000000.000100' }))
    const values = view.blocks.flatMap((block) => {
      const field = block.type === 'input' && form.fields.find((each) => each.name === block.block_id)
      return block.type === 'input' && field
        ? [
            [
              block.block_id,
              { [block.element.action_id]: slackAnswer(block.element, typed[field.name], field) },
            ],
          ]
        : []
    })
    return {
      type: 'view_submission',
      team: { id: 'T1' },
      user: { id: 'U1', team_id: 'T1' },
      trigger_id: `1.2.${++triggers}`,
      view: { ...view, id: 'V1', state: { values: Object.fromEntries(values) } },
    }
  },
  reads: (card) => {
    const message = wire(slackMessage(card))
    const mrkdwn = message.blocks.flatMap((block) => {
      const texts = block.type === 'section' ? [block.text] : block.type === 'context' ? block.elements : []
      return texts.flatMap((text) => (text.type === 'mrkdwn' ? [text.text] : []))
    })
    return {
      text: strings(message.blocks, ['text', 'label', 'name', 'title']).join('\n'),
      markup: [message.text, ...mrkdwn],
      mentions: strings(message.blocks, ['user_id']),
    }
  },
  parse: (payload) => parseSlack(payload, { readFile: noFile }),
}

let activities = 0
const invoke = (name: string, value: unknown) => ({
  type: 'invoke',
  name,
  id: `f:${++activities}`,
  value: wire(value),
  serviceUrl: 'https://smba.trafficmanager.net/jp/',
  locale: 'ja-JP',
  replyToId: '1700000000100',
  from: { id: '29:tanaka', aadObjectId: '00000000-0000-0000-0000-000000000001', name: '田中' },
  recipient: { id: '28:bot', name: 'はぐくみ' },
  conversation: { id: 'a:1', conversationType: 'personal', tenantId: 'tenant' },
  channelData: { tenant: { id: 'tenant' } },
})

interface TeamsMenu {
  id: string
  choices: { value: string }[]
}
const contentOf = (card: Card) => wire(teamsMessage(card)).attachments[0]?.content

export const teams: Client = {
  name: 'teams',
  presses: (card) =>
    all(contentOf(card), /^Action\.Execute$/).flatMap((action) =>
      (action.data as { input?: string }).input === undefined
        ? [invoke('adaptiveCard/action', { action })]
        : [],
    ),
  choices: (card) => {
    const content = contentOf(card)
    const menus = all(content, /^Input\.ChoiceSet$/) as unknown as TeamsMenu[]
    return all(content, /^Action\.Execute$/).flatMap((action) => {
      const data = action.data as { input?: string }
      const menu = menus.find((each) => each.id === data.input)
      return (menu?.choices ?? []).map((choice) =>
        invoke('adaptiveCard/action', {
          action: { ...action, data: { ...data, [menu?.id ?? '']: choice.value } },
          trigger: 'manual',
        }),
      )
    })
  },
  submits: (form, typed) => {
    const dialog = wire(teamsForm(form, { message: { conversation: 'a:1', id: '1700000000100' } }))
    const inputs = all(dialog.card.content, /^Input\./)
    const answers = form.fields.flatMap((field, at) => {
      const input = inputs[at]
      const meant = typed[field.name]
      if (!input || meant === undefined) return [[String(input?.id), '']]
      const written = (value: string) => {
        const index = 'options' in field ? field.options.findIndex((each) => each.value === value) : -1
        return (input.choices as TeamsMenu['choices'] | undefined)?.[index]?.value ?? value
      }
      return [[String(input.id), (typeof meant === 'string' ? [meant] : meant).map(written).join(',')]]
    })
    const [submit] = all(dialog.card.content, /^Action\.Submit$/)
    return invoke('task/submit', { data: { ...(submit?.data as object), ...Object.fromEntries(answers) } })
  },
  reads: (card) => {
    const content = contentOf(card)
    return {
      text: strings(content?.body, ['text', 'title', 'label', 'legend', 'x']).join('\n'),
      markup: all(content?.body, /^TextBlock$/).map((each) => String(each.text)),
      mentions: (content?.msteams.entities ?? []).map((each) => each.mentioned.id),
    }
  },
  parse: (payload) => parseTeams(payload, { readFile: noFile }),
}
