/**
 * What every line for an operator says: what was expected, what came instead, and after the
 * semicolon what to change. A half of it left out or torn off does not match.
 */
export const advice = /^expected \S[^;]*[^\s,;], [^;]*[^;\s]; \S.*[^\s,]$/
