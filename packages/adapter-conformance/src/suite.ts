export { describeClassification } from './describe-classification.js'
export { describeConformance } from './describe-conformance.js'
