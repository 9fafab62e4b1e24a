// Removes what earlier builds left in the published packages: a file whose source is gone would be
// packed all the same.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { publishedPackages } from './published-packages.mjs'

for (const { folder } of publishedPackages) {
  rmSync(join(folder, 'dist'), { recursive: true, force: true })
}
