// auth, users, views, apps and oauth. Source: docs.slack.dev/reference/methods (November 2026).
import { z } from 'zod'
import { legalHome, legalModal, refuse } from './legality.ts'
import { type Asking, flag, json, type Method, method, page, paging } from './method.ts'
import { APP, BOT, BOT_USER, type SlackUser, type StoredView, TEAM, type World } from './world.ts'

export const CLIENT_ID = '1.2'
export const CLIENT_SECRET = 'client-secret'
/** Seconds that a rotated token is good for: twelve hours. */
const TOKEN_LIFE = 43_200

export function shownUser(user: SlackUser, locale: boolean, { scopes }: Pick<Asking, 'scopes'>) {
  return {
    id: user.id,
    team_id: user.team,
    name: user.id.toLowerCase(),
    deleted: user.deleted,
    real_name: user.name,
    is_bot: user.bot,
    is_app_user: false,
    is_restricted: user.restricted,
    is_ultra_restricted: user.ultraRestricted,
    ...(user.team !== TEAM && { is_stranger: true }),
    is_email_confirmed: user.emailConfirmed,
    ...(locale && { locale: user.locale }),
    tz: 'Asia/Tokyo',
    tz_offset: 32_400,
    profile: {
      real_name: user.name,
      display_name: user.name,
      team: user.team,
      // Without the scope the field is simply not there.
      ...(user.email && scopes.has('users:read.email') && { email: user.email }),
    },
  }
}

export const shownView = ({ id, hash, view, below }: StoredView) => ({
  id,
  root_view_id: below ?? id,
  previous_view_id: below ?? null,
  team_id: TEAM,
  app_id: APP,
  bot_id: BOT,
  hash,
  private_metadata: '',
  callback_id: '',
  ...view,
  state: { values: {} },
})

/** Takes a trigger: three seconds, once. */
function exchange(world: World, id: string): string {
  const trigger = world.triggers.get(id)
  if (!trigger) return refuse('invalid_trigger_id')
  if (trigger.used) return refuse('exchanged_trigger_id')
  if (Temporal.Instant.compare(world.clock.now(), trigger.until) > 0) return refuse('expired_trigger_id')
  trigger.used = true
  return trigger.user
}

const freshHash = (world: World) =>
  `${Math.floor(world.clock.now().epochMilliseconds / 1000)}.${world.id('h')}`

/** A new pair of tokens. Two bot tokens live at a time; the oldest goes when there is a third. */
export function issue(world: World, lasting: boolean): { token: string; refresh?: string } {
  const expires = lasting ? undefined : world.clock.now().add({ seconds: TOKEN_LIFE })
  const token = `${lasting ? '' : 'xoxe.'}xoxb-${world.id('1-')}`
  world.tokens.set(token, { type: 'bot', expires, revoked: false })
  if (lasting) return { token }
  const alive = [...world.tokens].filter(([, each]) => each.type === 'bot' && each.expires && !each.revoked)
  for (const [name, old] of alive.slice(0, -2)) world.tokens.set(name, { ...old, revoked: true })
  const refresh = `xoxe-${world.id('1-')}`
  world.refreshTokens.set(refresh, null)
  return { token, refresh }
}

