import type { Command } from 'commander'
import { loadPolicy, readPolicy } from 'm2m-policy'
import type { CommandIo } from '../command-io.js'
import { MisuseError } from '../misuse-error.js'
import { defaultFolder, findPolicy } from '../policy-folder.js'
import { printJson } from '../print-json.js'
import { printProblems } from '../print-problems.js'
import type { Done } from '../program.js'
import { describeExplanation } from './describe-explanation.js'
import { type Caller, explainPolicy } from './explain-policy.js'
import { readContext, readResource } from './read-facts.js'

interface ExplainFlags {
  readonly service?: string
  readonly user?: string
  readonly role?: readonly string[]
  readonly op: string
  readonly resource?: string
  readonly context?: string
  readonly json?: true
}

/** `m2m policy explain`: whether somebody may do something, and which policy says so. */
export const addExplainCommand = (policy: Command, io: CommandIo, done: Done): void => {
  policy
    .command('explain')
    .description('Say whether somebody may do something, and why')
    .argument('[folder]', 'the policy', defaultFolder)
    .option('--service <id>', 'a registered service')
    .option('--user <id>', 'or a user')
    .option('--role <name>', 'a role of the user; may be given again', andMore)
    .requiredOption('--op <operation>', 'what is to be done, such as transfers:create')
    .option('--resource <file>', 'to what: { id, attributes } as YAML or JSON')
    .option('--context <file>', 'the context of the request, as YAML or JSON')
    .option('--json', 'print one JSON document')
    .action((given: string, flags: ExplainFlags) => done(explain(io, given, flags)))
}

const explain = (io: CommandIo, given: string, flags: ExplainFlags): number => {
  const { op: operation, json } = flags
  const source = findPolicy(io, given)
  const caller = callerOf(flags)
  const resource = readResource(io, flags.resource, operation.slice(0, operation.lastIndexOf(':')))
  const context = readContext(io, flags.context)
  const problems = [...readPolicy(source).problems, ...resource.problems, ...context.problems]
  if (problems.length > 0) {
    if (json) printJson(io, { problems })
    else printProblems(io, problems)
    return 1
  }
  const explanation = explainPolicy(loadPolicy(source), {
    caller,
    operation,
    ...(resource.fact && { resource: resource.fact }),
    ...(context.fact && { context: context.fact }),
  })
  if (json) printJson(io, { ...explanation, problems })
  else io.stdout(describeExplanation(io, explanation))
  return explanation.allowed ? 0 : 1
}

const callerOf = ({ service, user, role }: ExplainFlags): Caller => {
  if ((service === undefined) === (user === undefined)) {
    throw new MisuseError('expected --service <id> or --user <id>, one of them')
  }
  if (user === '') throw new MisuseError('expected the id of a user, got ""')
  if (user !== undefined) return { type: 'user', id: user, roles: role ?? [] }
  if (role) throw new MisuseError('--role is for --user; a service has the roles of its file')
  return { type: 'service', id: service ?? '', roles: [] }
}

const andMore = (one: string, before: readonly string[] = []): readonly string[] => [...before, one]
