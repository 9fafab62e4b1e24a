export { type CommandIo, createCommandIo, type Host } from './command-io.js'
export { runM2M } from './run-m2m.js'
