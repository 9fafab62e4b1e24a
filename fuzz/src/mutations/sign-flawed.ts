import type { Issuer, Material } from '../material.js'
import { type Mutant, presenting } from '../mutant.js'
import type { Random } from '../random.js'
import { breakJson } from './break-json.js'
import { callerFlaws } from './caller-flaws.js'
import type { Content, Flaw, Members } from './flaw.js'
import { headerFlaws } from './header-flaws.js'
import { scopeFlaws } from './scope-flaws.js'
import { tokenFlaws } from './token-flaws.js'

/**
 * A token with a good signature of the trusted issuer that it names, whose header or claims depart
 * from an admitted token in one or two ways, each of which must be refused for itself. The rules
 * are those of the standards and of this project's promises; none is read off the guard's code.
 */
export const signFlawed = async (random: Random, material: Material): Promise<Mutant> => {
  const { issuer, ...content } = contentOf(random.pick(material.valid), material)
  const { header, claims, status } = random.once(8)
    ? breakPart(random, content)
    : layFlaws(random, content, material)
  const token = await issuer.testIssuer.sign({ header, claims })
  return { ...presenting(token), ...(status !== undefined && { status }) }
}

/** Header and claims to be signed to the byte, and the status that they must be answered. */
interface Flawed {
  readonly header: string | Uint8Array
  readonly claims: string | Uint8Array
  readonly status: 401 | 403 | undefined
}

const breakPart = (random: Random, content: Content): Flawed => {
  const [header, claims] = [JSON.stringify(content.header), JSON.stringify(content.claims)]
  return random.once(2)
    ? { header: breakJson(random, header), claims, status: 401 }
    : { header, claims: breakJson(random, claims), status: 401 }
}

/** Most are of the token's claims; each of the others gets its share nevertheless. */
const groups = [headerFlaws, tokenFlaws, tokenFlaws, callerFlaws, scopeFlaws] as const

const pickFlaw = (random: Random): Flaw => random.pick(random.pick(groups))

/** Each flaw departs from the admitted token, so that no second one mends a first. */
const layFlaws = (random: Random, content: Content, material: Material): Flawed => {
  const [flaw, second] = [pickFlaw(random), random.once(4) ? pickFlaw(random) : undefined]
  const parts = { header: { ...content.header }, claims: { ...content.claims } }
  for (const one of second ? [flaw, second] : [flaw]) {
    Object.assign(parts[one.part], one.members({ ...content, random, material }))
  }
  return {
    header: JSON.stringify(parts.header),
    claims: JSON.stringify(parts.claims),
    status: second ? undefined : flaw.status,
  }
}

const contentOf = (token: string, { issuers }: Material): Content & { readonly issuer: Issuer } => {
  const [header, claims] = token.split('.').slice(0, 2).map(decode) as [Members, Members]
  const issuer = issuers.find(({ testIssuer }) => testIssuer.issuer === claims['iss'])
  if (issuer === undefined) throw new Error('A valid token names no issuer of the material')
  return { header, claims, issuer }
}

const decode = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())