export const otherMethods: Readonly<Record<string, Method>> = {
  'auth.test': method({
    tier: 4,
    args: z.object({}),
    run: () => ({
      url: 'https://city-hall.slack.com/',
      team: '市役所',
      team_id: TEAM,
      user: 'hagukumi',
      user_id: BOT_USER,
      bot_id: BOT,
      is_enterprise_install: false,
    }),
  }),
  'users.info': method({
    tier: 4,
    scope: 'users:read',
    args: z.object({ user: z.string(), include_locale: flag }),
    run: (args, asking) => {
      const user = asking.world.users.get(args.user)
      return user ? { user: shownUser(user, args.include_locale, asking) } : refuse('user_not_found')
    },
  }),
  'users.list': method({
    tier: 2,
    scope: 'users:read',
    args: z.object({ include_locale: flag, ...paging }),
    run: (args, asking) => {
      const all = [...asking.world.users.values()].filter((user) => user.team === TEAM)
      const { shown, next } = page(all, args, () => refuse('invalid_cursor'))
      return {
        members: shown.map((user) => shownUser(user, args.include_locale, asking)),
        cache_ts: Math.floor(asking.world.clock.now().epochMilliseconds / 1000),
        response_metadata: { next_cursor: next },
      }
    },
  }),
  'users.lookupByEmail': method({
    tier: 3,
    scope: 'users:read.email',
    args: z.object({ email: z.string() }),
    run: ({ email }, asking) => {
      const user = [...asking.world.users.values()].find(
        (each) => !each.deleted && each.team === TEAM && each.email?.toLowerCase() === email.toLowerCase(),
      )
      return user ? { user: shownUser(user, false, asking) } : refuse('users_not_found')
    },
  }),
  'views.open': method({
    tier: 4,
    args: z.object({ trigger_id: z.string(), view: json(z.unknown()) }),
    run: (args, { world }) => {
      const view = legalModal(args.view)
      const opened = {
        id: world.id('V'),
        user: exchange(world, args.trigger_id),
        hash: freshHash(world),
        view,
      }
      world.modals.set(opened.id, opened)
      return { view: shownView(opened) }
    },
  }),
  'views.update': method({
    tier: 4,
    args: z.object({ view_id: z.string(), view: json(z.unknown()), hash: z.string().optional() }),
    run: (args, { world }) => {
      const old = world.modals.get(args.view_id) ?? refuse('not_found')
      if (args.hash && args.hash !== old.hash) return refuse('hash_conflict')
      const changed = { ...old, hash: freshHash(world), view: legalModal(args.view) }
      world.modals.set(changed.id, changed)
      return { view: shownView(changed) }
    },
  }),
  'views.publish': method({
    tier: 4,
    args: z.object({ user_id: z.string(), view: json(z.unknown()), hash: z.string().optional() }),
    run: (args, { world }) => {
      const view = legalHome(args.view)
      if (world.users.get(args.user_id)?.team !== TEAM) return refuse('invalid_arguments')
      const old = world.homes.get(args.user_id)
      if (args.hash && old && args.hash !== old.hash) return refuse('hash_conflict')
      const home = { id: old?.id ?? world.id('V'), user: args.user_id, hash: freshHash(world), view }
      world.homes.set(args.user_id, home)
      return { view: shownView(home) }
    },
  }),
  'oauth.v2.access': method({
    tier: 4,
    token: 'none',
    args: z.object({
      client_id: z.string().optional(),
      client_secret: z.string().optional(),
      grant_type: z.string().optional(),
      refresh_token: z.string().optional(),
    }),
    run: (args, { world, scopes, basic }) => {
      if ((args.client_id ?? basic?.[0]) !== CLIENT_ID) return refuse('invalid_client_id')
      if ((args.client_secret ?? basic?.[1]) !== CLIENT_SECRET) return refuse('bad_client_secret')
      // Installing by a browser is not played here: a workspace begins with its tokens.
      if (args.grant_type !== 'refresh_token') return refuse('invalid_code')
      // Each is good once, and for a moment after: whoever comes later with the same one is locked out.
      const name = args.refresh_token ?? ''
      const now = world.clock.now()
      const until = world.refreshTokens.get(name)
      if (until === undefined || (until && Temporal.Instant.compare(now, until) >= 0))
        return refuse('invalid_refresh_token')
      world.refreshTokens.set(name, until ?? now.add({ seconds: world.graceSeconds }))
      const { token, refresh } = issue(world, false)
      return {
        access_token: token,
        refresh_token: refresh,
        expires_in: TOKEN_LIFE,
        token_type: 'bot',
        app_id: APP,
        bot_user_id: BOT_USER,
        scope: [...scopes].join(),
        team: { id: TEAM, name: '市役所' },
        enterprise: null,
        is_enterprise_install: false,
      }
    },
  }),
}
