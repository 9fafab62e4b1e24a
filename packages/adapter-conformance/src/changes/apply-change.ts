import type { Material } from '../material.js'
import { presentToken, type RequestParts } from '../request-parts.js'
import type { Change, ChangeName, Vocabulary } from '../vocabulary.js'
import { askWithoutToken } from './ask-without-token.js'
import {
  changeClaims,
  changeHeader,
  leaveUnsecured,
  replaceClaims,
  replaceHeader,
  tamper,
} from './change-content.js'
import {
  moveToBody,
  moveToCookie,
  moveToQuery,
  wordAuthorization,
  writeHeaders,
} from './change-placement.js'
import { changeSignature } from './change-signature.js'
import { hmacWith } from './hmac-with.js'
import { ownKey } from './own-key.js'
import { respell } from './respell.js'
import { writeClaims, writeHeader } from './write-part.js'

type Apply<Value> = (material: Material, value: Value) => RequestParts | Promise<RequestParts>

/** A change of the token alone; the request presents the outcome in the ordinary way. */
const presented =
  <Value>(change: (material: Material, value: Value) => string | Promise<string>): Apply<Value> =>
  async (material, value) =>
    presentToken(await change(material, value))

const changes: { readonly [Name in ChangeName]: Apply<Vocabulary[Name]> } = {
  header: presented(changeHeader),
  claims: presented(changeClaims),
  tamper: presented(tamper),
  replaceHeader: presented(replaceHeader),
  replaceClaims: presented(replaceClaims),
  headerText: presented(writeHeader),
  claimsText: presented(writeClaims),
  unsecured: presented(leaveUnsecured),
  hmacWith: presented(hmacWith),
  ownKey: presented(ownKey),
  signature: presented(changeSignature),
  spelling: presented(respell),
  authorization: wordAuthorization,
  headers: writeHeaders,
  query: moveToQuery,
  body: moveToBody,
  cookie: moveToCookie,
  withoutToken: askWithoutToken,
}

/** The names of all kinds of change. */
export const changeNames: readonly ChangeName[] = Object.freeze(
  Object.keys(changes) as ChangeName[],
)

/** Builds the request that departs from the base request by this change and nothing else. */
export const applyChange = async (material: Material, change: Change): Promise<RequestParts> => {
  const [[name, value]] = Object.entries(change) as [[ChangeName, never]]
  return await applyNamed(material, name, value)
}

const applyNamed = <Name extends ChangeName>(
  material: Material,
  name: Name,
  value: Vocabulary[Name],
): RequestParts | Promise<RequestParts> => changes[name](material, value)
