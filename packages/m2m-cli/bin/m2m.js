#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { createCommandIo, runM2M } from '../dist/index.js'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
process.exitCode = await runM2M(process.argv.slice(2), { ...createCommandIo(process), version })
