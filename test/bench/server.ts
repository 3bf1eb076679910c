// A PostgreSQL for as long as a figure takes: the one that is named, or one of our own in a temporary folder, with the
// settings it comes with (what is committed is on the disk).
import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { chmod, chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'

const run = promisify(execFile)

export interface Server {
  /** postgresql://… of a database that nobody else uses. */
  readonly url: string
  /** Milliseconds of processor time that the server has taken; undefined where that cannot be seen. */
  cpuMs?(): Promise<number>
  stop(): Promise<void>
}

/** What Linux says of a process: its parent, and the hundredths of a second taken by it and by children that ended. */
async function statOf(pid: string) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const [, parent, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [own = 0, system = 0, children = 0, childrenSystem = 0] = rest.slice(9, 13).map(Number)
  return { parent, own: own + system, ended: children + childrenSystem }
}

/** The server and all its connections, those that have ended included. */
async function cpuMsOf(data: string): Promise<number> {
  const [pid = ''] = (await readFile(path.join(data, 'postmaster.pid'), 'utf8')).split('\n')
  const server = await statOf(pid)
  let ticks = server.own + server.ended
  for (const each of await readdir('/proc')) {
    if (!/^\d+$/.test(each)) continue
    const { parent, own } = await statOf(each)
    if (parent === pid) ticks += own
  }
  return ticks * 10
}

/** Where Debian, and everybody else, put the server's programs; the newest. Undefined where there are none. */
async function binaries(): Promise<string | undefined> {
  const debian = '/usr/lib/postgresql'
  const versions = await readdir(debian).catch(() => [])
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0]
  if (newest) return path.join(debian, newest, 'bin')
  try {
    const { stdout } = await run('pg_config', ['--bindir'])
    return stdout.trim()
  } catch {
    return undefined
  }
}

/** PostgreSQL refuses to run as root: there it runs as the user that its package made. */
function owner(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const ask = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: ask('-u'), gid: ask('-g') }
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address ? address.port : 0
      probe.close(() => resolve(port))
    })
  })

async function ownServer(): Promise<Server | undefined> {
  const bin = await binaries()
  if (!bin) return undefined
  const as = owner()
  const folder = await mkdtemp(path.join(tmpdir(), 'hagukumi-pg-'))
  if (as) await chown(folder, as.uid, as.gid)
  await chmod(folder, 0o700)
  const data = path.join(folder, 'data')
  const program = (name: string, ...args: string[]) =>
    run(path.join(bin, name), ['-D', data, ...args], { cwd: folder, ...as })
  const port = await freePort()
  await program('initdb', '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C')
  const settings = `-c listen_addresses=127.0.0.1 -p ${port} -c unix_socket_directories=${folder}`
  await program('pg_ctl', '-w', '-l', path.join(folder, 'log'), '-o', settings, 'start')
  /** Also where a measurement is broken off: nobody else would stop it. */
  const stopNow = () => {
    const args = ['-D', data, '-m', 'immediate', '-w', 'stop']
    execFileSync(path.join(bin, 'pg_ctl'), args, { cwd: folder, stdio: 'ignore', ...as })
    rmSync(folder, { recursive: true, force: true })
  }
  const brokenOff = () => process.exit(130)
  process.once('exit', stopNow)
  process.once('SIGINT', brokenOff).once('SIGTERM', brokenOff)
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    ...(process.platform === 'linux' && { cpuMs: () => cpuMsOf(data) }),
    stop: async () => {
      process.off('exit', stopNow).off('SIGINT', brokenOff).off('SIGTERM', brokenOff)
      await program('pg_ctl', '-m', 'immediate', 'stop').catch(() => {})
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A database of its own on the server that is named, dropped when it is stopped. */
async function ownDatabase(url: string): Promise<Server> {
  const name = `hagukumi_bench_${randomBytes(4).toString('hex')}`
  const address = new URL(url)
  const tell = async (sql: string) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(sql).finally(() => client.end())
  }
  await tell(`CREATE DATABASE ${name} ENCODING 'UTF8' TEMPLATE template0`)
  address.pathname = `/${name}`
  return { url: address.href, stop: () => tell(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

/** Undefined where none is named and no PostgreSQL is installed. */
export const startServer = (named?: string): Promise<Server | undefined> =>
  named ? ownDatabase(named) : ownServer()
