// What Teams sends, as events of ours. Everything is read through a schema; what is not ours, not for us or forged is
// no event. Verifying the token, the tenant and the serviceUrl is the transport's matter and comes before.
//
// Keys: the activity's id within its conversation. Teams gives every press and every message a new one and repeats it
// when it delivers an activity again. A search for people changes nothing: its key is what is asked.
import { z } from 'zod'
import type { FormValues } from '../../cards/card.ts'
import type { InboundEvent, MessageRef, Sender } from '../../chat/chat.ts'
import type { Language } from '../../kernel/language.ts'
import { actionSchema, formSchema, readOption } from '../codec.ts'

/** A file as Teams names it; the address lives for minutes. */
export interface TeamsFile {
  readonly name: string
  readonly url: string
}

export interface TeamsContext {
  readonly readFile: (file: TeamsFile) => Promise<Uint8Array>
}

const id = z.string().min(1).max(500)

const activity = z.object({
  type: z.string(),
  id: id.optional(),
  name: z.string().optional(),
  action: z.string().optional(),
  text: z.string().nullish(),
  value: z.unknown().optional(),
  locale: z.string().optional(),
  serviceUrl: z.string().optional(),
  replyToId: id.optional(),
  from: z.object({ id, aadObjectId: id.nullish() }),
  recipient: z.object({ id }).optional(),
  conversation: z.object({ id, conversationType: z.string().optional(), tenantId: id.optional() }),
  channelData: z.object({ tenant: z.object({ id }).optional() }).nullish(),
  entities: z.array(z.looseObject({ type: z.string() })).nullish(),
  attachments: z
    .array(z.object({ contentType: z.string(), name: z.string().nullish(), content: z.unknown().optional() }))
    .nullish(),
})
type Activity = z.infer<typeof activity>

const mention = z.object({
  type: z.literal('mention'),
  text: z.string().min(1),
  mentioned: z.object({ id }),
})
const download = z.object({ downloadUrl: z.url({ protocol: /^https?$/ }) })

/** Inputs lie beside our own data, each under "f." and its field's name, or under a menu's id. */
const sent = z.union([
  z.looseObject({ action: actionSchema, input: z.string().optional() }),
  z.looseObject({ form: formSchema }),
])
const execute = z.object({ action: z.object({ verb: z.string(), data: sent }) })
const task = z.object({ data: sent })
const search = z.object({
  queryText: z.string().default(''),
  dataset: z.string().regex(/^people\/[\w.:-]+\/.+$/),
})

/** Japanese unless the client says otherwise. */
export const languageOf = (locale: string | undefined): Language =>
  locale === undefined || /^ja\b/i.test(locale) ? 'ja' : 'en'

function senderOf(from: Activity): Sender | undefined {
  const tenant = from.channelData?.tenant?.id ?? from.conversation.tenantId
  // Elsewhere than in a chat of two, others would read the answers.
  const { conversationType } = from.conversation
  if (!tenant || (conversationType !== undefined && conversationType !== 'personal')) return undefined
  return {
    platform: 'teams',
    tenant,
    user: from.from.aadObjectId ?? from.from.id,
    conversation: from.conversation.id,
    ...(from.serviceUrl && { serviceUrl: from.serviceUrl }),
    locale: languageOf(from.locale),
  }
}

/** The text without the bot's own mention, which Teams puts wherever it was typed, and without a leading slash. */
function words(from: Activity): string {
  let text = from.text ?? ''
  for (const entity of from.entities ?? []) {
    const tag = mention.safeParse(entity)
    if (tag.success && tag.data.mentioned.id === from.recipient?.id)
      text = text.replaceAll(tag.data.text, ' ')
  }
  // A command chosen from the menu of slashes, or typed as one where there is no such menu.
  return text
    .replace(/&nbsp;|\u00a0/g, ' ')
    .trim()
    .replace(/^[/／]\s*((はぐくみ|hagukumi)\s+)?/i, '')
}

/** An input's answer: text, a number, or several values joined by commas. */
function valuesOf(data: Record<string, unknown>): FormValues {
  const answers = Object.entries(data).flatMap(([key, given]): [string, string | readonly string[]][] => {
    const [, kind, field] = /^f\.([mot])\.([\s\S]+)$/.exec(key) ?? []
    if (field === undefined || (typeof given !== 'string' && typeof given !== 'number') || given === '')
      return []
    const text = String(given)
    if (kind === 'm') return [[field, text.split(',').map(readOption)]]
    const value = kind === 'o' ? readOption(text) : text
    return value === '' ? [] : [[field, value]]
  })
  return Object.fromEntries(answers)
}

