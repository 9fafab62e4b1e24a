#!/usr/bin/env node
import { createCommandIo, runM2M } from '../dist/index.js'

process.exitCode = await runM2M(process.argv.slice(2), createCommandIo(process))
