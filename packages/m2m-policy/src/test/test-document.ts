/** What a test expects, and what comes out. */
export type PolicyEffect = 'allow' | 'deny'

/** What is expected of an operation: for all resources of its type, or of each by its name. */
export type ExpectationDocument = PolicyEffect | Readonly<Record<string, PolicyEffect>>

/** A test of a policy: `*.test.yaml` holds one or a list of them. */
export interface PolicyTestDocument {
  /** Unique in its file. */
  readonly name: string
  /** An RFC 3339 date-time: `context.time` of every question. The machine's clock is never asked. */
  readonly now?: string | undefined
  /** @defaultValue all registered services */
  readonly services?: readonly string[] | undefined
  /** Asked about beside the services; `expect` calls them `user:<name>`. */
  readonly users?:
    | Readonly<
        Record<
          string,
          {
            readonly roles?: readonly string[] | undefined
            readonly attributes?: Readonly<Record<string, unknown>> | undefined
          }
        >
      >
    | undefined
  /** @defaultValue all that a policy names, wildcards left out, and all in `expect` */
  readonly operations?: readonly string[] | undefined
  /** By a name of one's own. */
  readonly resources?:
    | Readonly<
        Record<
          string,
          {
            readonly type: string
            readonly id?: string | undefined
            readonly attributes?: Readonly<Record<string, unknown>> | undefined
          }
        >
      >
    | undefined
  readonly context?: Readonly<Record<string, unknown>> | undefined
  /** By service or user, then by operation. Whatever is not listed must be denied. */
  readonly expect: Readonly<Record<string, Readonly<Record<string, ExpectationDocument>>>>
}
