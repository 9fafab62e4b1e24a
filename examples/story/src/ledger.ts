/** One transfer of money. */
export interface Transfer {
  readonly by: string
  readonly amount: number
}

/** The business that the APIs are about. It knows nothing of HTTP, tokens or services. */
export interface Ledger {
  /** What this sender has sent, the oldest first. */
  sentBy(sender: string): readonly Transfer[]
  /**
   * Sends a whole amount above zero.
   *
   * @throws Error with status 422, which every framework answers, when that breaks a rule
   */
  send(sender: string, amount: unknown): Transfer
}

/** The rule of this business: so much may anybody send in all, whoever it is. */
const allowance = 5000

/** Opens an empty ledger. */
export const openLedger = (): Ledger => {
  const transfers: Transfer[] = []
  const sentBy = (sender: string) => transfers.filter(({ by }) => by === sender)

  return {
    sentBy,
    send(by, amount) {
      if (!isWhole(amount) || amount < 1) throw brokenRule('An amount is whole and above zero')
      const sent = sentBy(by).reduce((sum, one) => sum + one.amount, 0)
      if (sent + amount > allowance) throw brokenRule(`Only ${allowance - sent} are left to send`)
      const transfer = { by, amount }
      transfers.push(transfer)
      return transfer
    },
  }
}

const isWhole = (amount: unknown): amount is number => Number.isSafeInteger(amount)

/** Express and Koa read `status`, Koa also `expose`, Fastify `statusCode`. */
const brokenRule = (message: string): Error =>
  Object.assign(new Error(message), { status: 422, statusCode: 422, expose: true })
