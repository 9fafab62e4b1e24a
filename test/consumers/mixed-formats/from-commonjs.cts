import m2m = require('express-m2m')

export const describe = (service: m2m.ServicePrincipal): string => `${service.id} ${service.tier}`
