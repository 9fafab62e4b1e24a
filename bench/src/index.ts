import { compareBatches } from './compare-batches.js'
import { printFigures } from './print-figures.js'
import { warmPathContenders } from './warm-path.js'

const contenders = await warmPathContenders()
const isWithinBounds = printFigures(compareBatches(contenders))
process.exitCode = isWithinBounds ? 0 : 1
