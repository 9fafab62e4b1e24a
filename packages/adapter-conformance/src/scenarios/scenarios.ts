import { besideUserAuth } from './beside-user-auth.js'
import { callerGone } from './caller-gone.js'
import { faults } from './faults.js'
import { forgedIdentity } from './forged-identity.js'
import { oddRequests } from './odd-requests.js'
import { quotas } from './quotas.js'
import { refusals } from './refusals.js'
import type { Scenario } from './scenario.js'
import { severalGuards } from './several-guards.js'
import { thrownRefusals } from './thrown-refusals.js'
import { usersOnlyScenarios } from './users-only.js'

/** What every adapter must do alike. */
export const scenarios: readonly Scenario[] = [
  ...refusals,
  ...thrownRefusals,
  ...faults,
  ...severalGuards,
  ...forgedIdentity,
  ...oddRequests,
  ...callerGone,
  ...besideUserAuth,
  ...usersOnlyScenarios,
  ...quotas,
]
