import { cold } from '../calls/cold.js'
import { inProcess } from '../calls/in-process.js'
import { growth } from '../growth/growth.js'
import { http } from '../guards/http.js'
import { starts } from '../starts/starts.js'
import type { Part } from './part.js'

/** What is compared, in this order. */
export const parts: readonly Part[] = [http, inProcess, cold, starts, growth]
