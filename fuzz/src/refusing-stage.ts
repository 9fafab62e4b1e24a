import type { AuditRecord, M2MCause } from 'm2m-core'

/** Where on the line a request can be refused: the token stage in three, by its signature. */
export const refusingStages = [
  'credential',
  'token, not yet verified',
  'key and signature',
  'token, verified',
  'principal',
  'scope',
] as const

/** One of these. */
export type RefusingStage = (typeof refusingStages)[number]

const unverified: readonly (M2MCause | undefined)[] = [
  ...(['token_too_long', 'token_spelling', 'token_not_json', 'issuer_unknown'] as const),
  ...(['header_member_forbidden', 'algorithm_not_allowed', 'type_not_allowed'] as const),
  'key_id_malformed',
]
const ofSignature: readonly (M2MCause | undefined)[] = ['key_unknown', 'signature_invalid']
const verified: readonly (M2MCause | undefined)[] = [
  ...(['claim_missing', 'claim_malformed', 'audience_mismatch', 'client_mismatch'] as const),
  ...(['token_kind', 'token_bound', 'token_not_yet_valid', 'token_lifetime'] as const),
  'token_past_expiry',
]

/** Where the recorded refusal fell; undefined for what is no refusal, or of an unknown cause. */
export const refusingStageOf = ({
  outcome,
  stage,
  cause,
}: AuditRecord): RefusingStage | undefined => {
  if (outcome !== 'refused') return undefined
  if (unverified.includes(cause)) return 'token, not yet verified'
  if (ofSignature.includes(cause)) return 'key and signature'
  if (verified.includes(cause)) return 'token, verified'
  return stage === 'credential' || stage === 'principal' || stage === 'scope' ? stage : undefined
}
