import { existsSync } from 'node:fs'
import type { Measurement } from '../comparison/part.js'
import { measurementOf } from '../figures/take-turns.js'
import { findPackages, type InstalledPackage, packageIn } from './installed-packages.js'

const here = import.meta.dirname

/** What is installed together, and what that brings. */
export interface Installation {
  readonly name: string
  measure(): readonly Measurement[]
}

const kibibyte = 1024

const installationOf = (...packages: readonly string[]): Installation => {
  const name = `installing ${packages.join(' and ')}`
  return {
    name,
    measure: () => {
      const all = findPackages(packages.map((one) => packageIn(here, one)))
      const bytes = all.reduce((sum, { size }) => sum + size, 0)
      const unbuilt = all.filter(isUnbuilt).map(({ name: one }) => one)
      if (unbuilt.length > 0) {
        console.log(`  ${name}: without the CommonJS build of ${unbuilt.join(', ')}: npm run build`)
      }
      return [
        measurementOf(name, 'KiB', [bytes / kibibyte]),
        measurementOf(name, 'packages', [all.length]),
      ]
    },
  }
}

/** Whether a file is missing that its users would get: the benches need only half of the build. */
const isUnbuilt = ({ main }: InstalledPackage): boolean => main !== undefined && !existsSync(main)

/** Without the frameworks, which are there already. */
export const installations: readonly Installation[] = [
  installationOf('express-m2m'),
  installationOf('koa-m2m'),
  installationOf('fastify-m2m'),
  installationOf('express-oauth2-jwt-bearer'),
  installationOf('express-jwt', 'jwks-rsa'),
  installationOf('aws-jwt-verify'),
  installationOf('koa-jwt', 'jwks-rsa'),
  installationOf('@fastify/jwt', 'get-jwks'),
]
