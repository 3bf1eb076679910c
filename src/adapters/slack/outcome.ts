// What Slack's codes mean for a message. Sources: the error tables of chat.postMessage, conversations.open and
// files.completeUploadExternal on docs.slack.dev (November 2026).
import type { RefusedReason, SendOutcome } from '../../chat/chat.ts'
import { outcomeOf as ended, type Failed } from '../called.ts'
import type { Refusal } from './api.ts'

/** The connection is at fault, not the recipient: everything waits until somebody has mended it. */
const ours = new Set([
  'access_denied',
  'account_inactive',
  'app_missing_action_url',
  'ekm_access_denied',
  'enterprise_is_restricted',
  'invalid_auth',
  'missing_scope',
  'not_allowed_token_type',
  'not_authed',
  'org_login_required',
  'team_access_not_granted',
  'team_not_found',
  'token_expired',
  'token_revoked',
  'two_factor_setup_required',
])

const reasons: Readonly<Record<string, RefusedReason>> = {
  user_not_found: 'no-account',
  users_not_found: 'no-account',
  channel_not_found: 'no-account',
  user_disabled: 'left',
  is_inactive: 'left',
  is_archived: 'left',
  user_not_visible: 'not-allowed',
  cannot_dm_bot: 'not-allowed',
  not_in_channel: 'not-allowed',
  restricted_action: 'not-allowed',
  no_permission: 'not-allowed',
  messages_tab_disabled: 'blocked',
  msg_too_long: 'too-large',
  msg_blocks_too_long: 'too-large',
  too_many_attachments: 'too-large',
  file_too_large: 'too-large',
}

/** Whether the app's own token or scopes are at fault. */
export const isOurFault = (code: string): boolean => ours.has(code)

export const reasonOf = (code: string): RefusedReason => reasons[code] ?? 'rejected'

/** The end of a send that did not succeed. */
export const outcomeOf = (called: Failed<Refusal>): SendOutcome =>
  ended(called, { why: ({ code }) => (isOurFault(code) ? 'ours' : reasonOf(code)) })
