import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { type CommandIo, colorsOf } from '../command-io.js'
import { MisuseError } from '../misuse-error.js'
import { defaultFolder } from '../policy-folder.js'
import { printJson } from '../print-json.js'
import type { Done } from '../program.js'
import { starterFiles } from './starter-files.js'

/** `m2m policy init`: a small policy to start from, with its tests. */
export const addInitCommand = (policy: Command, io: CommandIo, done: Done): void => {
  policy
    .command('init')
    .description('Write a small policy to start from, with its tests')
    .argument('[folder]', 'a folder that is empty or not there yet', defaultFolder)
    .option('--json', 'print one JSON document')
    .action((folder: string, { json }: { readonly json?: true }) => {
      writeStarter(resolve(io.cwd, folder), folder)
      const files = Object.keys(starterFiles)
      if (json) printJson(io, { folder, files })
      else io.stdout(whatNext(io, folder))
      done(0)
    })
}

const writeStarter = (path: string, shown: string): void => {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found && (!found.isDirectory() || readdirSync(path).length > 0)) {
    const what = found.isDirectory() ? 'which is not empty' : 'which is no folder'
    throw new MisuseError(`there is ${JSON.stringify(shown)} already, ${what}: nothing was written`)
  }
  for (const [name, { text }] of Object.entries(starterFiles)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    // Fails rather than overwrite, should somebody write there at the same time.
    writeFileSync(join(path, name), text, { flag: 'wx' })
  }
}

const whatNext = (io: CommandIo, folder: string): string => {
  const { dim, bold } = colorsOf(io)
  const base = folder.replace(/[/\\]+$/, '')
  const names = Object.entries(starterFiles).map(([name, { about }]) => [`${base}/${name}`, about])
  const width = Math.max(...names.map(([name = '']) => name.length))
  const argument = folder === defaultFolder ? '' : ` ${isPlain(folder) ? folder : `"${folder}"`}`
  const lines = [
    ...names.map(([name = '', about = '']) => `  ${name.padEnd(width)}  ${dim(about)}`),
    '',
    'Put in your services and what they may do, then:',
    `  ${bold(`m2m policy check${argument}`)}   what is wrong with it`,
    `  ${bold(`m2m policy test${argument}`)}    whether it decides as its tests say`,
    `In the API: createM2M({ policy: loadPolicy('${base}', { watch: true }), ... })`,
  ]
  return `${lines.join('\n')}\n`
}

const isPlain = (folder: string): boolean => /^[\w./\\:-]+$/.test(folder)
