import { expect, it } from 'vitest'
import { tokenKinds, tokenShapes } from '../../src/tokens/token-shapes.js'
import { facts } from './facts.js'

const services = tokenKinds.filter((kind) => tokenKinds.some((other) => other === `${kind}User`))

it('has a token of a user for each provider, and five kinds beside', () => {
  expect(services).toHaveLength(13)
  expect(tokenKinds).toHaveLength(13 * 2 + 5)
})

it.each(services)('%s and its user come by way of one client', (kind) => {
  const user = tokenShapes[`${kind}User` as typeof kind]
  expect(user.clientId).toBe(tokenShapes[kind].clientId)
})

it.each(tokenKinds)('%s is data: asked twice, it differs in its id alone', (kind) => {
  const { jti, uti, origin_jti, event_id, ...first } = tokenShapes[kind].claims(facts)
  expect(tokenShapes[kind].claims(facts)).toMatchObject(first)
})
