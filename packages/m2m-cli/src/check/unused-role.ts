import type { ModelReach } from './model-reach.js'
import type { PolicyWarning } from './warning.js'

/** Roles that no policy names: whoever holds one, service or user, holds nothing. */
export const findUnusedRoles = ({
  model,
  policiesFor,
  subjectsAround,
}: ModelReach): readonly PolicyWarning[] =>
  model.roles.flatMap(({ name, at }) => {
    const roles = subjectsAround(`role:${name}`, 'with-users')
    if (roles.some((role) => policiesFor(role).length > 0)) return []
    const message = `no policy names role ${JSON.stringify(name)}, nor one that it includes, so holding it changes nothing; name it in a policy, or remove it`
    return [{ ...at, code: 'unused-role', message }]
  })
