import { describe, expect, it } from 'vitest'
import { describeLayer, explainDecision } from '../../src/decision/explain.js'
import type { LayerAnswer } from '../../src/decision/layer-answer.js'

const layers: readonly LayerAnswer[] = [
  { layer: 'token', answer: 'permit', rule: 'allowed_ops' },
  { layer: 'policy', answer: 'forbid' },
]

describe('explain names each layer and its answer (rule 2)', () => {
  it('as data and as text, one line per layer', () => {
    const explanation = explainDecision('transfers:create', { admitted: false, layers })
    expect(explanation).toMatchObject({ operation: 'transfers:create', admitted: false, layers })
    const [headline, ...lines] = explanation.text.split('\n')
    expect(headline).toBe('transfers:create: refused')
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain('token: permit (allowed_ops)')
    expect(lines[1]).toContain('policy: forbid')
    expect(Object.isFrozen(explanation)).toBe(true)
  })

  it('says in its first line whether it is admitted, and why no layer was asked', () => {
    const headlineOf = (judgement: Parameters<typeof explainDecision>[1]) =>
      explainDecision('transfers:create', judgement).text
    expect(headlineOf({ admitted: true, layers: [] })).toBe('transfers:create: admitted')
    expect(headlineOf({ admitted: false, layers: [] })).toBe('transfers:create: refused')
    const obstacle = 'the resource is of another type'
    expect(headlineOf({ admitted: false, layers: [], obstacle })).toBe(
      'transfers:create: refused (the resource is of another type)',
    )
  })

  it('says why a layer without a deciding rule forbids, and gives notes', () => {
    expect(describeLayer({ layer: 'policy', answer: 'forbid' })).toBe(
      'policy: forbid (no rule allows it)',
    )
    expect(describeLayer({ layer: 'policy', answer: 'abstain', note: 'no policy' })).toBe(
      'policy: abstain [no policy]',
    )
  })
})
