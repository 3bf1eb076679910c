// npm run bundle: one archive that runs on a machine without the package registry and without the internet: Node.js, all
// packages, the program, its documents, a start script, and checksums of every file.
//
// Everything is the same on all platforms but Node.js itself. For another platform than this one fetch its Node.js from
// nodejs.org and name it: npm run bundle -- --platform win32-x64 --node path/to/node.exe
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { notices, noticesFile } from './licences.ts'
import { productionPackages } from './packages.ts'

const root = path.resolve(import.meta.dirname, '..')
const here = `${process.platform}-${process.arch}`

const { values } = parseArgs({
  options: {
    platform: { type: 'string', default: here },
    node: { type: 'string' },
    to: { type: 'string', default: process.env.INIT_CWD ?? process.cwd() },
  },
})

const stop = (message: string): never => {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}

const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }
const { platform } = values
const windows = platform.startsWith('win32')
if (platform !== here && !values.node)
  stop(
    `${platform} 用の Node.js を --node で指定してください（nodejs.org から取得できます）。\nName the Node.js for ${platform} with --node (from nodejs.org).`,
  )
const runtime = values.node ?? process.execPath
if (!existsSync(path.join(root, 'src/db/generated/client.ts')))
  stop('先に npm ci を実行してください。\nRun npm ci first.')

const name = `hagukumi-${version}-${platform}`
const work = mkdtempSync(path.join(tmpdir(), 'hagukumi-bundle-'))
const target = path.join(work, name)

/** Needed by nobody who only runs it: maps, types, and the parts of Prisma for other databases. */
const needless = (file: string) =>
  /\.(map|d\.[cm]?ts)$/.test(file) ||
  /@prisma\/client\/runtime\/.*(cockroachdb|mysql|sqlite|sqlserver|_small_|-edge)/.test(file) ||
  /\/(test|tests|__tests__|\.github)\//.test(file)

function copyPackages(): number {
  const packages = productionPackages(root)
  for (const { at } of packages)
    cpSync(path.join(root, at), path.join(target, at), {
      recursive: true,
      filter: (file) => {
        const inside = path.relative(path.join(root, at), file).replaceAll('\\', '/')
        // Packages within it are named by themselves.
        return !/(^|\/)node_modules$/.test(inside) && !needless(`${at}/${inside}`)
      },
    })
  return packages.length
}

/** Other than Node.js nothing may depend on the platform, or the archive would be for this one alone. */
function refuseNative(): void {
  const native = readdirSync(target, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.node'),
  )
  if (native.length > 0) stop(`Parts for ${here} alone: ${native.join(', ')}`)
}

function copyProgram(): void {
  const skip = (file: string) => /\.test\.ts$/.test(file) || /(^|\/)\.DS_Store$/.test(file)
  for (const folder of ['src', 'prisma/migrations', 'manifests', 'docs', 'kit/service'])
    cpSync(path.join(root, folder), path.join(target, folder), {
      recursive: true,
      filter: (file) => !skip(file),
    })
  for (const file of [
    'package.json',
    'LICENSE',
    'README.md',
    'CHANGELOG.md',
    'ARCHITECTURE.md',
    '.env.example',
  ])
    cpSync(path.join(root, file), path.join(target, file))
  writeFileSync(path.join(target, noticesFile), notices(root))
  const node = windows ? 'node.exe' : 'node'
  mkdirSync(path.join(target, 'runtime'))
  cpSync(runtime, path.join(target, 'runtime', node), { dereference: true })
  chmodSync(path.join(target, 'runtime', node), 0o755)
  for (const script of windows ? ['hagukumi.cmd'] : ['hagukumi']) {
    cpSync(path.join(root, 'kit', script), path.join(target, script))
    chmodSync(path.join(target, script), 0o755)
  }
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** As `sha256sum -c` reads it. */
async function writeChecksums(): Promise<number> {
  const files = readdirSync(target, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(target, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .toSorted()
  const lines: string[] = []
  for (const file of files) lines.push(`${await sha256(path.join(target, file))}  ${file}\n`)
  writeFileSync(path.join(target, 'SHA256SUMS'), lines.join(''))
  return files.length
}

function pack(archive: string): void {
  const gnu = spawnSync('tar', ['--version'], { encoding: 'utf8' }).stdout?.includes('GNU') ?? false
  // The same files give the same archive, whoever makes it.
  const stable = gnu ? ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0'] : []
  const { status, error } = spawnSync('tar', [...stable, '-czf', archive, '-C', work, name], {
    stdio: 'inherit',
  })
  if (status !== 0) stop(`tar: ${error?.message ?? status}`)
}

try {
  mkdirSync(target, { recursive: true })
  const packages = copyPackages()
  copyProgram()
  refuseNative()
  const files = await writeChecksums()
  const archive = path.resolve(values.to, `${name}.tar.gz`)
  pack(archive)
  writeFileSync(`${archive}.sha256`, `${await sha256(archive)}  ${path.basename(archive)}\n`)
  process.stdout.write(
    `${archive}\n  ${packages} packages, ${files} files, Node.js ${values.node ? '(given)' : process.version}\n`,
  )
} finally {
  rmSync(work, { recursive: true, force: true })
}
