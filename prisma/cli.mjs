// `generate`, `validate` and `format` need no database engine, yet Prisma's command line insists on fetching one
// first, which a closed network refuses. For these three alone any existing file is named as the engine; every
// other command (`migrate deploy` …) keeps the real one, or it would "succeed" by doing nothing.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const args = process.argv.slice(2)
const needsNoEngine = ['generate', 'validate', 'format'].includes(args[0])
const engine = needsNoEngine && !process.env.PRISMA_SCHEMA_ENGINE_BINARY
const env = engine
  ? { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: fileURLToPath(import.meta.url) }
  : process.env
const cli = createRequire(import.meta.url).resolve('prisma/build/index.js')
process.exit(spawnSync(process.execPath, [cli, ...args], { stdio: 'inherit', env }).status ?? 1)
