import type { Address } from './chat.ts'

/**
 * Where a private chat with a colleague opens, by their account; undefined where a platform has no such address. Slack:
 * docs.slack.dev "Deep linking"; Teams: learn.microsoft.com "Deep link to start a chat", by sign-in name.
 */
export function privateChatLink(
  account: Pick<Address, 'platform' | 'tenant' | 'user'> & { readonly email: string | null },
): string | undefined {
  switch (account.platform) {
    case 'slack':
      return `https://slack.com/app_redirect?${new URLSearchParams({ team: account.tenant, channel: account.user })}`
    case 'teams':
      return account.email === null
        ? undefined
        : `https://teams.microsoft.com/l/chat/0/0?${new URLSearchParams({ users: account.email })}`
    case 'email':
    case 'paper':
    case 'playground':
      return undefined
    default:
      return account.platform satisfies never
  }
}

/** Where a conversation opened by the bot is found. docs.slack.dev "Deep linking". */
export const groupTalkLink = (talk: {
  readonly platform: 'slack'
  readonly tenant: string
  readonly conversation: string
}): string =>
  `https://slack.com/app_redirect?${new URLSearchParams({ team: talk.tenant, channel: talk.conversation })}`

/**
 * Where Teams lets somebody begin a group chat with these people, by their sign-in names: a draft until they write.
 * learn.microsoft.com "Deep link to start a chat".
 */
export const groupDraftLink = (emails: readonly string[], topic: string): string =>
  `https://teams.microsoft.com/l/chat/0/0?users=${emails.map(encodeURIComponent).join(',')}&topicName=${encodeURIComponent(topic)}`
