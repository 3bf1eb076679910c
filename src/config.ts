// The only reader of process.env. Every setting is here, with its default; every error names the variable and says
// how to mend it. `.env.example` is held equal to this file by a test.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

const text = z.string().trim()
const outOfRange = { error: 'must be a whole number from 0 to 65535' }
const port = z.coerce.number(outOfRange).int(outOfRange).min(0, outOfRange).max(65_535, outOfRange)
const optional = text.transform((value) => (value === '' ? undefined : value)).optional()
const beginning = (pattern: RegExp, shape: string) =>
  optional.refine((value) => value === undefined || pattern.test(value), {
    error: `must begin with ${shape}`,
  })

const guid = (shown: string) =>
  optional.refine(
    (value) => value === undefined || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value),
    { error: `must be the ${shown}, such as 11111111-2222-3333-4444-555555555555` },
  )
const entraId = (shown: string) => guid(`${shown} (Microsoft Entra: App registrations, Overview)`)

/** name → schema and the comment that `.env.example` shows (Japanese, then English). */
export const variables = {
  HOST: {
    schema: text.default('127.0.0.1'),
    example: '127.0.0.1',
    about: ['待ち受けるアドレス。', 'Address to listen on.'],
  },
  PORT: {
    schema: port.default(3000),
    example: '3000',
    about: ['待ち受けるポート。', 'Port to listen on.'],
  },
  HAGUKUMI_DATA: {
    schema: text.min(1).default('./data'),
    example: './data',
    about: [
      'データを置くフォルダー（お試しの市役所はその中の demo/）。',
      'Folder for the data (the demo city lives in its demo/ folder).',
    ],
  },
  DATABASE_URL: {
    schema: optional.refine((url) => url === undefined || /^postgres(ql)?:\/\//.test(url), {
      error: 'must begin with postgres:// or postgresql://, or be left out for the embedded database',
    }),
    example: '',
    about: [
      'PostgreSQL 15 以降のサーバー。空なら内蔵データベース。',
      'A PostgreSQL server, 15 or later. Empty: the embedded database.',
    ],
  },
  PUBLIC_URL: {
    schema: optional.refine((url) => url === undefined || (URL.canParse(url) && /^https?:/.test(url)), {
      error: 'must be a full address such as https://hagukumi.example.lg.jp, or be left out',
    }),
    example: '',
    about: [
      '外から見たこのサーバーの URL。空ならカレンダー購読などのリンクを出しません。',
      'This server as seen from outside. Empty: feeds and links are not offered.',
    ],
  },
  HAGUKUMI_ZONE: {
    schema: text
      .default('Asia/Tokyo')
      .refine(isZone, { error: 'must be an IANA time zone such as Asia/Tokyo' }),
    example: 'Asia/Tokyo',
    about: ['組織の時間帯。', "The organisation's time zone."],
  },
  HAGUKUMI_KEY: {
    schema: optional.refine((key) => key === undefined || Buffer.from(key, 'base64').length === 32, {
      error: 'must be 32 bytes in base64; make one with: openssl rand -base64 32',
    }),
    example: '',
    about: [
      '受信箱の封印などに使う鍵（32 バイトの base64）。空ならデータフォルダーに作ります。DATABASE_URL を使うときは必須です。',
      'Key that seals the inbox (32 bytes, base64). Empty: one is made in the data folder. Needed with DATABASE_URL.',
    ],
  },
  HAGUKUMI_PLAYGROUND: {
    schema: z.enum(['city', 'empty']).default('city'),
    example: 'city',
    about: [
      'お試しの中身。empty にすると人事担当1名だけの市役所で始まり、自分の職員名簿を渡して試せます（新しい HAGUKUMI_DATA で）。',
      'What the demo starts with. empty: one HR officer alone, to try a staff list of your own (with a new HAGUKUMI_DATA).',
    ],
  },
  LOG_LEVEL: {
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    example: 'info',
    about: ['ログの詳しさ。', 'How much is logged.'],
  },
  HTTPS_PROXY: {
    schema: optional.refine((url) => url === undefined || (URL.canParse(url) && /^https?:/.test(url)), {
      error: 'must be the address of an HTTP proxy such as http://proxy.city.example.jp:8080',
    }),
    example: '',
    about: [
      'Slack・Microsoft へ出るときの HTTP プロキシ（http://proxy.example.lg.jp:8080。認証は http://名前:合言葉@…）。空なら直接つなぎます。',
      'HTTP proxy on the way to Slack and Microsoft (http://proxy.example.lg.jp:8080, or http://name:password@…). Empty: none.',
    ],
  },
  NO_PROXY: {
    schema: optional,
    example: '',
    about: [
      'プロキシを通さないホスト名（コンマ区切り）。このコンピューターの中は、書かなくても通しません。',
      'Host names that are reached without the proxy, with commas between. This computer itself always is.',
    ],
  },
  NODE_EXTRA_CA_CERTS: {
    schema: optional.refine((file) => file === undefined || existsSync(file), {
      error: 'must be the path of a PEM file that is there',
    }),
    example: '',
    about: [
      '通信を検査する装置など、庁内の認証局の証明書（PEM ファイルの場所）。',
      "The certificate of the city's own authority, where traffic is inspected (path of a PEM file).",
    ],
  },
  SMTP_URL: {
    schema: optional.refine((url) => url === undefined || smtpServer(url) !== undefined, {
      error:
        'must be smtp://host:port or smtps://host:port, with name:password@ before the host where the server wants them',
    }),
    example: '',
    about: [
      'メールサーバー（smtp://mail.example.lg.jp:587、smtps://…:465。認証は smtp://名前:合言葉@…）。設定すると、チャットのない職員へメールでお知らせします。',
      'Mail server (smtp://mail.example.lg.jp:587, smtps://…:465, or smtp://name:password@…). With it, people without a chat are told by e-mail.',
    ],
  },
  SMTP_TLS: {
    schema: z.enum(['required', 'offered', 'off']).default('offered'),
    example: 'offered',
    about: [
      'smtp:// のときの暗号化（STARTTLS）。required＝必ず、offered＝サーバーが応じるとき、off＝使わない（庁内の中継サーバーだけに）。',
      'STARTTLS with smtp://. required: always; offered: where the server has it; off: never (for a relay inside the building).',
    ],
  },
  MAIL_FROM: {
    schema: optional.refine((from) => from === undefined || sender(from) !== undefined, {
      error: 'must be an address such as hagukumi@city.example.lg.jp, or a name and an address: 職員課 <…>',
    }),
    example: '',
    about: [
      'メールの差出人（職員課 <hagukumi@city.example.lg.jp>）。SMTP_URL といっしょに設定します。届かなかったという通知（不達通知）はここに戻るので、人が見る受信箱にします。',
      'Sender of e-mails (Personnel <hagukumi@city.example.lg.jp>). Needed with SMTP_URL. What bounces later comes back to it: use a mailbox that somebody reads.',
    ],
  },
  HAGUKUMI_CALENDAR_HOSTS: {
    schema: optional.refine(
      (hosts) => hosts === undefined || hosts.split(',').every((host) => /^[\w.[\]:-]+$/.test(host.trim())),
      { error: 'must be host names, with commas between: groupware.city.example.jp, 10.1.2.3:8080' },
    ),
    example: '',
    about: [
      '職員が予定の購読 URL を登録できる、庁内のグループウェアのホスト名（コンマ区切り）。インターネット上のものは書かなくても使えます。',
      "Hosts inside the city's network from which staff may have their calendar read, with commas between. Those on the internet need not be named.",
    ],
  },
  SLACK_BOT_TOKEN: {
    schema: beginning(/^(xoxe\.)?xoxb-[\w-]+$/, 'xoxb- (Slack: OAuth & Permissions, Bot User OAuth Token)'),
    example: '',
    about: [
      'Slack に接続するときのボットトークン（xoxb-…）。設定するとお試しの市役所は読み込みません。',
      'Bot token for Slack (xoxb-…). When set, the demo city is never loaded.',
    ],
  },
  SLACK_APP_TOKEN: {
    schema: beginning(/^xapp-[\w-]+$/, 'xapp- (Slack: Basic Information, App-Level Tokens)'),
    example: '',
    about: [
      'Slack のアプリトークン（xapp-…）。Socket Mode（既定。外からの入口が要りません）で使います。',
      'App-level token for Slack (xapp-…), for Socket Mode: the usual way, without any way in from outside.',
    ],
  },
  SLACK_SIGNING_SECRET: {
    schema: optional.refine((value) => value === undefined || /^[0-9a-f]{16,64}$/i.test(value), {
      error: 'must be the Signing Secret (Slack: Basic Information), 32 hexadecimal digits',
    }),
    example: '',
    about: [
      'Slack の署名シークレット。設定すると Socket Mode ではなく HTTP（/slack/events）で受け取ります。',
      'Signing secret of Slack. When set, Slack comes in over HTTP (/slack/events) instead of Socket Mode.',
    ],
  },
  SLACK_CLIENT_ID: {
    schema: optional,
    example: '',
    about: [
      'トークンローテーションを有効にしたときだけ：Client ID（Basic Information）。',
      'Only with token rotation: the Client ID (Basic Information).',
    ],
  },
  SLACK_CLIENT_SECRET: {
    schema: optional,
    example: '',
    about: [
      'トークンローテーションを有効にしたときだけ：Client Secret（Basic Information）。',
      'Only with token rotation: the Client Secret (Basic Information).',
    ],
  },
  SLACK_REFRESH_TOKEN: {
    schema: beginning(/^xoxe-[\w-]+$/, 'xoxe- (Slack: OAuth & Permissions, Refresh Token)'),
    example: '',
    about: [
      'トークンローテーションを有効にしたときだけ：リフレッシュトークン（xoxe-…）。以後のトークンは封印してデータベースに置きます。',
      'Only with token rotation: the refresh token (xoxe-…). Later tokens are kept sealed in the database.',
    ],
  },
  SLACK_API_URL: {
    schema: optional.refine((url) => url === undefined || (URL.canParse(url) && localUrl(new URL(url))), {
      error: 'is for tests alone: http://127.0.0.1:PORT/api/, or leave it out',
    }),
    example: '',
    about: [
      '試験用。このコンピューターで動かす Slack の代役の URL。本番では空のままにします。',
      'For tests: a stand-in for Slack on this computer. Leave it empty.',
    ],
  },
  TEAMS_CLIENT_ID: {
    schema: entraId('Application (client) ID'),
    example: '',
    about: [
      'Teams に接続するときのアプリケーション（クライアント）ID。設定するとお試しの市役所は読み込みません。',
      'Application (client) id for Teams. When set, the demo city is never loaded.',
    ],
  },
  TEAMS_CLIENT_SECRET: {
    schema: optional,
    example: '',
    about: [
      'そのアプリのクライアント シークレットの「値」（ID ではありません）。期限が切れる前に入れ替えます。',
      'The value (not the id) of a client secret of that app. Replace it before it expires.',
    ],
  },
  TEAMS_SECRET_ENDS: {
    schema: optional.refine((value) => value === undefined || isDay(value), {
      error: 'must be a day such as 2027-03-31, or be left out',
    }),
    example: '',
    about: [
      'そのシークレットの期限の日（2027-03-31 の形）。書いておくと、doctor が60日前からお知らせします。',
      'The last day of that secret (as 2027-03-31): doctor warns of it from 60 days ahead.',
    ],
  },
  TEAMS_TENANT_ID: {
    schema: entraId('Directory (tenant) ID'),
    example: '',
    about: [
      '市の Microsoft 365 のテナント ID。ほかのテナントからの話しかけには応じません。',
      "The tenant id of the city's Microsoft 365. Nobody of another tenant is listened to.",
    ],
  },
  TEAMS_CATALOG_APP_ID: {
    schema: guid('App ID of the uploaded app (Teams admin center: Teams apps, Manage apps)'),
    example: '',
    about: [
      '任意。Teams 管理センターの「アプリを管理」に出る「はぐくみ」のアプリ ID。設定すると、アプリのない職員に人事担当が Microsoft Graph でアプリを入れられます（権限 TeamsAppInstallation.ReadWriteSelfForUser.All と管理者の同意が要ります）。',
      "Optional. The App ID of the uploaded app as the Teams admin center shows it. With it HR can put the app with people who lack it, through Microsoft Graph (needs TeamsAppInstallation.ReadWriteSelfForUser.All and an admin's consent).",
    ],
  },
  TEAMS_STAND_IN_URL: {
    schema: optional.refine((url) => url === undefined || (URL.canParse(url) && loopbackUrl(new URL(url))), {
      error: 'is for tests alone: http://127.0.0.1:PORT/, or leave it out',
    }),
    example: '',
    about: [
      '試験用。このコンピューターで動かす Microsoft の代役の URL。本番では空のままにします。',
      "For tests: a stand-in for Microsoft's services on this computer. Leave it empty.",
    ],
  },
} as const

