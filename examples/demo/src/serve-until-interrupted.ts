import { once } from 'node:events'
import { curlLines } from './curl-lines.js'
import { decisionLog, logTitle } from './decision-log.js'
import { type Framework, frameworkNames } from './frameworks.js'
import { startDemo } from './start-demo.js'

/** Keeps the servers up for requests by hand, with the decision log below, until Ctrl-C. */
export const serveUntilInterrupted = async (
  framework: Framework,
  write: (line: string) => void,
): Promise<void> => {
  const demo = await startDemo(framework, decisionLog(write), { watch: true })
  const { api, authorizationServer, partnerServer, policy, tokens } = demo
  const choices = frameworkNames.join('|')

  write(`Authorization server  ${authorizationServer.url}`)
  write(`Partner's server      ${partnerServer.url}`)
  write(`API                   ${api.url}`)
  write(`Policy                ${policy.folder}; edit a file, and the next request sees it`)
  write(`Framework             ${framework.title}; choose by --framework ${choices}\n`)
  write('# Paste these tokens, then any request. They live for an hour. Ctrl-C ends the demo.')
  curlLines(api.url, tokens).forEach(write)
  write(logTitle())

  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await demo.close()
}
