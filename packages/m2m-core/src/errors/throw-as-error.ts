/**
 * Throws a fault on, unchanged if it is an object. Frameworks take a fault of nothing for none and
 * let the request go on, or never answer it; Express takes the texts "route" and "router" for a way
 * round. So what is no object is thrown inside an `Error`, as its `cause`.
 */
export const throwAsError = (fault: unknown): never => {
  if ((typeof fault === 'object' && fault !== null) || typeof fault === 'function') throw fault
  throw new Error('a function that a guard called failed, and threw no Error', { cause: fault })
}
