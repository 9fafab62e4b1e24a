/** How an API answers whom user auth refused (RFC 6750 §3): alike, whatever a library calls it. */
export const userRefusal = (hadToken: boolean, detail: string) => {
  const code = hadToken ? 'invalid_token' : 'unauthorized'
  const challenge = hadToken ? `Bearer realm="api", error="${code}"` : 'Bearer realm="api"'
  return { headers: { 'WWW-Authenticate': challenge }, body: { code, detail } }
}
