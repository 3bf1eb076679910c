// Prisma's schema engine, the very one of its command line compiled to WebAssembly, over an embedded PostgreSQL: it
// writes migrations and finds drift offline, where the command line would fetch a binary and want a server.
// Development only.
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import type { DiffTarget, MigrationList, SchemaContainer, SchemaEngine } from '@prisma/schema-engine-wasm'
import type { QueryResult } from 'pg'
import { poolOver, startPglite } from '../src/db/embedded.ts'

const root = path.resolve(import.meta.dirname)
const filters = { externalTables: [], externalEnums: [] }
const charOid = 18
const textOid = 25

/** All files of prisma/schema, as the engine wants them. */
export async function schemaFiles(): Promise<SchemaContainer[]> {
  const folder = path.join(root, 'schema')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.prisma')).sort()
  return Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name)
      return { path: file, content: await readFile(file, 'utf8') }
    }),
  )
}

async function migrationsList(): Promise<MigrationList> {
  const baseDir = path.join(root, 'migrations')
  const entries = await readdir(baseDir, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return {
    baseDir,
    lockfile: {
      path: 'migration_lock.toml',
      content: await readFile(path.join(baseDir, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.sort().map(async (name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: {
            tag: 'ok' as const,
            value: await readFile(path.join(baseDir, name, 'migration.sql'), 'utf8'),
          },
        },
      })),
    ),
  }
}

/** adapter-pg 7.10 under the engine lacks two things: scripts with dollar quotes, and the catalogs' "char" type. */
async function memoryAdapter(opened: (() => Promise<void>)[]) {
  const lite = await startPglite({}, false)
  const pool = await poolOver(lite)
  opened.push(async () => {
    await pool.end()
    await lite.close()
  })
  const adapter = await new PrismaPg(pool).connect()
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<QueryResult>
  let chars: number[] = []
  Object.assign(pool, {
    async query(...args: unknown[]) {
      const result = await query(...args)
      const fields = result.fields ?? []
      chars = fields.flatMap((field, at) => (field.dataTypeID === charOid ? [at] : []))
      for (const field of fields) if (field.dataTypeID === charOid) field.dataTypeID = textOid
      return result
    },
  })
  const queryRaw = adapter.queryRaw.bind(adapter)
  adapter.queryRaw = async (sql) => {
    const rows = await queryRaw(sql)
    for (const at of chars) rows.columnTypes[at] = ColumnTypeEnum.Character
    return rows
  }
  adapter.executeScript = async (script) => {
    await query(script)
  }
  return adapter
}

type Wasm = {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>
}

async function loadEngine() {
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message() {} } })
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const beside = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const bytes = await readFile(path.join(path.dirname(beside), 'schema_engine_bg.wasm'))
  const { WebAssembly } = globalThis as unknown as { WebAssembly: Wasm } // typed only in TypeScript's DOM library
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue })
  const inner = glue as unknown as { __wbg_set_wasm(exports: unknown): void }
  inner.__wbg_set_wasm(instance.exports)
  const start = instance.exports.__wbindgen_start
  if (typeof start === 'function') start()
  return glue as unknown as { SchemaEngine: typeof SchemaEngine }
}

/** The SQL that leads from the migrations ('migrations') or from nothing ('empty') to the schema; '' when none is needed. */
export async function missingSql(from: 'migrations' | 'empty'): Promise<string> {
  const files = await schemaFiles()
  const { SchemaEngine } = await loadEngine()
  const opened: (() => Promise<void>)[] = []
  const connect = () => memoryAdapter(opened)
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect,
    connectToShadowDb: connect,
  }
  const engine = await SchemaEngine.new(
    { datamodels: files.map(({ path: name, content }) => [name, content]) },
    () => {},
    bindMigrationAwareSqlAdapterFactory(factory),
  )
  try {
    const start: DiffTarget =
      from === 'empty' ? { tag: 'empty' } : { tag: 'migrations', ...(await migrationsList()) }
    const { exitCode, stdout } = await engine.diff({
      from: start,
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: true,
      filters,
    })
    return exitCode === 0 ? '' : (stdout ?? '')
  } finally {
    for (const close of opened) await close()
  }
}
