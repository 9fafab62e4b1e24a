/** One question to an engine, in the information model of AuthZEN. Plain JSON, a copy of its own. */
export interface EngineRequest {
  readonly subject: {
    readonly type: 'service'
    /** Unique only together with `properties.issuer`. */
    readonly id: string
    /**
     * The registered attributes, and over them `issuer`, `clientId`, `tier`, `registered`, `scopes`
     * and `allowedOps` (left out where there are none).
     */
    readonly properties: Readonly<Record<string, unknown>>
  }
  /** The action of the operation: `create` of `transfers:create`. */
  readonly action: { readonly name: string }
  readonly resource: {
    readonly type: string
    readonly id?: string
    readonly properties: Readonly<Record<string, unknown>>
  }
  readonly context: Readonly<Record<string, unknown>>
}

/** An engine's answer, as AuthZEN has it. */
export interface EngineDecision {
  /** Exactly `true` or `false`; anything else is no answer. */
  readonly decision: boolean
  /** A text `reason` in it appears in explanations and records. At most 64 KiB as JSON. */
  readonly context?: Readonly<Record<string, unknown>>
}

/**
 * An engine that decides elsewhere (a policy decision point), as a port. Configuring one makes it a
 * layer of every decision, and enough to permit; what it does not permit is forbidden.
 */
export interface PolicyEngine {
  /** Letters, digits, `_`, `.` and `-`; its layer is `engine:<name>`. */
  readonly name: string
  /**
   * Whether its answers may be kept for equal questions: `true` when they do not depend on time, or
   * the seconds for which they hold. An allow is kept for 60 s at most, a deny for 10 s.
   * @defaultValue `false`
   */
  readonly cacheable?: boolean | number
  /** Answers a question. The signal ends when nobody waits any more. */
  decide(request: EngineRequest, signal: AbortSignal): Promise<EngineDecision>
}
