import type { ChildProcess } from 'node:child_process'

/** What a child process says next; rejects where it ends instead. */
export const heardFrom = <Report>(child: ChildProcess): Promise<Report> =>
  new Promise((resolve, reject) => {
    const hear = (report: unknown): void => {
      child.off('exit', end)
      resolve(report as Report)
    }
    const end = (code: number | null): void => {
      child.off('message', hear)
      reject(new Error(`a process of the comparison ended with ${code}`))
    }
    child.once('message', hear)
    child.once('exit', end)
  })

/** Asks a child process something and gives its answer. */
export const askProcess = <Report>(child: ChildProcess, order: object): Promise<Report> => {
  const answer = heardFrom<Report>(child)
  child.send(order)
  return answer
}

/** Ends a child process that leaves when it is left. */
export const leaveProcess = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    if (child.connected) child.disconnect()
    else child.kill()
  })
