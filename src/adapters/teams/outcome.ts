// What Teams' refusals mean for a message. Sources: learn.microsoft.com, "Status codes from bot conversational APIs" and
// "Send proactive messages" (November 2026).
import type { RefusedReason, SendOutcome } from '../../chat/chat.ts'
import { outcomeOf as ended, type Failed } from '../called.ts'
import type { Refusal } from './api.ts'

const reasons: Readonly<Record<string, RefusedReason>> = {
  MessageWritesBlocked: 'blocked',
  ConversationBlockedByUser: 'blocked',
  BotNotInConversationRoster: 'not-installed',
  BotDisabledByAdmin: 'not-allowed',
  BotNotRegistered: 'not-allowed',
  ForbiddenOperationException: 'not-installed',
  Forbidden: 'not-installed',
  ConversationNotFound: 'no-account',
  ActivityNotFoundInConversation: 'rejected',
  MessageSizeTooBig: 'too-large',
  NotEnoughPermissions: 'not-allowed',
}

const byStatus: Readonly<Record<number, RefusedReason>> = {
  403: 'not-installed',
  404: 'no-account',
  413: 'too-large',
}

/** 401: the app's own registration or secret is at fault. */
const why = ({ status, code }: Refusal): RefusedReason | 'ours' =>
  status === 401 ? 'ours' : (reasons[code] ?? byStatus[status] ?? 'rejected')

/** The end of a send that did not succeed. Teams counts by conversation long before it counts by app. */
export const outcomeOf = (called: Failed<Refusal>): SendOutcome =>
  ended(called, { why, pauseOf: 'conversation' })
