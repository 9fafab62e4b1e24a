import type { M2MCode } from './codes.js'

/** The stages of the line that can say no. */
export type Stage = 'credential' | 'token' | 'principal' | 'scope' | 'quota' | 'decision' | 'audit'

/**
 * The finer reasons behind a public code. They stand in the audit record and the log, never in a
 * reply: a caller who probes learns nothing from them. Each has an anchor in `docs/errors.md`.
 */
const causes = {
  no_bearer_credential: ['credential', 'credentials_missing'],
  credential_duplicated: ['credential', 'invalid_request'],
  credential_malformed: ['credential', 'invalid_request'],

  token_too_long: ['token', 'invalid_token'],
  token_spelling: ['token', 'invalid_token'],
  token_not_json: ['token', 'invalid_token'],
  header_member_forbidden: ['token', 'invalid_token'],
  algorithm_not_allowed: ['token', 'invalid_token'],
  type_not_allowed: ['token', 'invalid_token'],
  key_id_malformed: ['token', 'invalid_token'],
  issuer_unknown: ['token', 'invalid_token'],
  key_unknown: ['token', 'invalid_token'],
  key_set_unavailable: ['token', 'authorization_unavailable'],
  signature_invalid: ['token', 'invalid_token'],
  claim_missing: ['token', 'invalid_token'],
  claim_malformed: ['token', 'invalid_token'],
  audience_mismatch: ['token', 'invalid_token'],
  client_mismatch: ['token', 'invalid_token'],
  token_kind: ['token', 'invalid_token'],
  token_bound: ['token', 'invalid_token'],
  token_not_yet_valid: ['token', 'invalid_token'],
  token_lifetime: ['token', 'invalid_token'],
  token_past_expiry: ['token', 'token_expired'],

  principal_is_user: ['principal', 'principal_type_mismatch'],
  principal_is_delegated: ['principal', 'principal_type_mismatch'],
  principal_unknown: ['principal', 'principal_unclassified'],
  service_unregistered: ['principal', 'service_not_admitted'],
  service_id_taken: ['principal', 'service_not_admitted'],
  service_disabled: ['principal', 'service_not_admitted'],
  principal_is_service: ['principal', 'user_required'],
  principal_is_no_user: ['principal', 'user_required'],

  scope_missing: ['scope', 'insufficient_scope'],

  quota_used_up: ['quota', 'quota_exceeded'],
  quota_store_unavailable: ['quota', 'authorization_unavailable'],

  operation_malformed: ['decision', 'operation_denied'],
  resource_malformed: ['decision', 'operation_denied'],
  resource_type_mismatch: ['decision', 'operation_denied'],
  layer_forbids: ['decision', 'operation_denied'],
  no_layer_permits: ['decision', 'operation_denied'],
  engine_unavailable: ['decision', 'authorization_unavailable'],

  record_not_written: ['audit', 'authorization_unavailable'],
} as const satisfies Record<string, readonly [Stage, M2MCode]>

/** The closed list of causes. */
export type M2MCause = keyof typeof causes

/** The public code a cause is answered with. */
export const codeOf = (cause: M2MCause): (typeof causes)[M2MCause][1] => causes[cause][1]

/** The stage of the line that a cause belongs to. */
export const stageOf = (cause: M2MCause): Stage => causes[cause][0]

/** Every cause, for the documentation's two-way check. */
export const allCauses: readonly M2MCause[] = Object.freeze(Object.keys(causes) as M2MCause[])
