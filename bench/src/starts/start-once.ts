import { starts } from './start-cases.js'

// The process that is measured: it brings what its argument names, and says what that took.
const [, , name = ''] = process.argv
const start = starts[name]
if (!start) throw new Error(`there is no start called ${name}`)
const kept = await start()
const millis = performance.now()
const { rss } = process.memoryUsage()
const { user, system } = process.cpuUsage()
globalThis.gc?.()
const { heapUsed } = process.memoryUsage()
if (name !== 'bare Node' && kept === undefined) throw new Error('expected a guard')
process.stdout.write(JSON.stringify({ millis, cpuMillis: (user + system) / 1000, rss, heapUsed }))
// Whatever it keeps open is not waited for.
process.exit()
