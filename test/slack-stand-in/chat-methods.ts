// chat.*, conversations.* and files.*. Source: docs.slack.dev/reference/methods (November 2026).
import { z } from 'zod'
import { legalBlocks, legalMetadata, refuse } from './legality.ts'
import { type Asking, flag, json, type Method, method, page, paging } from './method.ts'
import { BOT, BOT_USER, type SlackChannel, type StoredMessage, TEAM, type World } from './world.ts'

/** The conversation named by its id or, where Slack takes that too, by a person's. */
function channelOf(world: World, id: string, people = false): SlackChannel {
  const known = world.channels.get(id)
  if (known) return known
  const user = people ? world.users.get(id) : undefined
  if (!user || user.team !== TEAM) return refuse('channel_not_found')
  // A deactivated person's conversation still takes messages: Slack says ok (python-slack-sdk, issue 1156).
  return user.bot ? refuse('cannot_dm_bot') : world.direct(user.id)
}

export const shownMessage = (message: StoredMessage, metadata: boolean) => ({
  type: 'message',
  ts: message.ts,
  user: message.user,
  text: message.text,
  ...(message.user === BOT_USER && { bot_id: BOT }),
  ...(message.blocks.length > 0 && { blocks: message.blocks }),
  ...(message.edited && { edited: { user: message.user, ts: message.ts } }),
  ...(message.files.length > 0 && {
    files: message.files.map(({ id, name, title, bytes }) => ({ id, name, title, size: bytes.length })),
  }),
  ...(metadata && message.metadata && { metadata: message.metadata }),
})

const content = {
  text: z.string().default(''),
  blocks: json(z.unknown()).optional(),
  metadata: json(z.unknown()).optional(),
}

function written(args: { text: string; blocks?: unknown; metadata?: unknown }) {
  if (args.text.length > 40_000) return refuse('msg_too_long')
  return {
    text: args.text,
    ...(args.blocks !== undefined && { blocks: legalBlocks(args.blocks) }),
    ...(args.metadata !== undefined && { metadata: legalMetadata(args.metadata) }),
  }
}

const historyScopes = { im: 'im:history', mpim: 'mpim:history', channel: 'channels:history' } as const
const readScopes = { im: 'im:read', mpim: 'mpim:read', channel: 'channels:read' } as const
const scopeOf =
  (scopes: Readonly<Record<SlackChannel['kind'], string>>) =>
  ({ channel }: { channel: string }, { world }: Asking) =>
    scopes[world.channels.get(channel)?.kind ?? 'im']

