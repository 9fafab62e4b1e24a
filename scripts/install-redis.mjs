// Sees to it that there is a redis-server on the path, for the tests of m2m-redis: one that is there,
// else Debian's or Ubuntu's package. Says what to do where it can do neither.
import { spawnSync } from 'node:child_process'

const install = ['apt-get', 'install', '-y', '--no-install-recommends', 'redis-server']

const reason = installRedis()
if (reason !== undefined) {
  console.error(`No redis-server: ${reason}. Install one, so that "redis-server --version" works.`)
  process.exit(1)
}
console.log(version())

/** What stands before the commands that install something; undefined where nobody may. */
function asRoot() {
  if (process.getuid?.() === 0) return []
  return succeeds('sudo', ['-n', 'true']) ? ['sudo', '-n'] : undefined
}

/** Answers why there is no redis-server; undefined once there is one. */
function installRedis() {
  if (version()) return undefined
  if (!succeeds('apt-get', ['--version'])) return 'there is no apt-get here'
  const prefix = asRoot()
  if (!prefix) return 'this user is not root and sudo asks for a password'
  // Old lists may do.
  run([...prefix, 'apt-get', 'update'])
  run([...prefix, ...install])
  return version() ? undefined : `"${install.join(' ')}" brought none; see above`
}

function version() {
  const { status, stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

function succeeds(program, args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}

function run([program, ...args]) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync(program, args, { env, stdio: ['ignore', 'inherit', 'inherit'] })
}
