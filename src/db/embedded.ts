// The embedded database: PGlite (PostgreSQL in WebAssembly) in a folder of its own, behind a node-postgres pool so
// that everything above sees one kind of database.
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { PGlite, PGliteOptions } from '@electric-sql/pglite'
import pg from 'pg'
import { DatabaseProblem } from './errors.ts'
import { lockFolder } from './folder-lock.ts'
import { inTurn } from './in-turn.ts'
import { naming, prepare } from './prepared.ts'
import { plainTypes } from './types.ts'

/** The PostgreSQL that the pinned PGlite carries: a folder of another major version cannot be opened. */
export const embeddedMajor = '18'

export type Opened = { pool: pg.Pool; close(): Promise<void> }

/** Starts a PGlite with what the schema needs (btree_gist) and a UTC session. Loaded late: a server needs none of it. */
export async function startPglite(options: PGliteOptions, durable: boolean): Promise<PGlite> {
  const [{ PGlite }, { btree_gist }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('@electric-sql/pglite/contrib/btree_gist'),
  ])
  const usual = PGlite.defaultStartParams
  const startParams = [
    ...(durable ? usual.filter((parameter) => parameter !== '-F') : usual),
    ...(durable ? ['-c', 'wal_sync_method=fsync'] : []),
    '-c',
    'timezone=UTC',
    '-c',
    'shared_buffers=32MB', // a city's hot rows fit; the usual 128 MB would all become this process's own memory
  ]
  return PGlite.create({ ...options, startParams, extensions: { btree_gist } })
}

/**
 * A pool of exactly one connection over a PGlite; ending the pool leaves the PGlite open. Each client of the pool gets
 * a connection object of its own, since node-postgres throws a client away after an error; and the next one waits
 * until everything that the old one had sent is done with, then finds no open transaction and no setting of its.
 */
export async function poolOver(lite: PGlite): Promise<pg.Pool> {
  const { createPgConfig } = await import('@electric-sql/pglite/node-postgres')
  let drained: Promise<unknown> = Promise.resolve()
  const names = naming()
  class Client extends pg.Client {
    constructor(config: pg.ClientConfig) {
      const { connection, ...rest } = createPgConfig(lite)
      const parse = connection.parse.bind(connection)
      // adapter-pg hands node-postgres an object of parsers; PGlite's stand-in takes `types` for a list of oids
      connection.parse = (query: object) => parse({ ...query, types: undefined })
      const end = connection.end.bind(connection)
      connection.end = () => {
        end()
        drained = once(connection, 'end')
      }
      super({ ...config, ...rest, connection, types: plainTypes } as pg.ClientConfig)
      prepare(this, names)
      inTurn(this)
    }
  }
  const options = {
    Client,
    max: 1,
    idleTimeoutMillis: 0,
    async onConnect(client: pg.Client) {
      await drained
      await client.query('ROLLBACK')
      await client.query('RESET ALL')
      await client.query('DEALLOCATE ALL')
    },
  }
  const pool = new pg.Pool(options as unknown as pg.PoolConfig)
  pool.on('error', () => {})
  return pool
}

const ours = new Set(['pg', 'pg.new', 'lock', 'key', 'control.json', 'demo'])

/** Nobody else on the machine reads staff data. A folder that also holds other things keeps its own mode. */
function makePrivate(dir: string) {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    if (process.platform === 'win32') return
    if (readdirSync(dir).every((name) => ours.has(name))) chmodSync(dir, 0o700)
    if (existsSync(path.join(dir, 'pg'))) chmodSync(path.join(dir, 'pg'), 0o700)
  } catch (cause) {
    throw new DatabaseProblem('folder', {
      ja: `データフォルダー ${dir} を使えません。フォルダーの所有者と書き込み権限を確認してください。`,
      en: `The data folder ${dir} cannot be used. Check who owns it and that it may be written to.`,
      cause,
    })
  }
}

function refuseOtherVersion(dir: string, files: string) {
  const version = readFileSync(path.join(files, 'PG_VERSION'), 'utf8').trim()
  if (version === embeddedMajor) return
  throw new DatabaseProblem('folder', {
    ja:
      `データフォルダー ${dir} は PostgreSQL ${version} の形式で、この版のはぐくみ(${embeddedMajor})では開けません。` +
      '作成した版で「backup」を取り、新しいフォルダーに「restore」してください。',
    en:
      `The data folder ${dir} was made by PostgreSQL ${version}; this Hagukumi carries ${embeddedMajor}. ` +
      'Take a backup with the version that made it and restore it into a new folder.',
  })
}

/** Opens (on the first start: makes) the folder's database. Throws DatabaseInUse or DatabaseProblem('folder'). */
export async function openEmbedded(dir: string): Promise<Opened> {
  makePrivate(dir)
  const unlock = lockFolder(dir)
  try {
    const { DurableFS } = await import('./durable-fs.ts')
    const files = path.join(dir, 'pg')
    if (!existsSync(files)) {
      // Made aside and put in place by one rename: a first start that is cut off leaves nothing half made.
      const aside = path.join(dir, 'pg.new')
      rmSync(aside, { recursive: true, force: true })
      mkdirSync(aside, { mode: 0o700 })
      const first = await startPglite({ fs: new DurableFS(aside) }, true)
      await first.close()
      renameSync(aside, files)
    }
    refuseOtherVersion(dir, files)
    const lite = await startPglite({ fs: new DurableFS(files) }, true)
    const pool = await poolOver(lite)
    const close = async () => {
      try {
        await pool.end()
        await lite.close()
      } finally {
        unlock()
      }
    }
    return { pool, close }
  } catch (error) {
    unlock()
    if (error instanceof DatabaseProblem) throw error
    throw new DatabaseProblem('folder', {
      ja:
        `データフォルダー ${dir} のデータベースを開けません。空き容量を確認し、` +
        '直らないときは、フォルダーを別名で保管してから「restore」でバックアップを戻してください。',
      en:
        `The database in the data folder ${dir} cannot be opened. Check the free space; ` +
        'if that is not it, move the folder aside and restore a backup.',
      cause: error,
    })
  }
}
