/** The command was asked for what it cannot do: its message goes to stderr, the exit code is 2. */
export class MisuseError extends Error {
  override readonly name = 'MisuseError'
}
