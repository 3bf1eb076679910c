// What Slack delivers, as far as we read it. Unknown parts are left out, unknown kinds fit no schema.
// Sources: docs.slack.dev/reference/interaction-payloads, …/reference/events (November 2026).
import { z } from 'zod'

const id = z.string().min(1).max(255)

export const command = z.object({
  command: z.string().regex(/^\//),
  text: z.string().default(''),
  team_id: id,
  user_id: id,
  channel_id: id.optional(),
  trigger_id: id,
})

const workspace = {
  team: z.object({ id }).nullish(),
  user: z.object({ id, team_id: id.nullish() }),
  enterprise: z.object({ id }).nullish(),
}

export const blockActions = z.object({
  type: z.literal('block_actions'),
  ...workspace,
  trigger_id: id,
  container: z.object({
    type: z.string(),
    message_ts: id.optional(),
    channel_id: id.optional(),
    is_ephemeral: z.boolean().optional(),
  }),
  channel: z.object({ id }).nullish(),
  actions: z
    .array(
      z.object({
        type: z.string(),
        action_id: z.string(),
        block_id: z.string(),
        value: z.string().optional(),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
})

const option = z.object({ value: z.string() })
export const answer = z.object({
  type: z.string(),
  value: z.string().nullish(),
  selected_date: z.string().nullish(),
  selected_time: z.string().nullish(),
  selected_option: option.nullish(),
  selected_options: z.array(option).nullish(),
})

export const viewSubmission = z.object({
  type: z.literal('view_submission'),
  ...workspace,
  trigger_id: id,
  view: z.object({
    callback_id: id,
    private_metadata: z.string(),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), answer)) }),
  }),
})

export const blockSuggestion = z.object({
  type: z.literal('block_suggestion'),
  ...workspace,
  block_id: id,
  value: z.string(),
  view: z.object({ id, callback_id: id }),
})

const file = z.object({
  id,
  name: z.string().nullish(),
  size: z.number().nonnegative().default(0),
  url_private_download: z.url({ protocol: /^https?$/ }).optional(),
  url_private: z.url({ protocol: /^https?$/ }).optional(),
})

export const eventCallback = z.object({
  type: z.literal('event_callback'),
  team_id: id,
  event_id: id,
  authorizations: z.array(z.object({ user_id: id.nullish() })).optional(),
  event: z.discriminatedUnion('type', [
    z.object({
      type: z.literal('app_home_opened'),
      user: id,
      tab: z.string().optional(),
      channel: id.optional(),
    }),
    z.object({
      type: z.literal('message'),
      channel_type: z.literal('im'),
      channel: id,
      user: id,
      text: z.string().default(''),
      subtype: z.literal('file_share').optional(),
      bot_id: z.never().optional(),
      files: z.array(file).optional(),
    }),
    z.object({ type: z.literal('app_uninstalled') }),
    z.object({
      type: z.literal('tokens_revoked'),
      tokens: z.object({ bot: z.array(z.string()).default([]) }),
    }),
  ]),
})
