#!/usr/bin/env node
// The m2m command out of this clone: `npx m2m policy test examples/policies`. Builds it first, as
// scripts/run.mjs does, and runs it in the folder that it was called from.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url))
const run = (file, args, stdio) => {
  const { status, error } = spawnSync(process.execPath, [pathOf(file), ...args], { stdio })
  if (error) process.stderr.write(`Could not start Node: ${error.message}\n`)
  return status ?? 1
}

// What the build says is no part of what the command prints.
const built = run('run.mjs', ['m2m'], ['ignore', 2, 2])
const args = process.argv.slice(2)
process.exitCode = built === 0 ? run('../packages/m2m-cli/bin/m2m.js', args, 'inherit') : built
