// One conversation of several people: where all of them are in one workspace the bot opens it, or a link begins it; else
// each is reached one by one, and it is said why.

import type { Card } from '../cards/card.ts'
import type { Address, ChatPlatform } from '../chat/chat.ts'
import { groupDraftLink, privateChatLink } from '../chat/links.ts'
import type { Tx } from '../db/transaction.ts'
import { type Account, accountsOf } from './accounts.ts'

type Chat = Pick<ChatPlatform, 'platform' | 'gather'>

export interface Reached {
  readonly id: number
  /** Their chat with the reader. */
  readonly url?: string | undefined
  readonly email: string | null
}

export type Way =
  | {
      readonly type: 'bot'
      readonly gather: NonNullable<Chat['gather']>
      readonly people: readonly Address[]
    }
  | { readonly type: 'link'; readonly url: string }
  /** `chats`: they are not all in one chat; `platform`: theirs has no such conversation. */
  | { readonly type: 'apart'; readonly why: 'chats' | 'platform' }

export interface Ways {
  readonly way: Way
  readonly each: readonly Reached[]
}

/** `own`: two people go to their own chat, without the bot in it, even where it could open one. */
export async function waysTogether(
  tx: Tx,
  chats: readonly Chat[] | undefined,
  readerId: number,
  otherIds: readonly number[],
  { topic, own = false }: { readonly topic: string; readonly own?: boolean },
): Promise<Ways> {
  const accounts = await accountsOf(tx, [readerId, ...otherIds])
  const active = (id: number) => (accounts.get(id) ?? []).filter(({ state }) => state === 'active')
  const rows = await tx.person.findMany({
    where: { id: { in: [...otherIds] } },
    select: { id: true, email: true },
  })
  const emails = new Map(rows.map(({ id, email }) => [id, email]))
  const at = (id: number, place: Account) =>
    active(id).find(({ platform, tenant }) => platform === place.platform && tenant === place.tenant)
  const mine = active(readerId).filter(({ platform }) => platform !== 'email' && platform !== 'paper')
  const linkTo = (id: number): string | undefined => {
    const email = emails.get(id) ?? null
    for (const place of mine) {
      const same = at(id, place)
      const url = same && privateChatLink({ ...same, email })
      if (url) return url
    }
    return undefined
  }
  const each = otherIds.map((id): Reached => ({ id, url: linkTo(id), email: emails.get(id) ?? null }))
  const shared = mine.filter((place) => otherIds.every((id) => at(id, place)))
  for (const place of shared) {
    const gather = chats?.find(({ platform }) => platform === place.platform)?.gather
    // Two people have a chat of their own.
    const alone = otherIds.length === 1 ? each[0]?.url : undefined
    if (gather && !(own && alone))
      return {
        way: { type: 'bot', gather, people: [place, ...otherIds.flatMap((id) => at(id, place) ?? [])] },
        each,
      }
    if (alone) return { way: { type: 'link', url: alone }, each }
    const known = otherIds.flatMap((id) => emails.get(id) ?? [])
    if (place.platform === 'teams' && known.length === otherIds.length)
      return { way: { type: 'link', url: groupDraftLink(known, topic) }, each }
  }
  return { way: { type: 'apart', why: shared.length > 0 ? 'platform' : 'chats' }, each }
}

export type Together =
  | { readonly type: 'open'; readonly url: string }
  | {
      readonly type: 'apart'
      readonly why: 'chats' | 'platform' | 'permission' | 'account' | 'later'
      readonly each: readonly Reached[]
    }

/** What the bot says first in a conversation, once whoever asks for it. */
export interface Greeting {
  /** Undefined: it has been said there, or somebody else is about to say it. */
  begin(conversation: string): Promise<Card | undefined>
  /** Only after `begin` gave something to say. Where it could not be said, whoever asks next says it. */
  end(conversation: string, said: boolean): Promise<void>
}

/** A row's `talk`: the conversation once it was greeted; until then with the instruction that is at it. */
type TalkWhere =
  | { talk: string | null | { not: string | { startsWith: string } } }
  | { OR: TalkWhere[] }
  | { AND: TalkWhere[] }

/**
 * Remembered in `talk` of some row: `set` writes it where `where` holds, and says in how many rows. An instruction whose
 * process died over it says it when it is taken up again, possibly once more: it is the same greeting.
 */
export const greetOnce = (
  card: Card,
  flow: string,
  set: (where: TalkWhere, talk: string | null) => Promise<number>,
): Greeting => {
  const at = (conversation: string) => `${conversation}?${flow}`
  return {
    begin: async (conversation) => {
      const elsewhere = {
        AND: [{ talk: { not: conversation } }, { talk: { not: { startsWith: `${conversation}?` } } }],
      }
      const free = { OR: [{ talk: null }, { talk: at(conversation) }, elsewhere] }
      return (await set(free, at(conversation))) > 0 ? card : undefined
    },
    end: async (conversation, said) => {
      await set({ talk: at(conversation) }, said ? conversation : null)
    },
  }
}

/** Goes that way, outside of any transaction. */
export async function goTogether({ way, each }: Ways, greeting: Greeting): Promise<Together> {
  switch (way.type) {
    case 'link':
      return { type: 'open', url: way.url }
    case 'apart':
      return { type: 'apart', why: way.why, each }
    case 'bot': {
      let begun: string | undefined
      const gathered = await way.gather(way.people, async (conversation) => {
        const card = await greeting.begin(conversation)
        if (card) begun = conversation
        return card
      })
      if (begun !== undefined) await greeting.end(begun, gathered.type === 'open' && gathered.greeted)
      if (gathered.type === 'open') return { type: 'open', url: gathered.url }
      if (gathered.type === 'later') return { type: 'apart', why: 'later', each }
      const whys = { 'not-permitted': 'permission', 'no-account': 'account', rejected: 'platform' } as const
      return { type: 'apart', why: whys[gathered.reason], each }
    }
    default:
      return way satisfies never
  }
}
