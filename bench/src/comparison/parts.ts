import { http } from '../guards/http.js'
import type { Part } from './part.js'

/** What is compared, in this order. */
export const parts: readonly Part[] = [http]
