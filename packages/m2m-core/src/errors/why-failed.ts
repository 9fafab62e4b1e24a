import { printable } from './quote.js'

/**
 * What a dependency threw, for a log message. Where a name has several addresses and none answers, Node
 * throws an error without words around those that have some.
 */
export const whyFailed = (fault: unknown): string => {
  if (!(fault instanceof Error)) return 'it threw what is no error'
  const faults: readonly unknown[] =
    fault instanceof AggregateError && fault.message === '' ? fault.errors : [fault]
  const texts = faults.map((one) => (one instanceof Error ? one.message : '')).filter(Boolean)
  return printable(texts.join('; ') || fault.name, 200)
}
