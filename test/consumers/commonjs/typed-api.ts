// The types as TypeScript sees them from CommonJS. Compiled only.
import express = require('express')
import m2m = require('express-m2m')
import testkit = require('m2m-testkit')

export const start = async (): Promise<express.Express> => {
  const issuer: testkit.TestIssuer = await testkit.createTestIssuer()
  const app = express()
  app.use('/internal', m2m.m2mAuth({ ...issuer.asOptions(), requiredScope: 's2s:internal' }))
  app.get('/internal', m2m.requireOp('transfers:read'), (req, res) => {
    const service: m2m.ServicePrincipal | undefined = req.service
    res.json({ id: m2m.getService(req).id, tier: service?.tier })
  })
  return app
}
