// Is this installation well, and if not, how is it mended? Each check is by itself: one that fails says so, and the
// others still run.
import { existsSync, statfsSync, statSync } from 'node:fs'
import path from 'node:path'
import { type Inspected as InspectedMail, inspectMail } from '../adapters/mail/inspect.ts'
import { type Inspected, inspectSlack } from '../adapters/slack/inspect.ts'

import { early, RotationEnded } from '../adapters/slack/rotation.ts'
import { graphPermission, type Inspected as InspectedTeams, inspectTeams } from '../adapters/teams/inspect.ts'

import type { City } from '../compose.ts'
import { type Config, folderOf } from '../config.ts'
import { DatabaseProblem } from '../db/errors.ts'
import { holidaysKnownUntil } from '../kernel/calendar.ts'
import { systemClock } from '../kernel/clock.ts'
import { createLog } from '../kernel/log.ts'
import { loadSecret, SecretError } from '../kernel/secret.ts'
import { slackTokens } from '../slack-tokens.ts'
import { slackToken } from '../world.ts'
import type { Command, Place } from './command.ts'
import { type Finding, finding, type Verdict } from './finding.ts'
import { forewarn } from './forewarn.ts'

const needed = 26

export function checkNode(version = process.versions.node): Finding {
  const good = Number(version.split('.')[0]) >= needed
  return good
    ? finding('Node.js', 'good', `Node.js ${version}`, `Node.js ${version}`)
    : finding(
        'Node.js',
        'bad',
        `Node.js ${version} では動きません。npm ci のあと npm start で起動してください。`,
        `Node.js ${version} is too old. Run npm ci, then start with npm start.`,
      )
}

export function checkZone(zone: string): Finding {
  const era = new Intl.DateTimeFormat('ja-JP-u-ca-japanese', { era: 'long', timeZone: 'Asia/Tokyo' })
  if (!era.format(new Date(Date.UTC(2027, 4, 1))).includes('令和'))
    return finding(
      'zone',
      'bad',
      'この Node.js には日本語の暦が入っていません。npm ci で入る Node.js を使ってください。',
      'This Node.js lacks Japanese calendars. Use the one that npm ci brings.',
    )
  return zone === 'Asia/Tokyo'
    ? finding('zone', 'good', `時間帯 ${zone}`, `Time zone ${zone}`)
    : finding(
        'zone',
        'note',
        `時間帯は ${zone} です。日本の市役所なら HAGUKUMI_ZONE=Asia/Tokyo にしてください。`,
        `The time zone is ${zone}. For a Japanese city hall set HAGUKUMI_ZONE=Asia/Tokyo.`,
      )
}

/** Notices are planned up to a year ahead. */
export function checkHolidays(today: Temporal.PlainDate, knownUntil = holidaysKnownUntil()): Finding {
  const ja = `祝日は${knownUntil}年まで分かっています。`
  const en = `National holidays are known until the end of ${knownUntil}.`
  if (knownUntil > today.year) return finding('holidays', 'good', ja, en)
  return finding(
    'holidays',
    knownUntil === today.year ? 'note' : 'bad',
    `${ja}新しい版のはぐくみに更新してください。`,
    `${en} Update Hagukumi to a newer version.`,
  )
}

export function checkFolder(dir: string, embedded: boolean): Finding {
  if (!existsSync(dir))
    return finding(
      'folder',
      'note',
      `データフォルダー ${dir} はまだありません。最初の起動で作ります。`,
      `The data folder ${dir} is not there yet; the first start makes it.`,
    )
  const { mode } = statSync(dir)
  if (embedded && process.platform !== 'win32' && (mode & 0o077) !== 0)
    return finding(
      'folder',
      'bad',
      `データフォルダー ${dir} をほかの利用者も開けます。chmod 700 ${dir} を実行してください。`,
      `Other users can open the data folder ${dir}. Run chmod 700 ${dir}.`,
    )
  return finding('folder', 'good', `データフォルダー ${dir}`, `Data folder ${dir}`)
}

