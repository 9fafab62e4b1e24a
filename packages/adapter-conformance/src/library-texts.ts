/** What shows that the text of a library, a parser or a stack went out as it was. */
const traces: readonly RegExp[] = [
  /\bat (?:async )?[\w.<>[\]]+ \(/,
  /node_modules|node:internal|\/dist\/|\/src\//,
  /\b(?:JOSE|JWS|JWT|JWKS|JWK|JWE)(?:Error|Invalid|Expired|NoMatching|Signature|Claim|NotSup)\w*/,
  /\bERR_[A-Z]+/,
  /\b(?:Type|Syntax|Range|Reference)Error\b/,
  /Unexpected (?:token|end|non-whitespace)|in JSON at position|is not valid JSON/,
  /Header Parameter|Compact JWS|signature verification failed|claim timestamp|\bcasl\b/i,
]

/** The texts of libraries that a text repeats. */
export const libraryTextsIn = (text: string): readonly string[] =>
  traces.flatMap((trace) => trace.exec(text)?.[0] ?? [])
