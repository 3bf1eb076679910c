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
