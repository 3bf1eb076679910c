// Who somebody in Teams is. Activities name an Entra object id; address and standing are asked for once, kept for a
// while, and told to the directory, which decides whose account it is.
import { z } from 'zod'
import type { Api } from './api.ts'

/** member: of this tenant · guest: invited from elsewhere, or anonymous · stranger: of another tenant. */
export type Standing = 'member' | 'guest' | 'stranger'

export interface Profile {
  readonly tenant: string
  /** Entra object id. */
  readonly user: string
  readonly standing: Standing
  /** Lower case: the mail address, then the sign-in name, which only the tenant's administrators set. */
  readonly emails: readonly string[]
  /** As shown in Teams, for HR to recognise. */
  readonly shownName: string
}

/** The directory's side: links an account to its person, asks HR, or closes it. May be told the same again. */
export interface Acquaintance {
  /** `came`: the person has turned to us. */
  meet(profile: Profile, came: boolean): Promise<void>
}

const text = z.string().optional().catch(undefined)
const given = z.object({
  id: z.string().min(1),
  aadObjectId: text,
  name: text,
  email: text,
  userPrincipalName: text,
  tenantId: text,
  userRole: text,
})

const address = (value: string | undefined): string[] => {
  const clean = value?.trim().toLowerCase()
  return clean && /^[^\s@#]+@[^\s@#]+$/.test(clean) ? [clean] : []
}

/** A member of a conversation as Teams describes them; undefined where nobody is. Pure. */
export function readProfile(member: unknown, tenant: string): Profile | undefined {
  const read = given.safeParse(member)
  const user = read.data?.aadObjectId
  if (!read.success || !user) return undefined
  const { email, userPrincipalName, tenantId, userRole, name } = read.data
  const guest =
    /^(guest|anonymous)$/i.test(userRole ?? '') || userPrincipalName?.toUpperCase().includes('#EXT#')
  const elsewhere = tenantId !== undefined && tenantId.toLowerCase() !== tenant.toLowerCase()
  return {
    tenant,
    user,
    standing: elsewhere ? 'stranger' : guest ? 'guest' : 'member',
    emails: [...new Set([...address(email), ...address(userPrincipalName)])],
    shownName: name || user,
  }
}

export interface People {
  /** Makes sure that the directory has met the sender. Never rejects: who is not known yet is told so by the core. */
  introduce(activity: unknown): Promise<void>
  /** Meets somebody (Entra object id) with whom the app was just put, before they have said anything. Never rejects. */
  visit(serviceUrl: string, user: string): Promise<void>
}

export interface PeopleOptions {
  readonly api: Api
  readonly tenant: string
  readonly directory: Acquaintance
  readonly ticks?: () => number
  /** How long an activity waits for Teams' answer. */
  readonly patienceMs?: number
}

const keptMs = 60 * 60_000
const mostKept = 20_000

const from = z.object({
  type: z.string(),
  action: z.string().optional(),
  serviceUrl: z.string(),
  from: z.object({ id: z.string().min(1), aadObjectId: z.string().min(1) }),
  conversation: z.object({ id: z.string().min(1), conversationType: z.literal('personal').optional() }),
})

export function createPeople(options: PeopleOptions): People {
  const { api, tenant, directory, ticks = () => performance.now(), patienceMs = 2_000 } = options
  const kept = new Map<string, number>()
  const asking = new Map<string, Promise<void>>()

  const ask = async ({ serviceUrl, conversation, ...sender }: z.infer<typeof from>): Promise<void> => {
    const user = sender.from.aadObjectId
    const called = await api.member(serviceUrl, conversation.id, sender.from.id)
    const profile = called.type === 'ok' ? readProfile(called.data, tenant) : undefined
    if (profile?.user.toLowerCase() !== user.toLowerCase()) return
    await directory.meet({ ...profile, user }, true)
    kept.delete(user)
    kept.set(user, ticks() + keptMs)
    const [oldest] = kept.keys()
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
  }

  return {
    async visit(serviceUrl, user) {
      const opened = await api.open(serviceUrl, user)
      if (opened.type !== 'ok') return
      const called = await api.member(serviceUrl, opened.data.id, user)
      const profile = called.type === 'ok' ? readProfile(called.data, tenant) : undefined
      if (profile?.user.toLowerCase() !== user.toLowerCase()) return
      await directory.meet(profile, false).catch(() => {})
    },

    async introduce(activity) {
      const read = from.safeParse(activity)
      // Whoever takes the app away is not asked about any more.
      if (!read.success || read.data.action === 'remove') return
      const user = read.data.from.aadObjectId
      if ((kept.get(user) ?? 0) > ticks()) return
      const answer =
        asking.get(user) ??
        ask(read.data)
          .catch(() => undefined)
          .finally(() => asking.delete(user))
      asking.set(user, answer)
      let timer: ReturnType<typeof setTimeout> | undefined
      const enough = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patienceMs)
      })
      await Promise.race([answer, enough])
      clearTimeout(timer)
    },
  }
}
