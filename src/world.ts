// What runs in the process: the real city with its platforms, or the playground with a pretended one.
import type { Router } from 'express'
import { connectMail, openDoor } from './adapters/mail/connect.ts'
import { connectSlack, type Slack, SlackRefuses } from './adapters/slack/connect.ts'
import { createRotation } from './adapters/slack/rotation.ts'
import { connectTeams, type Teams, type TeamsOptions } from './adapters/teams/connect.ts'
import { fetchCalendar } from './agenda/groupware/fetch.ts'
import type { ChatPlatform } from './chat/chat.ts'
import { type City, type CityOptions, composeCity, demoMark } from './compose.ts'
import type { Config } from './config.ts'
import type { Database } from './db/open.ts'
import { inTransaction } from './db/transaction.ts'
import { serviceUrlOf } from './directory/accounts.ts'
import { meetAccount } from './directory/change/accounts.ts'
import { keepMailAccounts } from './directory/mail-accounts.ts'
import { readSetting, writeSetting } from './directory/settings.ts'
import { FILE_LIMIT_MB } from './intake/router.ts'
import { keptIn } from './kept.ts'
import { type Clock, systemClock } from './kernel/clock.ts'
import type { Log } from './kernel/log.ts'
import type { Secret } from './kernel/secret.ts'
import { withoutProxy } from './kernel/way-out.ts'
import { slackTokens } from './slack-tokens.ts'

export interface WorldOptions {
  readonly config: Config
  readonly db: Database
  readonly secret: Secret
  readonly log: Log
  /** Where this process listens, once it does. */
  readonly url?: string
}

export interface World {
  readonly city: City
  /** Mounted at "/" behind health and metrics; they read their own bodies. */
  readonly routes: readonly Router[]
  /** Ready to be used, in words for whoever started it. */
  readonly about: string
  /** Takes nothing more in, and finishes what is under way. */
  stop(): Promise<void>
}

/** The way the playground is started: `src/playground` exports one of these. */
export type StartWorld = (options: WorldOptions) => Promise<World>

/** The bot token of the settings; where the app rotates its tokens, the present one. */
export function slackToken({ config, db, secret, log }: WorldOptions): () => Promise<string> {
  const { botToken = '', rotation, apiUrl } = config.slack ?? {}
  if (!rotation) return async () => botToken
  return createRotation({
    ...rotation,
    store: slackTokens(db, secret, rotation.refreshToken),
    clock: systemClock,
    log,
    ...(apiUrl && { url: apiUrl }),
  })
}

/** Slack as the settings say it is reached; undefined where the city does not use it. */
function openSlack(options: WorldOptions): Slack | undefined {
  const { config, db, secret, log } = options
  const { slack } = config
  if (!slack) return undefined
  const { appToken = '', signingSecret, apiUrl } = slack
  const { proxy } = config.wayOut
  return connectSlack({
    token: slackToken(options),
    way: signingSecret ? { signingSecret } : { appToken },
    directory: {
      meet: async ({ standing, ...profile }, came) => {
        const met = { ...profile, platform: 'slack', open: standing === 'member', came } as const
        const now = systemClock.now()
        const today = now.toZonedDateTimeISO(config.zone).toPlainDate()
        await inTransaction(db, (tx) => meetAccount(tx, met, now, today))
      },
    },
    mark: (text) => secret.mark(`slack ${text}`),
    clock: systemClock,
    log,
    largestFile: FILE_LIMIT_MB * 1024 * 1024,
    ...(apiUrl && { url: apiUrl }),
    ...(proxy && { proxy: { url: proxy, except: withoutProxy(config.wayOut) } }),
  })
}

