// What will bite later: each is told while there is time to mend it.
import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import tls from 'node:tls'
import { z } from 'zod'
import type { City } from '../compose.ts'
import { type Config, folderOf } from '../config.ts'
import { deliveryHealth, lastBackup } from '../delivery/health.ts'
import { drillMark } from './backup.ts'
import { type Finding, finding } from './finding.ts'

/** Time enough for a request through the city's own procedures. */
const early = { token: 60, certificate: 45, server: 270 }
const dayMs = 24 * 60 * 60 * 1000

const daysFrom = (now: Temporal.Instant, until: Temporal.Instant) =>
  Math.floor((until.epochMilliseconds - now.epochMilliseconds) / dayMs)
const dayOf = (at: Temporal.Instant, zone: string) => at.toZonedDateTimeISO(zone).toPlainDate().toString()

/** The end of a client secret as whoever made it wrote it down: Microsoft does not tell it without more rights. */
export function judgeSecret(ends: string | undefined, today: Temporal.PlainDate): Finding {
  const mend = {
    ja: 'Entra の「アプリの登録 → 証明書とシークレット」で新しい値を作り、TEAMS_CLIENT_SECRET と TEAMS_SECRET_ENDS を書き換えて起動し直してください',
    en: 'Make a new one in Entra under "App registrations, Certificates & secrets", change TEAMS_CLIENT_SECRET and TEAMS_SECRET_ENDS, and restart',
  }
  if (ends === undefined)
    return finding(
      'teams secret',
      'note',
      'Teams のシークレットの期限が分かりません。TEAMS_SECRET_ENDS に期限の日（2027-03-31 の形）を書くと、60日前からお知らせします。',
      'The end of the Teams secret is not known. Write its last day to TEAMS_SECRET_ENDS (as 2027-03-31) to be told 60 days ahead.',
    )
  const days = today.until(ends, { largestUnit: 'days' }).days
  if (days > early.token)
    return finding(
      'teams secret',
      'good',
      `Teams のシークレットは ${ends} まで`,
      `The Teams secret ends on ${ends}`,
    )
  return finding(
    'teams secret',
    days < 7 ? 'bad' : 'note',
    days < 0
      ? `Teams のシークレットの期限（${ends}）が過ぎています。${mend.ja}。`
      : `Teams のシークレットの期限まであと${days}日（${ends}）です。${mend.ja}。`,
    days < 0
      ? `The Teams secret has ended (${ends}). ${mend.en}.`
      : `The Teams secret ends in ${days} days (${ends}). ${mend.en}.`,
  )
}

/** `which`: whose certificate it is. */
export function judgeCertificate(
  which: { readonly ja: string; readonly en: string },
  ends: Temporal.Instant,
  now: Temporal.Instant,
  zone: string,
): Finding {
  const days = daysFrom(now, ends)
  const on = dayOf(ends, zone)
  if (days > early.certificate)
    return finding('certificate', 'good', `${which.ja}は ${on} まで`, `${which.en} ends on ${on}`)
  return finding(
    'certificate',
    days < 7 ? 'bad' : 'note',
    days < 0
      ? `${which.ja}の期限（${on}）が過ぎています。新しいものに入れ替えてください。`
      : `${which.ja}の期限まであと${days}日（${on}）です。入れ替えの手続を始めてください。`,
    days < 0
      ? `${which.en} has ended (${on}). Replace it.`
      : `${which.en} ends in ${days} days (${on}). Begin to have it replaced.`,
  )
}

const authorities = {
  ja: '庁内の認証局の証明書（NODE_EXTRA_CA_CERTS）',
  en: 'The private CA (NODE_EXTRA_CA_CERTS)',
}

/** A list of this many is the operating system's own, in which some are always about to end. */
const publicList = 20

/** Of a city's own authorities the next one to end counts. */
export function judgeAuthorities(pem: string, now: Temporal.Instant, zone: string): Finding {
  const ends = [...pem.matchAll(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g)]
    .map(([one]) => new X509Certificate(one).validToDate.getTime())
    .toSorted((a, b) => a - b)
  const last = ends.at(-1)
  if (last === undefined)
    return finding(
      'certificate',
      'bad',
      'NODE_EXTRA_CA_CERTS のファイルに証明書（PEM 形式）がありません。庁内の認証局の証明書を PEM 形式で置いてください。',
      'The file of NODE_EXTRA_CA_CERTS holds no certificate (PEM). Put the private CA there in PEM form.',
    )
  const next = ends.length >= publicList ? last : (ends.find((end) => end >= now.epochMilliseconds) ?? last)
  return judgeCertificate(authorities, Temporal.Instant.fromEpochMilliseconds(next), now, zone)
}

