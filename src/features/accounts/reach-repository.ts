// Who is reached in no chat, and why: read from the staff list and from what is known of accounts.
import type { InstallRefusal, Platform } from '../../chat/chat.ts'
import { toDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { loadOrganisation } from '../../directory/load.ts'
import type { Organisation } from '../../directory/organisation.ts'

/**
 * without-app: an e-mail address, or an account in Teams, but the app is not there · not-met: an address of which no chat
 * knows anything · blocked: the person wants nothing from us · closed: switched off · nowhere: neither account nor address
 */
export type Unreached = 'without-app' | 'not-met' | 'blocked' | 'closed' | 'nowhere'

/** What became of the wish to put the app with somebody. */
export interface Wish {
  readonly status: 'waiting' | 'done' | 'refused'
  readonly reason: WishRefusal | null
}
export type WishRefusal = InstallRefusal | 'gave-up' | 'left'

export interface Person {
  readonly id: number
  readonly number: string
  readonly name: string
  readonly title: string
  readonly section: string
  readonly sectionId: number
  readonly email: string | null
  /** Null: is reached in a chat. */
  readonly why: Unreached | null
  /** How they are reached, chat or not; null: not at all. */
  readonly by: Platform | null
  readonly wish: Wish | null
}

interface Account {
  readonly platform: string
  readonly state: string
  readonly preferred?: boolean
  readonly lastSeenAt?: Date | null
}

const isChat = ({ platform }: Pick<Account, 'platform'>): boolean =>
  platform !== 'email' && platform !== 'paper'

/** Pure: how somebody is reached, as delivery does it; by a printed code only where by nothing else. */
export function channelOf(accounts: readonly Account[], connected: readonly Platform[]): Platform | null {
  const inOrder = accounts
    .filter(({ platform }) => platform === 'paper' || connected.some((each) => each === platform))
    .toSorted(
      (a, b) =>
        Number(b.preferred ?? false) - Number(a.preferred ?? false) ||
        Number(!isChat(a)) - Number(!isChat(b)) ||
        Number(a.platform === 'paper') - Number(b.platform === 'paper') ||
        (b.lastSeenAt?.getTime() ?? 0) - (a.lastSeenAt?.getTime() ?? 0),
    )
  const at = inOrder.findIndex(({ state }) => state === 'active')
  const found = inOrder[at]
  if (!found) return null
  const blocked = inOrder.slice(0, at).some(({ state }) => state === 'blocked')
  return found.platform === 'email' && blocked ? null : (found.platform as Platform)
}

/** Pure: why somebody is reached in none of the connected chats; null where they are. */
export function whyUnreached(
  accounts: readonly Account[],
  email: string | null,
  connected: readonly Platform[],
): Unreached | null {
  const states = accounts.filter(
    (account) => isChat(account) && connected.some((each) => each === account.platform),
  )
  const has = (state: string) => states.some((each) => each.state === state)
  if (has('active')) return null
  if (has('uninstalled')) return 'without-app'
  if (has('blocked')) return 'blocked'
  if (has('left')) return 'closed'
  if (email === null) return 'nowhere'
  return connected.includes('teams') ? 'without-app' : 'not-met'
}

/** Everybody with a post on the day within the sections, by section and number. */
export async function loadReach(
  tx: Tx,
  sectionsOf: (org: Organisation) => 'all' | ReadonlySet<number>,
  connected: readonly Platform[],
  on: Temporal.PlainDate,
): Promise<Person[]> {
  const org = await loadOrganisation(tx, on)
  const sections = sectionsOf(org)
  const rows = await tx.person.findMany({
    where: { OR: [{ leftOn: null }, { leftOn: { gt: toDbDate(on) } }] },
    select: {
      id: true,
      number: true,
      name: true,
      email: true,
      identities: { select: { platform: true, state: true, preferred: true, lastSeenAt: true } },
      installation: { select: { status: true, reason: true } },
    },
    orderBy: { number: 'asc' },
  })
  return rows
    .flatMap(({ identities, installation, ...person }) => {
      const post = org.mainPost(person.id)
      // Whoever has no post on the day has not come yet.
      if (!post || !(sections === 'all' || org.posts(person.id).some((each) => sections.has(each.sectionId))))
        return []
      const section = org.section(post.sectionId)
      return [
        {
          ...person,
          title: post.title,
          section: section?.name ?? '',
          sectionId: post.sectionId,
          code: section?.code ?? '',
          by: channelOf(identities, connected),
          why: whyUnreached(identities, person.email, connected),
          wish: installation as Wish | null,
        },
      ]
    })
    .toSorted((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0))
}

/** With whom the app can be put now: they lack it, are known by an account or an address, and do not wait for it. */
export const targetsOf = (people: readonly Person[]): readonly Person[] =>
  people.filter(({ why, wish }) => why === 'without-app' && wish?.status !== 'waiting')

/** Changes when those who would get the app do: a button that carries another one is stale. */
export const markOf = (targets: readonly Person[]): string =>
  `${targets.length}.${targets.reduce((sum, { id }) => (sum * 31 + id) % 1_000_000_007, 7)}`

/** How many people with a post on the day are reached by nothing: no connected chat, no e-mail, no printed code. */
export async function countUnreached(
  tx: Tx,
  part: 'all' | ReadonlySet<number>,
  connected: readonly Platform[],
  on: Temporal.PlainDate,
): Promise<number> {
  const day = on.toString()
  const [row] = await tx.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM person p
     WHERE (p.left_on IS NULL OR p.left_on > ${day}::date)
       AND EXISTS (SELECT FROM post t WHERE t.person_id = p.id AND t.valid_from <= ${day}::date
                      AND (t.valid_to IS NULL OR t.valid_to > ${day}::date)
                      AND (${part === 'all'}::boolean OR t.section_id = ANY(${part === 'all' ? [] : [...part]}::int[])))
       AND NOT EXISTS (SELECT FROM identity i WHERE i.person_id = p.id AND i.state = 'active'
                          AND i.platform = ANY(${[...connected, 'paper']}::text[]))`
  return row?.n ?? 0
}
