// npm run bundle:try -- ARCHIVE: unpacks the bundle as an IT officer would, and runs it where there is no network at all: a
// network namespace that has its own loopback and no way out (Linux). Checksums, start, answer, command, stop.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const [archive] = process.argv.slice(2)
if (!archive) {
  process.stderr.write('npm run bundle:try -- hagukumi-….tar.gz\n')
  process.exit(2)
}
const file = path.resolve(process.env.INIT_CWD ?? process.cwd(), archive)
const work = mkdtempSync(path.join(tmpdir(), 'hagukumi-try-'))

/** Run inside: nothing of this machine's Node.js, packages or settings is reachable by name. */
const inside = `set -eu
ip link set lo up
echo "routes: $(ip route | wc -l), links: $(ip -o link | wc -l)"
test -z "$(ip route)"
sha256sum --quiet -c SHA256SUMS && echo "checksums: all files as packed"
export HOME=$PWD PORT=3999 HAGUKUMI_DATA=$PWD/data
./hagukumi start > start.log 2>&1 &
bot=$!
trap 'kill $bot 2>/dev/null || true' EXIT
./runtime/node -e '
  const url = "http://127.0.0.1:3999"
  const until = Date.now() + 300000
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
  const ask = async () => {
    for (;;) {
      const answer = await fetch(url + "/healthz").catch(() => undefined)
      if (answer?.ok) return answer
      if (Date.now() > until) throw new Error("no answer")
      await wait(500)
    }
  }
  const show = async () => {
    console.log("healthz:", await (await ask()).text())
    console.log("page:", (await fetch(url + "/")).status, "card renderer:", (await fetch(url + "/page/adaptivecards.js")).status)
    await fetch("https://slack.com").then(() => { throw new Error("there is a network") }, () => console.log("slack.com: out of reach, as it should be"))
  }
  show().catch((error) => { console.error(error); process.exit(1) })
'
./hagukumi doctor | grep -v '^ '
./hagukumi backup try.backup | tail -1
./hagukumi sample-city --staff 20 --seed 1 | head -1 > /dev/null
kill $bot
wait $bot && echo "stopped clean"
trap - EXIT
./hagukumi drill try.backup | tail -4
`

try {
  const run = (command: string, args: readonly string[], cwd: string) => {
    const { status } = spawnSync(command, args, {
      cwd,
      stdio: 'inherit',
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' },
    })
    if (status !== 0) throw new Error(`${command} ended with ${status}`)
  }
  run('tar', ['-xzf', file, '-C', work], work)
  const [name = ''] = readdirSync(work)
  const folder = path.join(work, name)
  writeFileSync(path.join(work, 'inside.sh'), inside)
  const user = process.getuid?.() === 0 ? [] : ['--map-root-user', '--user']
  run('unshare', [...user, '--net', 'sh', path.join(work, 'inside.sh')], folder)
  process.stdout.write('The bundle runs without any network.\n')
} finally {
  rmSync(work, { recursive: true, force: true })
}
