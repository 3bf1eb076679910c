// What Teams' refusals mean for a message. Sources: learn.microsoft.com, "Status codes from bot conversational APIs" and
// "Send proactive messages" (November 2026).
import type { RefusedReason, SendOutcome } from '../../chat/chat.ts'
import type { Called } from './api.ts'

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

type Refused = Extract<Called<unknown>, { type: 'refused' }>

/** Whether the app's own registration or secret is at fault: everything waits until somebody has mended it. */
const isOurFault = ({ status }: Refused): boolean => status === 401

const reasonOf = ({ code, status }: Refused): RefusedReason => reasons[code] ?? byStatus[status] ?? 'rejected'

/** How long a message waits while the connection is at fault. Milliseconds. */
const mendedInMs = 5 * 60_000

/** The end of a send that did not succeed. */
export function outcomeOf(called: Exclude<Called<unknown>, { type: 'ok' }>): SendOutcome {
  switch (called.type) {
    case 'refused':
      return isOurFault(called)
        ? { type: 'later', afterMs: mendedInMs }
        : { type: 'refused', reason: reasonOf(called) }
    case 'limited':
      // Teams counts by conversation long before it counts by app.
      return { type: 'later', afterMs: called.afterMs, of: 'conversation' }
    case 'unreachable':
      return { type: 'away' }
    case 'unknown':
      return { type: 'unknown' }
    default:
      return called satisfies never
  }
}
