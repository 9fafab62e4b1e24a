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

/** `*.test.yaml` holds tests of policies; a dot begins what editors and ConfigMaps hide. */
export const isIgnored = (name: string): boolean =>
  name.startsWith('.') || /\.test\.(?:ya?ml|json)$/i.test(name)
