// Migrates one database before the test files run: each file then starts from a copy of it (test/support/database.ts).
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { poolOver, startPglite } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** File of a migrated PGlite folder, as a tar: with a server too some tests are about folders. */
    snapshot: string
    /** Name of the migrated template on the server of TEST_DATABASE_URL; '' when PGlite is used. */
    template: string
  }
}

async function snapshotOfPglite(project: TestProject) {
  const folder = await mkdtemp(path.join(tmpdir(), 'hagukumi-test-'))
  const lite = await startPglite({}, false)
  const pool = await poolOver(lite)
  await migrate(pool)
  await pool.end()
  const snapshot = path.join(folder, 'snapshot.tar')
  await writeFile(snapshot, Buffer.from(await (await lite.dumpDataDir('none')).arrayBuffer()))
  await lite.close()
  project.provide('snapshot', snapshot)
  return () => rm(folder, { recursive: true, force: true })
}

async function templateOnServer(project: TestProject, url: string) {
  const template = `hagukumi_template_${process.pid}`
  const run = async (...statements: string[]) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      for (const statement of statements) await client.query(statement)
    } finally {
      await client.end()
    }
  }
  await run(`DROP DATABASE IF EXISTS ${template}`, `CREATE DATABASE ${template}`)
  const address = new URL(url)
  address.pathname = template
  const pool = new pg.Pool({ connectionString: address.href, options: '-c timezone=UTC' })
  await migrate(pool)
  await pool.end()
  project.provide('template', template)
  return () => run(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`)
}

export default async function setup(project: TestProject) {
  const url = process.env.TEST_DATABASE_URL
  project.provide('template', '')
  const undo = await Promise.all([snapshotOfPglite(project), url && templateOnServer(project, url)])
  return async () => {
    for (const each of undo) if (each) await each()
  }
}
