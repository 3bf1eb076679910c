// How a call of a platform ended, typed by what can be done about it, and what that means for a message.
import type { RefusedReason, SendOutcome } from '../chat/chat.ts'

/** `No`: what a platform says when it refuses. */
export type Called<Data, No> =
  | { readonly type: 'ok'; readonly data: Data }
  | ({ readonly type: 'refused' } & No)
  /** Not now; not before so many milliseconds. */
  | { readonly type: 'limited'; readonly afterMs: number }
  /** Nothing was done: no token, no connection, or the platform says that it is not well. */
  | { readonly type: 'unreachable' }
  /** It may have been done: the answer was lost, or the platform does not know itself. */
  | { readonly type: 'unknown' }

export type Failed<No> = Exclude<Called<unknown, No>, { readonly type: 'ok' }>

/** How long a message waits while the app's own token or registration is at fault. Milliseconds. */
const mendedInMs = 5 * 60_000

export interface Judging<No> {
  /** `ours`: the connection is at fault, not the recipient; everything waits until somebody has mended it. */
  readonly why: (no: No) => RefusedReason | 'ours'
  /** Whom a pause is for, where it is not the whole workspace. */
  readonly pauseOf?: 'conversation'
}

/** The end of a send that did not succeed. */
export function outcomeOf<No>(called: Failed<No>, { why, pauseOf }: Judging<No>): SendOutcome {
  switch (called.type) {
    case 'refused': {
      const reason = why(called)
      return reason === 'ours' ? { type: 'later', afterMs: mendedInMs } : { type: 'refused', reason }
    }
    case 'limited':
      return { type: 'later', afterMs: Math.max(1, called.afterMs), ...(pauseOf && { of: pauseOf }) }
    case 'unreachable':
      return { type: 'away' }
    case 'unknown':
      return { type: 'unknown' }
    default:
      return called satisfies never
  }
}
