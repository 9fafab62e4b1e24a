import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A policy folder of one's own. */
export interface PolicyCopy {
  readonly folder: string
  /** Changes one file. */
  edit(file: string, change: (text: string) => string): Promise<void>
  remove(): Promise<void>
}

const original = fileURLToPath(new URL('../policies', import.meta.url))

/**
 * Copies the policies of the demo, with the issuers that run now. A policy says whose clients it
 * means, by URL; servers on free ports have another one each time. Where issuers keep their URLs,
 * as they do outside of demos, the folder is loaded as it lies there.
 */
export const copyPolicy = async (issuers: {
  readonly issuer: string
  readonly partner: string
}): Promise<PolicyCopy> => {
  const home = await mkdtemp(join(tmpdir(), 'm2m-demo-'))
  const folder = join(home, 'policies')
  await cp(original, folder, { recursive: true })

  const edit: PolicyCopy['edit'] = async (file, change) => {
    const before = await readFile(join(folder, file), 'utf8')
    const after = change(before)
    if (after === before) throw new Error(`There is nothing to edit in ${file}`)
    // Renamed into place, so that nobody ever reads half a file.
    const written = join(home, 'edited')
    await writeFile(written, after)
    await rename(written, join(folder, file))
  }
  for (const file of await readdir(join(folder, 'services'))) {
    await edit(`services/${file}`, (text) =>
      text
        .replaceAll('https://login.example.com', issuers.issuer)
        .replaceAll('https://login.partner.example', issuers.partner),
    )
  }
  return { folder, edit, remove: () => rm(home, { recursive: true, force: true }) }
}
