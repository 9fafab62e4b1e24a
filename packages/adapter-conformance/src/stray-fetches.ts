import type { ConformanceTarget } from './conformance-target.js'

/** What the guard has fetched from elsewhere than its issuer, but for the first so many fetches. */
export const strayFetchesOf = (
  { fetched, issuer }: ConformanceTarget,
  skipped = 0,
): readonly string[] => {
  const { origin } = new URL(issuer.issuer)
  const urls = fetched?.().slice(skipped) ?? []
  return urls.filter((url) => !URL.canParse(url) || new URL(url).origin !== origin)
}

/**
 * Asserts that the guard has fetched something, and from its issuer only, in all cases so far and
 * since: for the end of a run, when a fetch that began late has begun.
 *
 * @throws Error that lists every other address
 */
export const assertNoStrayFetch = (target: ConformanceTarget): void => {
  if (!target.fetched?.().length) throw new Error('The target tells of no fetch at all')
  const list = strayFetchesOf(target).map((url) => `\n  ${url}`)
  if (list.length > 0) throw new Error(`The guard fetched from elsewhere:${list.join('')}`)
}
