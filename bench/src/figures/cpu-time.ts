/** The unit of what is measured here. */
export const microsOfCpu = 'µs of CPU'

/**
 * Microseconds of CPU that the process has used since, all its threads together: collecting garbage
 * and compiling count as well, and what other processes take does not.
 */
export const cpuSince = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** Microseconds of CPU for each of so many calls. */
export const cpuPerCall = (calls: number, call: () => unknown): number => {
  const before = process.cpuUsage()
  for (let count = 0; count < calls; count += 1) call()
  return cpuSince(before) / calls
}