export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': method({
    tier: 'message',
    scope: 'chat:write',
    args: z.object({ channel: z.string().min(1), ...content }),
    run: (args, { world }) => {
      const channel = channelOf(world, args.channel, true)
      const message = written(args)
      if (!message.text && !message.blocks?.length) return refuse('no_text')
      const posted = world.post({ channel: channel.id, user: BOT_USER, ...message })
      return { channel: channel.id, ts: posted.ts, message: shownMessage(posted, true) }
    },
  }),
  'chat.update': method({
    tier: 3,
    scope: 'chat:write',
    args: z.object({ channel: z.string().min(1), ts: z.string().min(1), ...content }),
    run: (args, { world }) => {
      const channel = channelOf(world, args.channel)
      const old = world.message(channel.id, args.ts)
      // What only one person sees cannot be updated by its time.
      if (!old || old.onlyTo) return refuse('message_not_found')
      if (old.user !== BOT_USER) return refuse('cant_update_message')
      // What is not given stays as it was; an empty text beside blocks too.
      const { text, ...rest } = written(args)
      if (!text && !rest.blocks?.length) return refuse('no_text')
      const changed = world.replace(old, { ...rest, ...(text && { text }) })
      return { channel: channel.id, ts: changed.ts, text: changed.text, message: shownMessage(changed, true) }
    },
  }),
  'conversations.open': method({
    tier: 3,
    scope: ({ users }) => (users?.includes(',') ? 'mpim:write' : 'im:write'),
    args: z.object({ users: z.string().optional(), channel: z.string().optional() }),
    run: (args, { world }) => {
      if (args.channel) return { channel: { id: channelOf(world, args.channel).id } }
      const users = (args.users ?? '').split(',').flatMap((each) => each.trim() || [])
      if (users.length === 0) return refuse('users_list_not_supplied')
      if (users.length > 8) return refuse('too_many_users')
      for (const id of users) {
        const user = world.users.get(id)
        if (!user || user.team !== TEAM) return refuse('user_not_found')
        if (user.deleted) return refuse('user_disabled')
        if (user.bot) return refuse('cannot_dm_bot')
      }
      const known = world.channels.size
      const channel = world.open(users.length === 1 ? 'im' : 'mpim', users)
      const old = world.channels.size === known
      return { ...(old && { no_op: true, already_open: true }), channel: { id: channel.id } }
    },
  }),
  'conversations.info': method({
    tier: 3,
    scope: scopeOf(readScopes),
    args: z.object({ channel: z.string() }),
    run: ({ channel }, { world }) => {
      const { id, kind, users } = channelOf(world, channel)
      const is = { is_im: kind === 'im', is_mpim: kind === 'mpim', is_channel: kind === 'channel' }
      return { channel: { id, ...is, ...(kind === 'im' && { user: users[0] }) } }
    },
  }),
  'conversations.history': method({
    tier: 3,
    scope: scopeOf(historyScopes),
    args: z.object({
      channel: z.string(),
      oldest: z.coerce.number().default(0),
      latest: z.coerce.number().default(Number.POSITIVE_INFINITY),
      inclusive: flag,
      include_all_metadata: flag,
      ...paging,
    }),
    run: (args, { world }) => {
      const { id } = channelOf(world, args.channel)
      const within = ({ ts }: StoredMessage) =>
        (Number(ts) > args.oldest && Number(ts) < args.latest) ||
        (args.inclusive && (Number(ts) === args.oldest || Number(ts) === args.latest))
      const all = world.messages
        .filter((each) => each.channel === id && !each.onlyTo && within(each))
        .reverse()
      const { shown, next } = page(all, args, () => refuse('invalid_cursor'))
      return {
        messages: shown.map((each) => shownMessage(each, args.include_all_metadata)),
        has_more: next !== '',
        ...(next && { response_metadata: { next_cursor: next } }),
      }
    },
  }),
  'files.getUploadURLExternal': method({
    tier: 4,
    scope: 'files:write',
    args: z.object({ filename: z.string().min(1), length: z.coerce.number().int().min(1) }),
    run: ({ filename, length }, { world, origin }) => {
      const id = world.id('F')
      world.uploads.set(id, { name: filename, length })
      return { upload_url: `${origin}/upload/${id}`, file_id: id }
    },
  }),
  'files.completeUploadExternal': method({
    tier: 4,
    scope: 'files:write',
    args: z.object({
      files: json(z.array(z.object({ id: z.string(), title: z.string().optional() })).min(1)),
      channel_id: z.string().optional(),
      initial_comment: z.string().default(''),
    }),
    run: (args, { world }) => {
      // A person's id is no channel here: the conversation must be open.
      const channel = args.channel_id === undefined ? undefined : channelOf(world, args.channel_id)
      const files = args.files.map(({ id, title }) => {
        const upload = world.uploads.get(id)
        if (!upload?.bytes) return refuse('file_not_found')
        return { id, name: upload.name, title: title ?? upload.name, bytes: upload.bytes }
      })
      for (const file of files) {
        world.files.set(file.id, file)
        world.uploads.delete(file.id)
      }
      if (channel) world.post({ channel: channel.id, user: BOT_USER, text: args.initial_comment, files })
      return { files: files.map(({ id, title }) => ({ id, title })) }
    },
  }),
}
