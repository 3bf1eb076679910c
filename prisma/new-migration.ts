// npm run migration:new -- <name>: writes prisma/migrations/<time>_<name>/migration.sql with what leads from the
// migrations to the schema. What Prisma cannot say (EXCLUDE, CHECK, partial indexes, triggers) is added to it by hand,
// and to the expectations of src/db/drift.test.ts.
//
// The name "init" stands for the first migration, written anew from nothing while no database in use has it:
//   rm -r prisma/migrations/20261120000000_init && npm run migration:new -- init
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { missingSql } from './engine.ts'

const first = '20261120000000_init'
const folder = path.join(import.meta.dirname, 'migrations')

const stop = (message: string): never => {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

const [name = ''] = process.argv.slice(2)
if (!/^[a-z][a-z0-9_]{1,60}$/.test(name))
  stop('Usage: npm run migration:new -- <name>   (small letters, digits and _, for example add_training)')

const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
const target = path.join(folder, name === 'init' ? first : `${stamp}_${name}`)
if (existsSync(target)) stop(`${path.relative(process.cwd(), target)} exists already.`)

// "public" is always there, and asking for it anyway needs a right on the whole database that a city may not give.
const sql = (await missingSql(name === 'init' ? 'empty' : 'migrations')).replace(
  '-- CreateSchema\nCREATE SCHEMA IF NOT EXISTS "public";\n\n',
  '',
)
if (sql === '') stop('The schema and the migrations agree: there is nothing to write.')
await mkdir(target, { recursive: true })
await writeFile(path.join(target, 'migration.sql'), sql)
process.stdout.write(`${path.relative(process.cwd(), target)}/migration.sql\n`)
process.exit(0)
