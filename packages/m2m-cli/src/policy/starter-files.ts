/** A file of the policy to start from. */
export interface StarterFile {
  /** What for, in a few words. */
  readonly about: string
  readonly text: string
}

/** A policy to start from by the paths of its files: two services, a condition, and its tests. */
export const starterFiles: Readonly<Record<string, StarterFile>> = {
  'services/billing.yaml': {
    about: 'a service, and which client it is',
    text: `# A service that may call. Policies call it service:billing.
id: billing
# Its clients at the authorization server: tokens of these are its tokens, and no others.
clients:
  - { issuer: https://login.example.com, clientId: billing }
tier: internal
# What conditions may ask about it, as subject.<name>.
attributes: { environment: production }
roles: [status_reader]
`,
  },
  'services/reports.yaml': {
    about: 'another one',
    text: `id: reports
clients:
  - { issuer: https://login.example.com, clientId: reports }
tier: internal
attributes: { environment: production }
roles: [reporting]
`,
  },
  'roles.yaml': {
    about: 'what services have in common',
    text: `# A role gives its policies to whoever holds it, directly or by includes.
status_reader:
  description: Asks whether the API is well
reporting:
  description: Reads what reports are made of
  includes: [status_reader]
`,
  },
  'tiers.yaml': {
    about: 'beyond which operations nobody goes',
    text: `# Lowest first: a service without a tier is in the lowest. No policy gives a service more than the
# operations of its tier.
- name: partner
  operations: ["status:read"]
- name: internal
  operations: ["status:read", "invoices:*", "transfers:*"]
`,
  },
  'policies/invoices.yaml': {
    about: 'who may do what, and when',
    text: `# What no policy allows is denied, and a deny beats every allow.
- name: status_for_readers
  effect: allow
  subjects: [role:status_reader]
  resources:
    - { type: status, actions: [read] }

- name: billing_works_on_invoices
  effect: allow
  subjects: [service:billing]
  resources:
    - { type: invoices, actions: [read, create] }
  # All must hold. What is missing never allows.
  conditions:
    - { field: subject.environment, operator: equals, value: production }

- name: reporting_reads_closed_invoices
  effect: allow
  subjects: [role:reporting]
  resources:
    - { type: invoices, actions: [read] }
  conditions:
    - { field: resource.state, operator: equals, value: closed }
`,
  },
  'tests/invoices.test.yaml': {
    about: 'what must come out: m2m policy test',
    text: `# Each service is asked about each operation. Whatever \`expect\` does not list must be denied.
- name: who may do what
  expect:
    billing: { status:read: allow, invoices:read: allow, invoices:create: allow }
    reports: { status:read: allow }

- name: reports are made of closed invoices
  services: [reports]
  operations: [invoices:read]
  resources:
    closed: { type: invoices, id: inv-1, attributes: { state: closed } }
    open: { type: invoices, id: inv-2, attributes: { state: open } }
  expect:
    reports: { invoices:read: { closed: allow } }
`,
  },
}
