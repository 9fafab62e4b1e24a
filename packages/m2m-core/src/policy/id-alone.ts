import { isJsonObject } from '../token/compact.js'

const ids: readonly unknown[] = ['subject.id', 'subject.clientId']
const sparing: readonly unknown[] = ['not_equals', 'not_in', 'exists']
const naming: readonly unknown[] = ['equals', 'in']

/**
 * Whether a rule tells services apart by an id alone, which with several issuers names nobody: what is
 * wrong with it, undefined where nothing is. An allow that asks for an id must name its issuer; a deny
 * that spares an id would spare every issuer's.
 */
export const idAlone = ({
  effect,
  conditions = [],
}: {
  readonly effect: unknown
  readonly conditions?: readonly unknown[]
}): string | undefined => {
  const on = (fields: readonly unknown[], among?: readonly unknown[]): boolean =>
    conditions.some(
      (condition) =>
        isJsonObject(condition) &&
        fields.includes(condition['field']) &&
        (among?.includes(condition['operator']) ?? true),
    )
  if (effect === 'deny') {
    return on(ids, sparing)
      ? 'a deny cannot spare services by id: those of other issuers may have the same; name issuers'
      : undefined
  }
  return on(ids) && !on(['subject.issuer'], naming)
    ? 'a condition on subject.id or subject.clientId needs subject.issuer equals (or in) beside it'
    : undefined
}
