import { type Failure, fuzzTarget, type Run } from './fuzz-target.js'
import { createGuard } from './guard.js'
import { inProcess } from './in-process.js'
import { createMaterial, type Material } from './material.js'
import { overHttp } from './over-http.js'
import { printTallies } from './print-tallies.js'
import { createRandom } from './random.js'
import { type Arguments, readArguments } from './read-arguments.js'
import { refusingStageOf } from './refusing-stage.js'
import { type Recording, replay } from './replay.js'
import { createTally, sum, type Tally } from './tally.js'
import { guardOptionsOf } from './target.js'
import { startWatchdog } from './watchdog.js'

const mostShown = 5
/** Longer than any message, whose quotations are cut and escaped. */
const longestLine = 5000

const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** Prints the first failures in full. Test keys and test tokens only: there is nothing to hide. */
const createReport = (material: Material, repeat: string): ((failure: Failure) => void) => {
  let shown = 0
  return (failure) => {
    shown += 1
    if (shown > mostShown) return
    const guard = { ...guardOptionsOf(material), now: Date.now() }
    const recording: Recording = { ...failure, guard, valid: material.valid }
    say(`\nFAILED: ${failure.target}, ${failure.kind}: ${failure.fault}: ${failure.detail}`)
    say(`To see this very request again, save the next line as a file and add --replay <file>.`)
    say(JSON.stringify(recording))
    say(`The same choices again, on fresh keys: ${repeat}`)
  }
}

const isClean = (line: string): boolean => line.length <= longestLine && /^[\x20-\x7e]*$/.test(line)

const fuzz = async ({ seconds, seed }: Arguments): Promise<readonly Tally[]> => {
  const material = await createMaterial()
  const report = createReport(material, repeatOf(seconds, seed))
  const watchdog = startWatchdog(repeatOf(seconds, seed))
  const tallies: Tally[] = []
  for (const [index, { name, open }] of [inProcess, overHttp].entries()) {
    const unclean: string[] = []
    const tally = createTally(name)
    tallies.push(tally)
    const m2m = createGuard(guardOptionsOf(material), {
      logged: (line) => void (isClean(line) || unclean.push(line)),
      recorded: (record) => {
        const stage = refusingStageOf(record)
        if (stage) tally.stages[stage] += 1
      },
    })
    const takeUnclean = (): readonly string[] => unclean.splice(0)
    const target = await open(m2m)
    const random = createRandom(seed + index)
    const deadline = performance.now() + (seconds * 1000) / 2
    const run: Run = { target, material, random, tally, watchdog, takeUnclean, report }
    await fuzzTarget(run, deadline)
    await target.close()
  }
  await watchdog.close()
  return tallies
}

const repeatOf = (seconds: number, seed: number): string =>
  `npm run fuzz -- --seconds ${seconds} --seed ${seed}`

const main = async (given: Arguments): Promise<boolean> => {
  if (given.replay !== undefined) return replay(given.replay)
  const { seconds, seed } = given
  say(`seed ${seed}, ${seconds} s; to repeat: ${repeatOf(seconds, seed)}`)
  const tallies = await fuzz(given)
  printTallies(`seed ${seed}, ${seconds} s`, tallies)
  const passed = tallies.reduce((total, { refused }) => total + sum(refused), 0)
  const failed = tallies.reduce((total, { faults }) => total + sum(faults), 0)
  const gaps = [...tallies.flatMap(gapsOf), ...stageGapsOf(tallies)]
  for (const gap of gaps) say(`${gap}: 0; too short a run, or nothing gets so far`)
  if (failed > 0) say(`to repeat: ${repeatOf(seconds, seed)}`)
  say(`${passed} passed, ${failed + gaps.length} failed`)
  return failed + gaps.length === 0
}

/** What a run must have seen, or it shows nothing. */
const gapsOf = ({ target, admitted, refused }: Tally): readonly string[] =>
  zerosOf({ 'valid admitted': admitted, ...refused }).map((name) => `${target}: ${name}`)

/** Fewer requests go over HTTP, and its parser refuses some: the guard is judged in process. */
const stageGapsOf = (tallies: readonly Tally[]): readonly string[] =>
  tallies
    .filter(({ target }) => target === inProcess.name)
    .flatMap(({ stages }) => zerosOf(stages).map((stage) => `${inProcess.name}: at ${stage}`))

const zerosOf = (counts: Readonly<Record<string, number>>): readonly string[] =>
  Object.keys(counts).filter((name) => counts[name] === 0)

/** What nothing caught ends the run: a guard must not leave a rejection behind. */
const crash = (fault: unknown): never => {
  say(`\nCRASHED: ${fault instanceof Error ? fault.stack : String(fault)}`)
  say('The first line says how to repeat it.')
  say('0 passed, 1 failed')
  process.exit(1)
}
process.on('uncaughtException', crash)
process.on('unhandledRejection', crash)

const given = readArguments(process.argv.slice(2))
if (typeof given === 'string') say(given)
process.exitCode = typeof given !== 'string' && (await main(given).catch(crash)) ? 0 : 1
