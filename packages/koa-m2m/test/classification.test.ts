import { describeClassification } from 'adapter-conformance/suite'
import { frameworks } from './frameworks.js'

// How a part of an API is mounted says nothing of whose a token is: one way of each version.
for (const framework of frameworks.filter(({ kind }) => kind === 'koa-router')) {
  describeClassification(framework)
}