function fromCard(data: z.infer<typeof sent>, base: { key: string; sender: Sender }, message?: MessageRef) {
  if ('action' in data && data.action) {
    const wire = actionSchema.parse(data.action)
    const chosen = typeof data.input === 'string' ? data[data.input] : undefined
    const selected = typeof chosen === 'string' && chosen !== '' ? readOption(chosen) : wire.selected
    // A menu of which nothing was chosen asks for nothing.
    if (data.input !== undefined && selected === undefined) return []
    return [
      {
        type: 'click' as const,
        ...base,
        action: { id: wire.id, ...(wire.data && { data: wire.data }) },
        ...(selected !== undefined && { selected }),
        ...(message && { message }),
      },
    ]
  }
  const wire = formSchema.parse(data.form)
  const opened = wire.message ?? message
  return [
    {
      type: 'submit' as const,
      ...base,
      form: wire.id,
      data: wire.data,
      values: valuesOf(data),
      ...(opened && { message: opened }),
    },
  ]
}

/** The message whose button was pressed. */
const messageOf = (from: Activity): MessageRef | undefined =>
  from.replyToId ? { conversation: from.conversation.id, id: from.replyToId } : undefined

function fromInvoke(from: Activity, sender: Sender, key: string | undefined): readonly InboundEvent[] {
  const message = messageOf(from)
  if (from.name === 'application/search') {
    const read = search.safeParse(from.value)
    if (!read.success) return []
    const [, form = '', ...field] = read.data.dataset.split('/')
    const query = read.data.queryText
    const asked = `lookup:${from.conversation.id}:${read.data.dataset}:${query}`
    return [{ type: 'lookup', key: asked, sender, form, field: field.join('/'), query }]
  }
  if (!key) return []
  if (from.name === 'adaptiveCard/action') {
    const read = execute.safeParse(from.value)
    if (!read.success) return []
    const { verb, data } = read.data.action
    // The verb repeats the id; where they differ somebody put the two together.
    const wire =
      'action' in data && data.action ? actionSchema.parse(data.action) : formSchema.parse(data.form)
    return verb === wire.id ? fromCard(data, { key, sender }, message) : []
  }
  if (from.name === 'task/fetch' || from.name === 'task/submit') {
    const read = task.safeParse(from.value)
    if (!read.success) return []
    return 'form' in read.data.data === (from.name === 'task/submit')
      ? fromCard(read.data.data, { key, sender }, message)
      : []
  }
  return []
}

/** All events in one activity: usually one, but a message may bring several files. */
export async function parseAll(payload: unknown, context: TeamsContext): Promise<readonly InboundEvent[]> {
  const read = activity.safeParse(payload)
  const sender = read.success ? senderOf(read.data) : undefined
  if (!read.success || !sender) return []
  const from = read.data
  const key = from.id && `${from.conversation.id}:${from.id}`
  if (from.type === 'invoke') return fromInvoke(from, sender, key)
  if (!key) return []
  // Of the two activities that tell of an installation this one also says when it ends; conversationUpdate would make
  // every welcome come twice, and an upgrade is none.
  if (from.type === 'installationUpdate') {
    if (from.action === 'add') return [{ type: 'installed', key, sender }]
    return from.action === 'remove' ? [{ type: 'uninstalled', key, sender }] : []
  }
  if (from.type !== 'message') return []

  const files = (from.attachments ?? []).flatMap((each) => {
    const content = download.safeParse(each.content)
    const isFile = each.contentType === 'application/vnd.microsoft.teams.file.download.info'
    return isFile && content.success ? [{ name: each.name ?? '', url: content.data.downloadUrl }] : []
  })
  if (files.length > 0) {
    return Promise.all(
      files.map(async (each, at) => ({
        type: 'file' as const,
        key: `${key}:${at}`,
        sender,
        name: each.name,
        bytes: await context.readFile(each),
      })),
    )
  }
  // A client without dialogs sends what a button holds as a message.
  const pressed = from.value === undefined ? undefined : sent.safeParse(from.value)
  if (pressed?.success) return fromCard(pressed.data, { key, sender }, messageOf(from))
  // Cards that are pasted or forwarded come as messages without any text.
  return typeof from.text === 'string' ? [{ type: 'words', key, sender, text: words(from) }] : []
}

/**
 * One activity as an event; undefined for what is none of ours. Where `readFile` fails, its error is passed on.
 */
export async function parse(payload: unknown, context: TeamsContext): Promise<InboundEvent | undefined> {
  return (await parseAll(payload, context))[0]
}

const cancel = z.object({
  name: z.literal('adaptiveCard/action'),
  value: z.object({ action: z.object({ verb: z.literal('form.cancel') }) }),
})

/** Whether the cancel button of a form in the chat was pressed: the transport takes the card away, nothing else. */
export const isCancel = (payload: unknown): boolean => cancel.safeParse(payload).success