const MB = 1024 * 1024

export function judgeSpace(freeBytes: number): Finding {
  const free = `${Math.floor(freeBytes / MB).toLocaleString('en')} MB`
  if (freeBytes >= 1024 * MB) return finding('disk', 'good', `空き容量 ${free}`, `Free space ${free}`)
  return finding(
    'disk',
    freeBytes < 200 * MB ? 'bad' : 'note',
    `空き容量が ${free} しかありません。データとバックアップのため 1,024 MB 以上を空けてください。`,
    `Only ${free} is free. Make room: at least 1,024 MB for data and backups.`,
  )
}

function checkSpace(dir: string): Finding {
  let at = dir
  while (!existsSync(at) && path.dirname(at) !== at) at = path.dirname(at)
  const { bavail, bsize } = statfsSync(at)
  return judgeSpace(bavail * bsize)
}

/** `reference` is a moment that cannot lie in the future: the database server's clock, or the last thing recorded. */
export function judgeClock(
  now: Temporal.Instant,
  earliest: Temporal.Instant,
  server?: Temporal.Instant,
): Finding {
  const off = server ? Math.abs(now.since(server).total('seconds')) : 0
  if (Temporal.Instant.compare(now, earliest) < 0)
    return finding(
      'clock',
      'bad',
      `このコンピューターの時計が遅れています（${now}）。時刻合わせ（NTP）を確認してください。`,
      `This computer's clock is behind (${now}). Check its time synchronisation (NTP).`,
    )
  if (off > 60)
    return finding(
      'clock',
      'bad',
      `このコンピューターとデータベースの時計が ${Math.round(off)} 秒ずれています。両方の時刻合わせ（NTP）を確認してください。`,
      `The clocks of this computer and of the database differ by ${Math.round(off)} seconds. Check the time synchronisation (NTP) of both.`,
    )
  return finding(
    'clock',
    'good',
    `時計 ${now.toString({ smallestUnit: 'second' })}`,
    `Clock ${now.toString({ smallestUnit: 'second' })}`,
  )
}

function checkSettings(config: Config): Finding {
  if (config.production)
    return finding(
      'settings',
      'good',
      '設定は読み取れました（本番）。',
      'The settings are in order (production).',
    )
  return finding(
    'settings',
    'good',
    '設定は読み取れました。Slack と Teams の設定がないため、お試しの市役所で動きます。',
    'The settings are in order. Without tokens of Slack or Teams it runs with the demo city.',
  )
}

/** Whether the way out leads through a proxy, by its name alone. */
export function checkWayOut({ proxy }: Config['wayOut']): Finding[] {
  if (!proxy) return []
  const { host } = new URL(proxy)
  return [
    finding(
      'way out',
      'good',
      `Slack・Microsoft へはプロキシ ${host} を通ります`,
      `Slack and Microsoft are reached through the proxy ${host}`,
    ),
  ]
}

/** What Slack said, and how each is mended in the app's settings (api.slack.com/apps). */
export function judgeSlack({ bot, workspace, missing, socket }: Inspected): Finding[] {
  const away = finding(
    'slack',
    'bad',
    'Slack に届きません。このサーバーから https://slack.com の 443 番へ出られるか、プロキシ（HTTPS_PROXY）と庁内の認証局（NODE_EXTRA_CA_CERTS）を確認してください。',
    'Slack cannot be reached. Check that this server may go out to https://slack.com, port 443, the proxy (HTTPS_PROXY) and a private CA (NODE_EXTRA_CA_CERTS).',
  )
  if (bot === 'unreachable') return [away]
  const found: Finding[] = []
  if (bot !== 'ok')
    found.push(
      finding(
        'slack',
        'bad',
        `Slack が SLACK_BOT_TOKEN を受け付けません（${bot}）。「OAuth & Permissions」のトークンを貼り直してください。`,
        `Slack does not take SLACK_BOT_TOKEN (${bot}). Paste the token of "OAuth & Permissions" again.`,
      ),
    )
  else if (missing.length > 0)
    found.push(
      finding(
        'slack',
        'bad',
        `Slack の権限が足りません：${missing.join(', ')}。manifests/slack.json をアプリの「App Manifest」に貼り、インストールし直してください。`,
        `Scopes are missing in Slack: ${missing.join(', ')}. Paste manifests/slack.json under "App Manifest" and install the app again.`,
      ),
    )
  else
    found.push(
      finding(
        'slack',
        'good',
        `Slack のワークスペース「${workspace ?? ''}」につながります`,
        `Connected to the Slack workspace "${workspace ?? ''}"`,
      ),
    )
  if (socket === 'unreachable') found.push(away)
  else if (socket !== undefined && socket !== 'ok')
    found.push(
      finding(
        'slack',
        'bad',
        `Slack が SLACK_APP_TOKEN を受け付けません（${socket}）。「Basic Information」の App-Level Tokens で connections:write を付けて作り、Socket Mode を有効にしてください。`,
        `Slack does not take SLACK_APP_TOKEN (${socket}). Make one under "Basic Information", App-Level Tokens, with connections:write, and turn Socket Mode on.`,
      ),
    )
  return found
}

