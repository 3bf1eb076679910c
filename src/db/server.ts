// A PostgreSQL server: a pool in UTC, after asking whether the server is one we can live on.
import pg from 'pg'
import type { Opened } from './embedded.ts'
import { DatabaseProblem } from './errors.ts'
import { inTurn } from './in-turn.ts'
import { naming, prepare } from './prepared.ts'
import { plainTypes } from './types.ts'

const oldest = 150000

const parseUrl = (url: string): URL => {
  // No cause: the URL error quotes what it was given, password and all.
  const address = URL.canParse(url) ? new URL(url) : undefined
  if (address && /^postgres(ql)?:$/.test(address.protocol)) return address
  throw new DatabaseProblem('refused', {
    ja: 'DATABASE_URL の形が正しくありません。「postgresql://利用者:パスワード@ホスト:5432/データベース名」の形で設定してください。',
    en: 'DATABASE_URL is not an address. Write it as postgresql://user:password@host:5432/database.',
  })
}

const codeOf = (error: unknown) =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** Turns what a connection attempt threw into what to do about it. The address is named without its password. */
function connectionProblem(error: unknown, address: URL): DatabaseProblem {
  const code = codeOf(error)
  const place = `${address.hostname}:${address.port || '5432'}`
  const database = decodeURIComponent(address.pathname.slice(1))
  if (code === '28P01' || code === '28000')
    return new DatabaseProblem('refused', {
      ja: `データベースサーバー ${place} が接続を認めませんでした。DATABASE_URL の利用者名とパスワード、サーバーの pg_hba.conf を確認してください(${code})。`,
      en: `The database server ${place} did not admit us. Check the user and password in DATABASE_URL and the server's pg_hba.conf (${code}).`,
    })
  if (code === '3D000')
    return new DatabaseProblem('refused', {
      ja: `データベースサーバー ${place} に「${database}」というデータベースがありません。「createdb --encoding=UTF8 ${database}」で作成してください。`,
      en: `The database server ${place} has no database "${database}". Create it: createdb --encoding=UTF8 ${database}`,
    })
  return new DatabaseProblem('unreachable', {
    ja: `データベースサーバー ${place} に接続できません(${code || '応答なし'})。サーバーが動いているか、DATABASE_URL のホスト名とポート、暗号化の設定(sslmode)が正しいかを確認してください。`,
    en: `The database server ${place} cannot be reached (${code || 'no answer'}). Check that it runs, and the host, port and sslmode in DATABASE_URL.`,
    cause: error,
  })
}

async function refuseUnsuitable(client: pg.PoolClient, database: string) {
  const { rows } = await client.query<{ version: number; shown: string; encoding: string; zone: string }>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS shown,
            current_setting('server_encoding') AS encoding, current_setting('TimeZone') AS zone`,
  )
  const [server] = rows
  if (!server) return
  if (server.version < oldest)
    throw new DatabaseProblem('too-old', {
      ja: `データベースサーバーは PostgreSQL ${server.shown} です。15 以降が必要です。サーバーを更新するか、別のサーバーを DATABASE_URL に設定してください。`,
      en: `The database server is PostgreSQL ${server.shown}; 15 or newer is needed. Upgrade it, or set DATABASE_URL to another.`,
    })
  if (server.encoding !== 'UTF8')
    throw new DatabaseProblem('server', {
      ja: `データベース「${database}」の文字コードが ${server.encoding} です。「createdb --encoding=UTF8 --template=template0 名前」で作り直してください。`,
      en: `The database "${database}" is encoded in ${server.encoding}. Make one with: createdb --encoding=UTF8 --template=template0 name`,
    })
  if (server.zone !== 'UTC')
    throw new DatabaseProblem('server', {
      ja: '接続の時間帯を UTC にできません。DATABASE_URL を、接続プール(PgBouncer など)ではなく PostgreSQL へ直接向けてください。',
      en: 'The session cannot be set to UTC. Point DATABASE_URL at PostgreSQL itself, not at a connection pooler.',
    })
  await needBtreeGist(client, database)
}

/** EXCLUDE on a person and a time needs btree_gist; the first migration creates it where the role may. */
async function needBtreeGist(client: pg.PoolClient, database: string) {
  const { rows } = await client.query<{ available: boolean; installed: boolean; may: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'btree_gist') AS available,
            EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'btree_gist') AS installed,
            has_database_privilege(current_database(), 'CREATE') AS may`,
  )
  const [extension] = rows
  if (!extension || extension.installed || (extension.available && extension.may)) return
  const create = `psql -d ${database} -c 'CREATE EXTENSION btree_gist'`
  if (extension.available)
    throw new DatabaseProblem('extension', {
      ja: `この利用者には拡張 btree_gist を入れる権限がありません。サーバーの管理者が一度だけ次を実行してください: ${create}`,
      en: `This role may not create the extension btree_gist. Have the server's administrator run once: ${create}`,
    })
  throw new DatabaseProblem('extension', {
    ja: `サーバーに拡張 btree_gist がありません。postgresql-contrib を導入してから、管理者が次を実行してください: ${create}`,
    en: `The server does not have the extension btree_gist. Install postgresql-contrib, then as administrator run: ${create}`,
  })
}

/**
 * Connects to a PostgreSQL server (15 or newer, UTF-8) with a UTC session: adapter-pg writes timestamptz without an
 * offset and reads it dropping one, so any other zone would move every time. Throws DatabaseProblem.
 */
export async function openServer(url: string, applicationName: string): Promise<Opened> {
  const address = parseUrl(url)
  // What stands in the URL wins over pool options, so ours is added to what the city wrote there.
  const given = address.searchParams.get('options')
  // A statement that the server compiles because it looks like much (jit) takes a hundred times as long as it is.
  address.searchParams.set('options', `${given ? `${given} ` : ''}-c timezone=UTC -c jit=off`)
  if (!address.searchParams.has('application_name'))
    address.searchParams.set('application_name', applicationName)
  const names = naming()
  class OrderlyClient extends pg.Client {
    constructor(config?: pg.ClientConfig) {
      super(config)
      // A connection that ends while somebody holds it says so to whoever asks it next. Said to nobody, it would end us.
      this.on('error', () => {})
      prepare(this, names)
      inTurn(this)
    }
  }
  const options = {
    Client: OrderlyClient,
    connectionString: address.href,
    max: 10,
    connectionTimeoutMillis: 10_000,
    types: plainTypes,
  }
  const pool = new pg.Pool(options as unknown as pg.PoolConfig)
  pool.on('error', () => {}) // an idle connection that the server drops is replaced on the next use
  try {
    const client = await pool.connect().catch((error: unknown) => {
      throw connectionProblem(error, address)
    })
    try {
      await refuseUnsuitable(client, decodeURIComponent(address.pathname.slice(1)) || 'postgres')
    } finally {
      client.release()
    }
    return { pool, close: () => pool.end() }
  } catch (error) {
    await pool.end()
    throw error
  }
}
