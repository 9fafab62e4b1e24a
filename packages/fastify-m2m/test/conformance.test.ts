import { describeConformance } from 'adapter-conformance/suite'
import fastify from 'fastify'
import { expect, it } from 'vitest'
import { frameworks } from './frameworks.js'

it('runs the supported major', () => {
  expect(fastify().version.split('.')[0]).toBe('5')
})

for (const framework of frameworks) describeConformance(framework)
