/** What one layer says of an operation, and why. */
export interface LayerAnswer {
  readonly layer: 'token' | 'tier' | 'policy' | `engine:${string}`
  /** `unavailable`: an engine gave no answer, which admits nothing. */
  readonly answer: 'permit' | 'forbid' | 'abstain' | 'unavailable'
  /** The rule that decided. */
  readonly rule?: string | undefined
  /** What a reader of the explanation should know beside the answer. */
  readonly note?: string | undefined
  /** Whether an engine's answer was remembered from an equal question. */
  readonly cached?: true
}