function isDay(day: string): boolean {
  try {
    return Temporal.PlainDate.from(day).toString() === day
  } catch {
    return false
  }
}

function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
    return true
  } catch {
    return false
  }
}

/** The mail server of an address; undefined where it is none. */
function smtpServer(text: string): MailConfig['server'] | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, hostname, port: given, username, password, pathname, search } = new URL(text)
  const secure = protocol === 'smtps:'
  if ((!secure && protocol !== 'smtp:') || hostname === '' || !/^\/?$/.test(pathname) || search !== '')
    return undefined
  if ((username === '') !== (password === '')) return undefined
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: given === '' ? (secure ? 465 : 587) : Number(given),
    secure,
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  }
}

/** "Name <address>" or an address alone, nothing that could end a header. */
function sender(text: string): MailConfig['from'] | undefined {
  const found = /^(?:"?([^"<>\p{Cc}]*?)"?\s*<([^\s<>]+)>|([^\s<>]+))$/u.exec(text)
  const address = found?.[2] ?? found?.[3]
  if (!address || !/^[^\s@,;:"()[\]\\]+@[A-Za-z0-9.-]+$/.test(address)) return undefined
  return { address, ...(found?.[1] && { name: found[1] }) }
}

const isLoopbackHost = (host: string): boolean => /^(localhost|\[?::1\]?|127(\.\d{1,3}){3})$/.test(host)
const loopbackUrl = ({ protocol, hostname }: URL): boolean => protocol === 'http:' && isLoopbackHost(hostname)

/** A token is never sent to another computer than Slack's. */
const localUrl = (url: URL): boolean => loopbackUrl(url) && url.pathname.endsWith('/api/')

/** How the city's Slack workspace is reached. */
export interface SlackConfig {
  readonly botToken: string
  readonly appToken?: string
  /** Wins over the app-level token: HTTP instead of Socket Mode. */
  readonly signingSecret?: string
  readonly apiUrl?: string
  /** Where the app rotates its tokens. */
  readonly rotation?: {
    readonly clientId: string
    readonly clientSecret: string
    readonly refreshToken: string
  }
}

/** How the city's Teams is reached. */
export interface TeamsConfig {
  readonly clientId: string
  readonly clientSecret: string
  /** Its last day, where whoever made it has written it down. */
  readonly secretEnds?: string
  readonly tenantId: string
  /** The app's id in the city's catalogue: the city permits the app to be put with people. */
  readonly catalogId?: string
  /** Its keys are trusted and it gets no real token: refused unless the program listens to this computer alone. */
  readonly standIn?: string
}

/** How people without a chat are written to. */
export interface MailConfig {
  readonly server: {
    readonly host: string
    readonly port: number
    /** TLS from the first byte. */
    readonly secure: boolean
    readonly auth?: { readonly user: string; readonly pass: string }
  }
  readonly tls: 'required' | 'offered' | 'off'
  readonly from: { readonly name?: string; readonly address: string }
}

export interface Config {
  readonly host: string
  /** 0 lets the system choose a free one. */
  readonly port: number
  readonly dataFolder: string
  readonly databaseUrl?: string
  /** Without a trailing slash. */
  readonly publicUrl?: string
  readonly zone: string
  /** 32 bytes in base64. */
  readonly key?: string
  /** What the playground starts with: a city hall in the middle of its year, or one HR officer and nobody else. */
  readonly playground: 'city' | 'empty'
  readonly logLevel: string
  /** Proxy and authorities on the way out to the internet. */
  readonly wayOut: {
    readonly proxy: string | undefined
    readonly noProxy: string | undefined
    readonly extraAuthorities: string | undefined
  }
  /** Tokens of a real platform are present: no demo city, no playground. */
  readonly production: boolean
  readonly slack?: SlackConfig
  readonly teams?: TeamsConfig
  /** Hosts inside the city's network from which calendars are read. */
  readonly calendarHosts: readonly string[]
  /** Beside the chats, never instead of them. */
  readonly mail?: MailConfig
}

/** A setting that makes no sense; the message names each variable and says how to mend it. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(
      `設定を見直してください / Please mend these settings:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    )
    this.name = 'ConfigError'
  }
}

/** Reads and checks the settings. Throws ConfigError, naming every bad variable at once. */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const problems: string[] = []
  const read = <Name extends keyof typeof variables>(name: Name) => {
    // Proxies are often named in small letters.
    const given = env[name] || (/_PROXY$/.test(name) ? env[name.toLowerCase()] : undefined)
    const parsed = variables[name].schema.safeParse(given === '' ? undefined : given)
    if (parsed.success) return parsed.data as z.infer<(typeof variables)[Name]['schema']>
    const { about, example } = variables[name]
    const such = example === '' ? '' : `（例：${example}）`
    problems.push(`${name}: ${about[0]}${such} / ${parsed.error.issues[0]?.message ?? 'not valid'}`)
    return undefined as never
  }
  const readSlack = (): SlackConfig | undefined => {
    const botToken = read('SLACK_BOT_TOKEN')
    const appToken = read('SLACK_APP_TOKEN')
    const signingSecret = read('SLACK_SIGNING_SECRET')
    const apiUrl = read('SLACK_API_URL')
    const clientId = read('SLACK_CLIENT_ID')
    const clientSecret = read('SLACK_CLIENT_SECRET')
    const refreshToken = read('SLACK_REFRESH_TOKEN')
    if (!botToken) {
      if (appToken ?? signingSecret)
        problems.push('SLACK_BOT_TOKEN: is needed with the other values of Slack')
      return undefined
    }
    if (!appToken && !signingSecret)
      problems.push(
        'SLACK_APP_TOKEN: is needed with SLACK_BOT_TOKEN (Socket Mode), or SLACK_SIGNING_SECRET (HTTP)',
      )
    if (botToken.startsWith('xoxe.') && !refreshToken)
      problems.push('SLACK_REFRESH_TOKEN: is needed with a bot token that begins with xoxe.')
    if (refreshToken && !(clientId && clientSecret))
      problems.push('SLACK_CLIENT_ID, SLACK_CLIENT_SECRET: are needed with SLACK_REFRESH_TOKEN')
    const rotation =
      refreshToken && clientId && clientSecret ? { clientId, clientSecret, refreshToken } : undefined
    return { botToken, appToken, signingSecret, apiUrl, rotation }
  }
  const readTeams = (): TeamsConfig | undefined => {
    const clientId = read('TEAMS_CLIENT_ID')
    const clientSecret = read('TEAMS_CLIENT_SECRET')
    const secretEnds = read('TEAMS_SECRET_ENDS')
    const tenantId = read('TEAMS_TENANT_ID')
    const catalogId = read('TEAMS_CATALOG_APP_ID')
    const standIn = read('TEAMS_STAND_IN_URL')
    if (!clientId) {
      if (clientSecret ?? tenantId ?? catalogId)
        problems.push('TEAMS_CLIENT_ID: is needed with the other values of Teams')
      return undefined
    }
    if (!clientSecret)
      problems.push(
        'TEAMS_CLIENT_SECRET: is needed with TEAMS_CLIENT_ID (Microsoft Entra: Certificates & secrets, Value)',
      )
    if (!tenantId)
      problems.push(
        'TEAMS_TENANT_ID: is needed with TEAMS_CLIENT_ID (Microsoft Entra: Directory (tenant) ID)',
      )
    const registration = { clientId, clientSecret: clientSecret ?? '', tenantId: tenantId ?? '' }
    return {
      ...registration,
      ...(secretEnds && { secretEnds }),
      ...(catalogId && { catalogId }),
      ...(standIn && { standIn }),
    }
  }
  const readMail = (): MailConfig | undefined => {
    const url = read('SMTP_URL')
    const tls = read('SMTP_TLS')
    const from = read('MAIL_FROM')
    if (!url && from) problems.push('SMTP_URL: is needed with MAIL_FROM')
    if (url && !from)
      problems.push('MAIL_FROM: is needed with SMTP_URL (an address such as hagukumi@city.example.lg.jp)')
    const [server, by] = [url && smtpServer(url), from && sender(from)]
    if (!server || !by) return undefined
    if (server.auth && !server.secure && tls === 'off' && !isLoopbackHost(server.host))
      problems.push('SMTP_TLS: off would send the password of SMTP_URL unprotected; choose required')
    // Whoever signs in does so behind TLS alone.
    const protectedBy = server.auth && tls === 'offered' && !isLoopbackHost(server.host) ? 'required' : tls
    return { server, tls: protectedBy, from: by }
  }
  const config: Config = {
    host: read('HOST'),
    port: read('PORT'),
    dataFolder: read('HAGUKUMI_DATA'),
    databaseUrl: read('DATABASE_URL'),
    publicUrl: read('PUBLIC_URL')?.replace(/\/+$/, ''),
    zone: read('HAGUKUMI_ZONE'),
    key: read('HAGUKUMI_KEY'),
    playground: read('HAGUKUMI_PLAYGROUND'),
    logLevel: read('LOG_LEVEL'),
    wayOut: {
      proxy: read('HTTPS_PROXY'),
      noProxy: read('NO_PROXY'),
      extraAuthorities: read('NODE_EXTRA_CA_CERTS'),
    },
    production: [read('SLACK_BOT_TOKEN'), read('TEAMS_CLIENT_ID')].some((token) => token !== undefined),
    slack: readSlack(),
    teams: readTeams(),
    mail: readMail(),
    calendarHosts: (read('HAGUKUMI_CALENDAR_HOSTS') ?? '')
      .split(',')
      .map((host) => host.trim())
      .filter((host) => host !== ''),
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

/** Takes settings from `.env` where there is one; what the environment says already wins. */
export function loadEnvironmentFile(file = '.env'): void {
  if (existsSync(file)) process.loadEnvFile(file)
}

/** Where the person stood who typed an npm command: npm itself moves to the program's folder. */
export const callersFolder = (
  env: Readonly<Record<string, string | undefined>> = process.env,
  here = process.cwd(),
): string => env.INIT_CWD || here

/** The folder in use: without a platform's tokens the demo city's, so that tokens never start production on it. */
export const folderOf = (config: Pick<Config, 'dataFolder' | 'production'>): string =>
  path.resolve(config.production ? config.dataFolder : path.join(config.dataFolder, 'demo'))

/** `.env.example`, from the variables above. */
export function environmentExample(): string {
  const head = [
    '# はぐくみの設定。この内容を .env という名前で保存し、必要な行だけ書き換えてください。空の値は既定値になります。',
    '# Settings of Hagukumi. Copy to .env and change what you need; an empty value means the default.',
  ]
  const entries = Object.entries(variables).map(([name, { about, example }]) =>
    [...about.map((line) => `# ${line}`), `${name}=${example}`].join('\n'),
  )
  return `${[head.join('\n'), ...entries].join('\n\n')}\n`
}