/** Whether the next token was had in time, once it was asked for: a refresh token may have been used up in a crash. */
export function judgeRotation(expires: Temporal.Instant, now: Temporal.Instant, zone: string): Finding[] {
  if (Temporal.Instant.compare(now.add(early), expires) < 0) return []
  const until = expires.toZonedDateTimeISO(zone).toPlainTime().toString({ smallestUnit: 'minute' })
  return [
    finding(
      'slack',
      'bad',
      `Slack の次のトークンを受け取れていません。いまのトークンは ${until} まで使えます。それまでに「OAuth & Permissions」のトークンとリフレッシュトークンを貼り直し、起動し直してください。`,
      `The next token of Slack was not received. The present one works until ${until}: before that, paste the token and the refresh token of "OAuth & Permissions" again and restart.`,
    ),
  ]
}

async function checkSlack(config: Config, city: City | undefined): Promise<Finding[]> {
  const { slack } = config
  if (!slack) return []
  const { signingSecret, appToken, apiUrl } = slack
  const log = createLog('silent')
  let { botToken } = slack
  const found: Finding[] = []
  if (slack.rotation && city) {
    try {
      const { db } = city.core
      const secret = loadSecret(folderOf(config), config.key)
      botToken = await slackToken({ config, db, secret, log })()
      const kept = await slackTokens(db, secret, slack.rotation.refreshToken).read()
      if (kept) found.push(...judgeRotation(kept.expires, systemClock.now(), config.zone))
    } catch (error) {
      const code = error instanceof RotationEnded ? error.code : 'unreachable'
      return [
        finding(
          'slack',
          'bad',
          `Slack の次のトークンを受け取れません（${code}）。「OAuth & Permissions」のトークンとリフレッシュトークンを貼り直してください。`,
          `The next token of Slack cannot be had (${code}). Paste the token and the refresh token of "OAuth & Permissions" again.`,
        ),
      ]
    }
  }
  const inspected = await inspectSlack({
    botToken,
    log,
    ...(!signingSecret && appToken && { appToken }),
    ...(apiUrl && { url: apiUrl }),
  })
  return [...found, ...judgeSlack(inspected)]
}