/** What the directory learns from Teams, and what it knows for it. */
export const meetOnTeams = (
  db: Database,
  clock: Clock,
  zone: string,
  secret: Secret,
): Pick<TeamsOptions, 'directory' | 'placeOf' | 'keeping'> => ({
  keeping: keptIn(db, secret, clock),
  directory: {
    meet: async ({ standing, emails, ...profile }, came) => {
      const [email, ...otherEmails] = emails
      const open = standing === 'member'
      const met = { ...profile, platform: 'teams', open, came, ...(email && { email, otherEmails }) } as const
      const now = clock.now()
      const today = now.toZonedDateTimeISO(zone).toPlainDate()
      await inTransaction(db, (tx) => meetAccount(tx, met, now, today))
    },
  },
  placeOf: (conversation) => serviceUrlOf(db, 'teams', conversation),
})

/** Teams as the settings say it is reached; undefined where the city does not use it. */
function openTeams({ config, db, secret, log }: WorldOptions): Teams | undefined {
  const { teams, zone } = config
  if (!teams) return undefined
  return connectTeams({
    ...teams,
    ...meetOnTeams(db, systemClock, zone, secret),
    log,
    largestFile: FILE_LIMIT_MB * 1024 * 1024,
  })
}

/** E-mail as the settings say it is sent; undefined where the city does not send any. */
export function openMail({ config, secret, log }: WorldOptions, clock: Clock): ChatPlatform | undefined {
  const { mail, zone, publicUrl } = config
  if (!mail) return undefined
  const { server, tls, from } = mail
  const now = () => clock.now()
  const more = publicUrl ? { publicUrl } : {}
  return connectMail({ server: { ...server, tls }, from, secret, now, zone, log, ...more }).platform
}

/** The pages behind links in e-mails and behind printed codes: only where the outside address is known. */
export const doorOf = (
  { config, secret, log }: WorldOptions,
  clock: Clock,
  receive: City['intake']['receive'],
): Router[] =>
  config.publicUrl === undefined ? [] : [openDoor({ secret, now: () => clock.now(), receive, log })]

/** Reads calendars of people's groupware, as far as the settings allow. */
export const calendarsOf = ({ config }: WorldOptions): Pick<CityOptions, 'fetchCalendar'> => ({
  fetchCalendar: (address) =>
    fetchCalendar(address, {
      inside: config.calendarHosts,
      proxied: config.wayOut.proxy !== undefined,
    }),
})

const aboutSlack = {
  connected: 'Slack につながっています / Connected to Slack',
  away: 'Slack にまだ届きません。つながるまで試し続けます（doctor で確認できます） / Slack is out of reach; trying again until it is there (doctor tells more)',
}

const slackRefuses = ({ code }: SlackRefuses) =>
  new WorldError(
    `Slack がトークンを受け付けません（${code}）。SLACK_BOT_TOKEN を、Slack のアプリ設定「OAuth & Permissions」の値と見比べてください。`,
    `Slack does not take the token (${code}). Compare SLACK_BOT_TOKEN with "OAuth & Permissions" in the app's settings.`,
  )

/** Real time, real platforms. Adapters' connections are opened here. Throws WorldError. */
export const startCity: StartWorld = async (options) => {
  const { config, db, secret, log } = options
  const { zone, publicUrl } = config
  const slack = openSlack(options)
  const teams = openTeams(options)
  const mail = openMail(options, systemClock)
  const chats = [slack, teams].flatMap((each) => (each ? [each.platform] : []))
  const platforms = [...chats, ...(mail ? [mail] : [])]
  const city = composeCity({
    db,
    clock: systemClock,
    zone,
    publicUrl,
    secret,
    log,
    platforms,
    ...calendarsOf(options),
  })
  const receive: typeof city.intake.receive = (event, recorded) => city.intake.receive(event, recorded)
  const disconnect = async () => {
    await Promise.all([slack?.stop(), teams?.stop()])
  }
  let connected = false
  if (mail) await inTransaction(db, keepMailAccounts)
  try {
    connected = (await slack?.start(receive)) ?? false
    await teams?.start({ receive, opensForm: city.intake.opensForm })
  } catch (error) {
    await disconnect()
    throw error instanceof SlackRefuses ? slackRefuses(error) : error
  }
  city.delivery.start()
  return {
    city,
    routes: [...(slack?.routes ?? []), ...(teams?.routes ?? []), ...doorOf(options, systemClock, receive)],
    about: [
      ...(slack ? [connected ? aboutSlack.connected : aboutSlack.away] : []),
      ...(teams
        ? ['Teams からの受け口を開いています（/api/messages） / Open for Teams (/api/messages)']
        : []),
      ...(mail
        ? ['チャットのない職員へはメールでお知らせします / People without a chat are told by e-mail']
        : []),
    ].join('\n'),
    stop: async () => {
      await disconnect()
      await city.delivery.stop()
    },
  }
}

