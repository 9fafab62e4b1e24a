/**
 * Where adapters cannot be alike, and why. A scenario names the difference that it shows, so a
 * difference that is gone fails its test.
 */
export const differences = {
  'unknown-path':
    'Express runs middleware of a path before it looks for routes. @koa/router runs it only for ' +
    'routes that exist, and Fastify answers what is not found outside of a scope with a prefix: ' +
    'there nobody learns more than that there is nothing.',
  'body-before-decision':
    'Fastify parses and validates a body before preHandler, where a decision with a resource ' +
    'falls; with Express and Koa the order is that of the middleware.',
  'inherited-names-in-bodies':
    "Fastify's parser refuses bodies with __proto__ or constructor.prototype; to the others these " +
    'are members like any other.',
  'format-of-thrown-refusals':
    "Under refusals: 'throw' the framework answers: Express as its error handler does, Koa with " +
    'text, Fastify with JSON of its own, and all with the status and the challenge.',
  'headers-after-fault':
    'When a handler throws, Koa drops the headers that were set before, those of a guard too.',
  'declared-without-guard':
    'A Fastify route config is data: where no plugin reads it, it guards nothing, unlike a ' +
    'requireOp without m2mAuth, which answers 500.',
} as const satisfies Readonly<Record<string, string>>

/** The name of a difference. */
export type DifferenceId = keyof typeof differences
