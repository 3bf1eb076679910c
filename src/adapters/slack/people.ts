// Who somebody in Slack is. Events name a user and nothing else: language, standing and e-mail address are asked for
// once, kept for a while, and told to the directory, which decides whose account it is.
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { Language } from '../../kernel/language.ts'
import type { Api } from './api.ts'

/**
 * member: a full member of this workspace · guest: of one or several channels · stranger: of another workspace ·
 * bot: no person · gone: deactivated.
 */
export type Standing = 'member' | 'guest' | 'stranger' | 'bot' | 'gone'

export interface Profile {
  readonly tenant: string
  readonly user: string
  readonly standing: Standing
  /** Lower case; only where Slack has had it confirmed. */
  readonly email?: string
  /** As shown in Slack, for HR to recognise. */
  readonly shownName: string
  readonly locale: Language
}

/** The directory's side: links an account to its person, asks HR, or closes it. May be told the same again. */
export interface Acquaintance {
  /** `came`: the person has turned to us; otherwise Slack only told of a change. */
  meet(profile: Profile, came: boolean): Promise<void>
}

const given = z.object({
  id: z.string().min(1),
  team_id: z.string().optional(),
  deleted: z.boolean().default(false),
  is_bot: z.boolean().default(false),
  is_app_user: z.boolean().default(false),
  is_workflow_bot: z.boolean().default(false),
  is_restricted: z.boolean().default(false),
  is_ultra_restricted: z.boolean().default(false),
  is_stranger: z.boolean().default(false),
  is_email_confirmed: z.boolean().default(false),
  locale: z.string().optional(),
  real_name: z.string().optional(),
  name: z.string().optional(),
  enterprise_user: z.object({ teams: z.array(z.string()).default([]) }).optional(),
  profile: z
    .object({
      email: z.string().nullish(),
      real_name: z.string().optional(),
      display_name: z.string().optional(),
    })
    .default({}),
})

function standingOf(user: z.infer<typeof given>, tenant: string): Standing {
  if (user.deleted) return 'gone'
  if (user.is_bot || user.is_workflow_bot || user.id === 'USLACKBOT') return 'bot'
  const here =
    user.team_id === undefined || user.team_id === tenant || user.enterprise_user?.teams.includes(tenant)
  if (user.is_stranger || !here) return 'stranger'
  return user.is_restricted || user.is_ultra_restricted ? 'guest' : 'member'
}

/** A user object of Slack's, from users.info or a user_change event; undefined where it is none. */
export function readProfile(user: unknown, tenant: string): Profile | undefined {
  const read = given.safeParse(user)
  if (!read.success) return undefined
  const { data } = read
  const email = data.is_email_confirmed ? data.profile.email?.trim().toLowerCase() : undefined
  return {
    tenant,
    user: data.id,
    standing: standingOf(data, tenant),
    ...(email && { email }),
    shownName: data.profile.real_name || data.real_name || data.profile.display_name || data.name || data.id,
    locale: data.locale && !data.locale.toLowerCase().startsWith('ja') ? 'en' : 'ja',
  }
}

export interface People {
  /**
   * Makes sure that the directory has met the user, and says their language; undefined when Slack could not be asked
   * in time. Never rejects: whoever is not known yet is told so by the core.
   */
  introduce(user: string): Promise<Language | undefined>
  /**
   * Goes through all users of the workspace: whoever is on the list is known before they write, and what happened while
   * nobody listened is noticed. Rejects where Slack does not answer to the end.
   */
  review(stopping: AbortSignal): Promise<void>
  /** Slack says that a user has changed. Throws what the directory throws. */
  changed(user: unknown): Promise<void>
}

export interface PeopleOptions {
  readonly api: Api
  readonly tenant: () => string
  readonly directory: Acquaintance
  readonly ticks?: () => number
  /** Users of one page, as Slack advises; twenty pages a minute are permitted. */
  readonly pageSize?: number
  /** How long a delivery waits for Slack's answer. */
  readonly patienceMs?: number
}

const keptMs = 60 * 60_000
/** Somebody whose account is still to be linked comes back soon. */
const mostKept = 20_000

const asked = z.object({ user: z.unknown() })
const listed = z.object({
  members: z.array(z.unknown()),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
})
const patientTimes = 5

export function createPeople(options: PeopleOptions): People {
  const {
    api,
    tenant,
    directory,
    ticks = () => performance.now(),
    patienceMs = 1_000,
    pageSize = 200,
  } = options
  const kept = new Map<string, { readonly locale: Language; readonly until: number }>()
  const asking = new Map<string, Promise<Language | undefined>>()

  const keep = (user: string, locale: Language) => {
    kept.delete(user)
    kept.set(user, { locale, until: ticks() + keptMs })
    const [oldest] = kept.keys()
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
  }

  const ask = async (user: string): Promise<Language | undefined> => {
    const called = await api.call('users.info', { user, include_locale: true }, asked)
    const profile = called.type === 'ok' ? readProfile(called.data.user, tenant()) : undefined
    if (!profile || profile.user !== user) return undefined
    await directory.meet(profile, true)
    keep(user, profile.locale)
    return profile.locale
  }

  return {
    async introduce(user) {
      const known = kept.get(user)
      if (known && known.until > ticks()) return known.locale
      const answer =
        asking.get(user) ??
        ask(user)
          .catch(() => undefined)
          .finally(() => asking.delete(user))
      asking.set(user, answer)
      let timer: ReturnType<typeof setTimeout> | undefined
      const enough = new Promise<Language | undefined>((resolve) => {
        timer = setTimeout(resolve, patienceMs, known?.locale)
      })
      const locale = await Promise.race([answer, enough])
      clearTimeout(timer)
      return locale ?? known?.locale
    },
    async review(stopping) {
      let cursor = ''
      let waited = 0
      while (!stopping.aborted) {
        const page = { limit: pageSize, ...(cursor && { cursor }) }
        const called = await api.call('users.list', page, listed)
        if (stopping.aborted) return
        if (called.type === 'limited' && waited < patientTimes) {
          waited += 1
          await pause(called.afterMs, undefined, { signal: stopping }).catch(() => {})
          continue
        }
        if (called.type !== 'ok') throw new Error(`the accounts could not be read: ${called.type}`)
        for (const user of called.data.members) {
          const profile = readProfile(user, tenant())
          if (stopping.aborted) return
          if (profile && profile.standing !== 'bot') await directory.meet(profile, false)
        }
        cursor = called.data.response_metadata?.next_cursor ?? ''
        if (cursor === '') return
      }
    },
    async changed(user) {
      const profile = readProfile(user, tenant())
      if (!profile) return
      await directory.meet(profile, false)
      // The event may come without a locale: the next question brings it.
      kept.delete(profile.user)
    },
  }
}
