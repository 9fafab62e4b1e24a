/** What a file may hold: `whole` is a policy in one file. */
export type FileKind = 'service' | 'roles' | 'tiers' | 'policies' | 'whole'

/** A file that belongs to a policy. */
export interface SourceFile {
  readonly kind: FileKind
  /** How it is named to people: from the folder on, with slashes. */
  readonly name: string
  readonly path: string
}

/** Whether a name is that of a file that is read as YAML, which JSON is part of. */
export const isPolicyFile = (name: string): boolean => /\.(?:ya?ml|json)$/i.test(name)

/** Whether a name is that of a file of tests: `*.test.yaml`. */
export const isTestFile = (name: string): boolean => /\.test\.(?:ya?ml|json)$/i.test(name)

/** Tests are no part of the policy; a dot begins what editors and ConfigMaps hide. */
export const isIgnored = (name: string): boolean => isHidden(name) || isTestFile(name)

/** Whether a name begins with a dot. */
export const isHidden = (name: string): boolean => name.startsWith('.')
