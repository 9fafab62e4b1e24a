// Writes the public API of every published package to its etc/<name>.api.md, for review.
// With --check it writes nothing and fails when a report and the sources differ. Needs a build.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'
import { publishedPackages } from './published-packages.mjs'

const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2023'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
}
const extractorMessageReporting = {
  'ae-forgotten-export': { logLevel: 'none' },
  'ae-missing-release-tag': { logLevel: 'none' },
  'ae-undocumented': { logLevel: 'none' },
  default: { logLevel: 'error' },
}
/** Progress; faults stay loud. */
const quiet = (message) => {
  if (message.category === 'console' && message.logLevel !== 'error') message.handled = true
}

const isCheck = process.argv.includes('--check')
const temporary = mkdtempSync(join(tmpdir(), 'm2m-api-'))
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }))
const failed = publishedPackages.filter((one) => !describe(one)).map(({ name }) => name)

for (const name of failed) {
  console.error(`${name}: its public API differs from etc/${name}.api.md; run "npm run api"`)
}
console.log(`${publishedPackages.length - failed.length} passed, ${failed.length} failed`)
process.exitCode = failed.length === 0 ? 0 : 1

function describe({ name, folder }) {
  const entry = join(folder, 'dist/index.d.ts')
  mkdirSync(join(folder, 'etc'), { recursive: true })
  const configObject = {
    projectFolder: folder,
    newlineKind: 'lf',
    mainEntryPointFilePath: entry,
    compiler: { overrideTsconfig: { compilerOptions, files: [entry] } },
    apiReport: {
      enabled: true,
      // Unions such as the codes are derived from catalogues that nobody imports.
      includeForgottenExports: true,
      reportFileName: `${name}.api.md`,
      reportFolder: join(folder, 'etc'),
      reportTempFolder: temporary,
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    messages: { extractorMessageReporting },
  }
  const packageJsonFullPath = join(folder, 'package.json')
  const config = ExtractorConfig.prepare({ configObject, packageJsonFullPath })
  const { succeeded } = Extractor.invoke(config, { localBuild: !isCheck, messageCallback: quiet })
  return succeeded
}
