// 自己啓発: what can become of an application. Pure.
//   awaiting_approval → awaiting_hr → granted → done; declined or withdrawn on the way.

export type SelfKind = 'subsidy' | 'leave'
export type SelfStatus = 'awaiting_approval' | 'awaiting_hr' | 'granted' | 'declined' | 'withdrawn' | 'done'

export interface Application {
  readonly id: number
  readonly fiscalYear: number
  readonly personId: number
  readonly kind: SelfKind
  readonly title: string
  readonly fromOn: Temporal.PlainDate
  readonly toOn: Temporal.PlainDate
  readonly askedYen: number
  readonly grantedYen: number
  readonly status: SelfStatus
  readonly approverId: number | null
  readonly declineReason: string
  readonly appliedAt: Temporal.Instant
  /** When the supervisor or HR decided last. */
  readonly decidedAt: Temporal.Instant | null
  readonly version: number
}

export type SelfCommand =
  | { readonly type: 'approve' }
  | { readonly type: 'decline'; readonly reason: string }
  | { readonly type: 'grant'; readonly yen: number }
  | { readonly type: 'withdraw' }
  | { readonly type: 'report'; readonly result: string; readonly url: string }

export interface SelfChange {
  readonly status: SelfStatus
  readonly grantedYen: number
  /** What the year's budget gives (or, below zero, gets back). */
  readonly spends: number
}

/** What a command makes of it; null: nothing of the kind is to be done in this state. */
export function after(
  { status, kind, grantedYen }: Pick<Application, 'status' | 'kind' | 'grantedYen'>,
  command: SelfCommand,
): SelfChange | null {
  const stays = (to: SelfStatus): SelfChange => ({ status: to, grantedYen, spends: 0 })
  switch (command.type) {
    case 'approve':
      return status === 'awaiting_approval' ? stays('awaiting_hr') : null
    case 'decline':
      return status === 'awaiting_approval' || status === 'awaiting_hr' ? stays('declined') : null
    case 'grant': {
      if (status !== 'awaiting_hr' || command.yen < 0) return null
      const yen = kind === 'subsidy' ? command.yen : 0
      return { status: 'granted', grantedYen: yen, spends: yen }
    }
    case 'withdraw':
      if (status === 'granted') return { status: 'withdrawn', grantedYen: 0, spends: -grantedYen }
      return status === 'awaiting_approval' || status === 'awaiting_hr' ? stays('withdrawn') : null
    case 'report':
      return status === 'granted' ? stays('done') : null
    default:
      return command satisfies never
  }
}
