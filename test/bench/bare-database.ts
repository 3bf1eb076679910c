// Run as a process of its own: the least that opening this folder's database takes, and what it holds in memory.
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { startPglite } from '../../src/db/embedded.ts'

const lite = await startPglite({ fs: new NodeFS(process.argv[2] ?? '') }, true)
await lite.query('SELECT 1')
process.stdout.write(`${process.memoryUsage.rss() / 1024 / 1024}\n`)
await lite.close()