/** What Microsoft said, and how each is mended (entra.microsoft.com, App registrations). */
export function judgeTeams({ token, keys, graph }: InspectedTeams, publicUrl: string | undefined): Finding[] {
  const found: Finding[] = []
  if (token === 'unreachable' || keys === 'unreachable')
    found.push(
      finding(
        'teams',
        'bad',
        'Microsoft に届きません。このサーバーから login.microsoftonline.com・login.botframework.com・smba.trafficmanager.net へ出られるか、プロキシ（HTTPS_PROXY）と社内認証局（NODE_EXTRA_CA_CERTS）を確認してください。',
        'Microsoft cannot be reached. Check that this server may go out to login.microsoftonline.com, login.botframework.com and smba.trafficmanager.net, the proxy (HTTPS_PROXY) and a private CA (NODE_EXTRA_CA_CERTS).',
      ),
    )
  else if (token !== 'ok')
    found.push(
      finding(
        'teams',
        'bad',
        `Microsoft が Teams の設定を受け付けません（${token}）。TEAMS_CLIENT_ID・TEAMS_TENANT_ID と、TEAMS_CLIENT_SECRET（シークレットの「値」と期限）を「アプリの登録」と見比べてください。`,
        `Microsoft does not take the settings of Teams (${token}). Compare TEAMS_CLIENT_ID, TEAMS_TENANT_ID and TEAMS_CLIENT_SECRET (the secret's value, and its end) with "App registrations".`,
      ),
    )
  else
    found.push(finding('teams', 'good', 'Teams の登録が使えます', 'The registration for Teams can be used'))
  if (graph === 'ok')
    found.push(
      finding(
        'teams',
        'good',
        'アプリのない方に Teams のアプリを入れられます（Microsoft Graph）',
        'The app can be put with people who lack it (Microsoft Graph)',
      ),
    )
  else if (graph !== undefined)
    found.push(
      finding(
        'teams',
        'bad',
        graph === 'missing'
          ? `TEAMS_CATALOG_APP_ID がありますが、Microsoft Graph の権限がありません。「アプリの登録 → API のアクセス許可」で ${graphPermission}（アプリケーションの許可）を加え、管理者の同意を与えてください。使わないときは TEAMS_CATALOG_APP_ID を空にします。`
          : 'Microsoft Graph に届きません。このサーバーから graph.microsoft.com へ出られるか確認してください。',
        graph === 'missing'
          ? `TEAMS_CATALOG_APP_ID is set, but the permission of Microsoft Graph is missing. Under "App registrations, API permissions" add ${graphPermission} (application) and grant admin consent, or leave TEAMS_CATALOG_APP_ID out.`
          : 'Microsoft Graph cannot be reached. Check that this server may go out to graph.microsoft.com.',
      ),
    )
  if (!publicUrl?.startsWith('https://'))
    found.push(
      finding(
        'teams',
        'note',
        'Teams は外から https で届きます。PUBLIC_URL に外から見た URL を書き、Azure Bot のエンドポイントを（その URL）/api/messages にしてください。',
        'Teams comes in from outside over https. Set PUBLIC_URL, and the endpoint of the Azure Bot to that address with /api/messages.',
      ),
    )
  return found
}

async function checkTeams({ teams, publicUrl }: Config): Promise<Finding[]> {
  return teams ? judgeTeams(await inspectTeams(teams), publicUrl) : []
}

/** The mail server, and whether what an e-mail offers can be pressed. */
export function judgeMail(inspected: InspectedMail, publicUrl: string | undefined): Finding[] {
  const server = {
    ok: finding('mail', 'good', 'メールサーバーにつながります', 'The mail server can be reached'),
    refused: finding(
      'mail',
      'bad',
      'メールサーバーが接続を断りました。SMTP_URL の名前と合言葉、このサーバーからの中継の許可を確認してください。',
      'The mail server refuses us. Check name and password in SMTP_URL, and that it relays for this server.',
    ),
    unreachable: finding(
      'mail',
      'bad',
      'メールサーバーに安全につながりません。SMTP_URL のホスト名とポート、SMTP_TLS、庁内の認証局（NODE_EXTRA_CA_CERTS）を確認してください。',
      'The mail server cannot be reached safely. Check host and port in SMTP_URL, SMTP_TLS and a private CA (NODE_EXTRA_CA_CERTS).',
    ),
  }[inspected]
  if (publicUrl?.startsWith('https://')) return [server]
  return [
    server,
    finding(
      'mail',
      'note',
      publicUrl
        ? 'PUBLIC_URL が http:// のため、メールのリンクの中身が途中で読めます。https:// にしてください。'
        : 'PUBLIC_URL が空のため、メールから日程を選ぶなどの手続きができません。職員の端末から届く URL を設定してください。',
      publicUrl
        ? 'PUBLIC_URL begins with http://, so links in e-mails can be read on their way. Make it https://.'
        : 'Without PUBLIC_URL nothing can be chosen or confirmed from an e-mail. Set an address that staff can reach.',
    ),
  ]
}

