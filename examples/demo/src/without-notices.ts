/**
 * Runs the work without oidc-provider's notices ("unsupported runtime", "in-memory adapter"), which
 * have no switch and would be the first thing a newcomer reads. Everything else is still printed.
 * One at a time: it takes `console` over.
 */
export const withoutNotices = async <T>(work: () => Promise<T>): Promise<T> => {
  const { info, warn } = console
  const unlessNotice =
    (print: typeof console.warn): typeof console.warn =>
    (...values) => {
      if (!/oidc-provider (NOTICE|WARNING)/.test(String(values[0]))) print(...values)
    }
  Object.assign(console, { info: unlessNotice(info), warn: unlessNotice(warn) })
  try {
    return await work()
  } finally {
    Object.assign(console, { info, warn })
  }
}
