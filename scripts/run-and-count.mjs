import { spawn } from 'node:child_process'

/** Runs a command, shows what it prints, and reads its count from its own closing line, if any. */
export const runAndCount = async (command) => {
  const { status, output } = await run(command)
  return { status, ...countIn(output) }
}

function run([program, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (chunk) => {
      process.stdout.write(chunk)
      output += chunk
    })
    child.on('error', (fault) => resolve({ status: 1, output: String(fault) }))
    child.on('close', (status) => resolve({ status, output }))
  })
}

/** What a closing line counts; nothing where there is none. */
export function countIn(output) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  const plain = output.replace(/\u001b\[[0-9;]*m/g, '')
  const line = plain.match(/^\s*Tests\s.*$|^\d+ passed, \d+ failed$/gm)?.at(-1) ?? ''
  const number = (word) => Number(line.match(new RegExp(`(\\d+) ${word}`))?.[1] ?? 0)
  return { passed: number('passed'), failed: number('failed') }
}