/** When the certificate ends that a server shows; undefined where it cannot be asked. Nothing is sent to it. */
function endOf({ hostname, port }: URL, patienceMs = 4000): Promise<Temporal.Instant | undefined> {
  return new Promise((resolve) => {
    const host = hostname.replace(/^\[|\]$/g, '')
    // Whether it is trusted is not the question here, and it may have ended already.
    const socket = tls.connect({
      host,
      port: Number(port) || 443,
      servername: host,
      rejectUnauthorized: false,
    })
    const end = (found?: Temporal.Instant) => {
      socket.destroy()
      resolve(found)
    }
    socket.setTimeout(patienceMs, () => end())
    socket.once('error', () => end())
    socket.once('secureConnect', () => {
      const until = Date.parse(socket.getPeerCertificate().valid_to)
      end(Number.isNaN(until) ? undefined : Temporal.Instant.fromEpochMilliseconds(until))
    })
  })
}

async function checkCertificates(
  { wayOut, publicUrl, zone }: Config,
  now: Temporal.Instant,
): Promise<Finding[]> {
  const found: Finding[] = []
  if (wayOut.extraAuthorities)
    found.push(judgeAuthorities(readFileSync(wayOut.extraAuthorities, 'utf8'), now, zone))
  const servers = [
    [publicUrl, { ja: '公開している URL の証明書（PUBLIC_URL）', en: 'The certificate of PUBLIC_URL' }],
    [wayOut.proxy, { ja: 'プロキシの証明書（HTTPS_PROXY）', en: "The proxy's certificate (HTTPS_PROXY)" }],
  ] as const
  for (const [url, which] of servers) {
    if (!url?.startsWith('https://')) continue
    const ends = await endOf(new URL(url))
    found.push(
      ends
        ? judgeCertificate(which, ends, now, zone)
        : finding(
            'certificate',
            'note',
            `${which.ja}の期限を、このサーバーからは確かめられません。担当の方に期限をご確認ください。`,
            `${which.en} cannot be seen from this server. Ask whoever looks after it when it ends.`,
          ),
    )
  }
  return found
}

export interface Dispatching {
  readonly silent: boolean
  readonly oldestOverdueMs: number
}

/** A message a quarter of an hour late is a fault. */
const lateMs = 15 * 60_000

export function judgeDispatch({ silent, oldestOverdueMs }: Dispatching): Finding {
  const late = oldestOverdueMs > lateMs
  const hours = Math.floor(oldestOverdueMs / 3_600_000)
  const since =
    hours > 0 ? { ja: `${hours}時間`, en: `${hours} hours` } : { ja: '15分以上', en: 'a quarter of an hour' }
  if (silent && late)
    return finding(
      'dispatch',
      'bad',
      `送るべきお知らせが${since.ja}前から残り、送信が動いていません。はぐくみが起動しているか（systemctl status hagukumi）確認し、起動してください。残りは起動すると送られます。`,
      `Messages have been due for ${since.en} and nobody is sending. See whether Hagukumi runs (systemctl status hagukumi) and start it: it sends what is left.`,
    )
  if (late)
    return finding(
      'dispatch',
      'note',
      `送るべきお知らせが${since.ja}前から残っています。Slack・Teams に届くか、下の結果をご覧ください。届けば順に送られます。`,
      `Messages have been due for ${since.en}. See below whether Slack and Teams can be reached; they go out once they can.`,
    )
  return finding('dispatch', 'good', '送るべきお知らせは残っていません', 'Nothing that is due is left unsent')
}