/** Settings that must not be started; the message says what to do, in both languages. */
export class WorldError extends Error {
  constructor(ja: string, en: string) {
    super(`${ja}\n${en}`)
    this.name = 'WorldError'
  }
}

const loopback = (host: string) => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** Throws WorldError where the settings alone forbid a start. */
export function refuseUnsafe(config: Config): void {
  if (!config.production && !loopback(config.host))
    throw new WorldError(
      'お試しの市役所には合言葉がないため、このコンピューターの中だけで使えます。HOST を 127.0.0.1 にするか、Slack か Teams の設定をしてください。',
      'The demo city has no sign-in, so it is for this computer alone. Set HOST to 127.0.0.1, or set the tokens of Slack or Teams.',
    )
  if (!config.production && config.mail && !loopback(config.mail.server.host))
    throw new WorldError(
      'お試しの市役所の方々のアドレスは作りものです。SMTP_URL はこのコンピューターの中（smtp://127.0.0.1:…）にするか、Slack か Teams の設定をしてください。',
      'The people of the demo city are made up, and so are their addresses. Let SMTP_URL be on this computer (smtp://127.0.0.1:…), or set the tokens of Slack or Teams.',
    )
  if (config.teams?.standIn && !loopback(config.host))
    throw new WorldError(
      'TEAMS_STAND_IN_URL は試験用です。HOST を 127.0.0.1 にするか、TEAMS_STAND_IN_URL を空にしてください。',
      'TEAMS_STAND_IN_URL is for tests. Set HOST to 127.0.0.1, or leave TEAMS_STAND_IN_URL out.',
    )
  if (config.production && config.databaseUrl && !config.key)
    throw new WorldError(
      'DATABASE_URL を使うときは HAGUKUMI_KEY も必要です。openssl rand -base64 32 で作り、すべてのプロセスで同じ値にしてください。',
      'HAGUKUMI_KEY is needed with DATABASE_URL. Make one with openssl rand -base64 32, the same for every process.',
    )
}

/**
 * Neither world is started over the other's data: the demo city never over real staff, real platforms never over the
 * demo city. An empty database becomes what it is first started as. Throws WorldError.
 */
export async function claimWorld(db: Database, config: Config, now: Temporal.Instant): Promise<void> {
  await inTransaction(db, async (tx) => {
    const demo = await readSetting(tx, demoMark)
    if (demo && config.production)
      throw new WorldError(
        'このデータベースにはお試しの市役所が入っています。本番には別のデータベース（DATABASE_URL）か別のフォルダー（HAGUKUMI_DATA）を使ってください。',
        'This database holds the demo city. Use another database (DATABASE_URL) or folder (HAGUKUMI_DATA) for the real one.',
      )
    if (demo || config.production) return
    if ((await tx.person.count()) > 0)
      throw new WorldError(
        'このデータベースには職員のデータがあるため、お試しの市役所を始められません。Slack か Teams の設定をするか、DATABASE_URL と HAGUKUMI_DATA を見直してください。',
        'This database holds staff data, so the demo city is not started on it. Set the tokens of Slack or Teams, or mend DATABASE_URL and HAGUKUMI_DATA.',
      )
    await writeSetting(tx, demoMark, true, now)
  })
}