async function checkMail({ mail, publicUrl }: Config): Promise<Finding[]> {
  return mail ? judgeMail(await inspectMail({ ...mail.server, tls: mail.tls }), publicUrl) : []
}

async function checkDatabase(place: Place): Promise<{ finding: Finding; city?: City }> {
  try {
    const city = await place.open()
    const { db } = city.core
    const { rows } = await db.pool.query<{ version: string; migrations: number; latest: string }>(
      `SELECT current_setting('server_version') AS version, count(*) AS migrations,
              max(migration_name) AS latest
         FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
    )
    const [row] = rows
    const kind = db.kind === 'embedded' ? { ja: '内蔵', en: 'embedded' } : { ja: 'サーバー', en: 'server' }
    const { version = '', migrations = 0, latest = '' } = row ?? {}
    return {
      city,
      finding: finding(
        'database',
        'good',
        `データベース PostgreSQL ${version}（${kind.ja}）、表の版 ${latest}（${migrations}）`,
        `Database PostgreSQL ${version} (${kind.en}), tables at ${latest} (${migrations})`,
      ),
    }
  } catch (error) {
    if (error instanceof DatabaseProblem) return { finding: finding('database', 'bad', error.ja, error.en) }
    const [ja = '', en = ''] = error instanceof SecretError ? error.message.split('\n') : []
    return {
      finding: finding(
        'database',
        'bad',
        ja || 'データベースを確かめられませんでした。空き容量とフォルダーの権限を確認してください。',
        en || 'The database could not be checked. Check free space and the rights of the folder.',
      ),
    }
  }
}

/** The program was not written before this day. */
const written = Temporal.Instant.from('2026-11-01T00:00:00Z')

/** The computer's own clock, whatever date a playground shows. */
async function checkClock(city: City | undefined): Promise<Finding> {
  const now = systemClock.now()
  if (!city || city.core.db.kind === 'embedded') return judgeClock(now, written)
  const { rows } = await city.core.db.pool.query<{ ms: number }>(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
  )
  const ms = rows[0]?.ms
  return judgeClock(
    now,
    written,
    ms === undefined ? undefined : Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)),
  )
}

const marks: Record<Verdict, string> = { good: '○', note: '△', bad: '×' }

export const doctorCommand: Command = {
  name: 'doctor',
  usage: '',
  about: {
    ja: '設定、データベース、時刻などを確かめ、直し方を示す',
    en: 'Checks settings, database, clock and more, and says how to mend each',
  },
  positionals: [],
  beside: 'forward',
  run: async ({ place, say }) => {
    const { config } = place
    const dir = folderOf(config)
    const before = [
      checkNode(),
      checkSettings(config),
      checkFolder(dir, !config.databaseUrl),
      checkSpace(dir),
    ]
    const { finding: database, city } = await checkDatabase(place)
    const now = place.now()
    const today = now.toZonedDateTimeISO(config.zone).toPlainDate()
    const after = [
      checkZone(config.zone),
      await checkClock(city),
      checkHolidays(today),
      ...(await forewarn(config, city, now)),
      ...checkWayOut(config.wayOut),
      ...(await checkSlack(config, city)),
      ...(await checkTeams(config)),
      ...(await checkMail(config)),
    ]
    const findings = [...before, database, ...after]
    for (const { verdict, ja, en } of findings) {
      say(`${marks[verdict]} ${ja}`)
      say(`  ${en}`)
    }
    const bad = findings.filter(({ verdict }) => verdict === 'bad').length
    say('')
    say(
      bad === 0
        ? '問題は見つかりませんでした。 / All is well.'
        : `直すところが${bad}件あります。 / To be mended: ${bad}.`,
    )
    return bad === 0 ? 0 : 1
  },
}