export function judgeBackup(last: Temporal.Instant | null, now: Temporal.Instant, zone: string): Finding {
  const mend = {
    ja: '「hagukumi backup フォルダー --keep 14」を毎晩動かしてください（docs/it/backup.md）。サーバー側で控えている場合は、そちらが動いていることを確認してください',
    en: 'Run "hagukumi backup FOLDER --keep 14" every night (docs/it/backup.md). Where the server itself is backed up, see that this works',
  }
  if (!last)
    return finding(
      'backup',
      'note',
      `控えをまだ取っていません。${mend.ja}。`,
      `No backup was taken yet. ${mend.en}.`,
    )
  const days = daysFrom(last, now)
  const on = dayOf(last, zone)
  if (days <= 2) return finding('backup', 'good', `最後の控え ${on}`, `Last backup on ${on}`)
  return finding(
    'backup',
    days > 7 ? 'bad' : 'note',
    `最後の控えは${days}日前（${on}）です。${mend.ja}。`,
    `The last backup is ${days} days old (${on}). ${mend.en}.`,
  )
}

/** A drill is due twice a year. */
const drillEvery = 200

export function judgeDrill(last: Temporal.Instant | undefined, now: Temporal.Instant, zone: string): Finding {
  const mend = {
    ja: '「hagukumi drill 控えのファイル」で、控えから戻せることを確かめてください',
    en: 'Run "hagukumi drill FILE" with a backup, to see that it comes back',
  }
  if (!last)
    return finding(
      'drill',
      'note',
      `控えから戻す訓練の記録がこのサーバーにありません。${mend.ja}。`,
      `No restore drill is known on this server. ${mend.en}.`,
    )
  const days = daysFrom(last, now)
  return days <= drillEvery
    ? finding('drill', 'good', `最後の訓練 ${dayOf(last, zone)}`, `Last drill on ${dayOf(last, zone)}`)
    : finding(
        'drill',
        'note',
        `最後に控えから戻したのは${days}日前です。${mend.ja}。`,
        `The last restore drill was ${days} days ago. ${mend.en}.`,
      )
}

/** Last day of each major version's support (postgresql.org/support/versioning). */
const supported: Readonly<Record<number, string>> = {
  15: '2027-11-11',
  16: '2028-11-09',
  17: '2029-11-08',
  18: '2030-11-14',
}

/** Of a server; the embedded database comes with the program. Undefined: a version newer than this program. */
export function judgeServer(version: string, today: Temporal.PlainDate): Finding | undefined {
  const major = Number.parseInt(version, 10)
  const until = supported[major]
  if (until === undefined) return undefined
  const days = today.until(until, { largestUnit: 'days' }).days
  if (days > early.server) return undefined
  return finding(
    'postgresql',
    days < 0 ? 'bad' : 'note',
    days < 0
      ? `PostgreSQL ${major} の修正の提供は ${until} に終わりました。新しい版のサーバーへ移してください（hagukumi move --to URL）。`
      : `PostgreSQL ${major} の修正の提供は ${until} に終わります。新しい版のサーバーを用意し、hagukumi move --to URL で移してください。`,
    days < 0
      ? `PostgreSQL ${major} has had no fixes since ${until}. Move to a newer server (hagukumi move --to URL).`
      : `PostgreSQL ${major} gets fixes until ${until}. Prepare a newer server and move there (hagukumi move --to URL).`,
  )
}

const drillShape = z.object({ at: z.string() })

function lastDrill(dir: string): Temporal.Instant | undefined {
  const file = path.join(dir, drillMark)
  if (!existsSync(file)) return undefined
  try {
    return Temporal.Instant.from(drillShape.parse(JSON.parse(readFileSync(file, 'utf8'))).at)
  } catch {
    return undefined
  }
}

/** All of them, of an installation that is used for real; a demo city has nothing to lose. */
export async function forewarn(
  config: Config,
  city: City | undefined,
  now: Temporal.Instant,
): Promise<Finding[]> {
  const { zone } = config
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  const found: Finding[] = []
  if (city) {
    const { db } = city.core
    if (db.kind === 'server') {
      const { rows } = await db.pool.query<{ version: string }>(
        `SELECT current_setting('server_version') AS version`,
      )
      const server = judgeServer(rows[0]?.version ?? '', today)
      if (server) found.push(server)
    }
    if (config.production) {
      found.push(judgeDispatch(await deliveryHealth(db, now)))
      found.push(judgeBackup(await lastBackup(db), now, zone))
      found.push(judgeDrill(lastDrill(folderOf(config)), now, zone))
    }
  }
  if (config.teams) found.push(judgeSecret(config.teams.secretEnds, today))
  return [...found, ...(await checkCertificates(config, now))]
}
