// The pinned pnpm: the one on the path when it is that version, else fetched by npx.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** The words that start the pinned pnpm on a command line. */
export const pnpmCommand = () => {
  const pin = manifest.packageManager
  const shell = process.platform === 'win32'
  const own = spawnSync('pnpm', ['--version'], { encoding: 'utf8', shell })
  const isPinned = own.status === 0 && `pnpm@${own.stdout.trim()}` === pin
  return isPinned ? ['pnpm'] : ['npx', '-y', '--loglevel=error', pin]
}
