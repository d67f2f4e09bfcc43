import { Type, type Static } from 'typebox';
import { Collection, OptionalText } from './collection.ts';
import { Job } from './synchronization.ts';

export const Role = Type.Union([
  Type.Literal('Global Administrator'),
  Type.Literal('Cloud Application Administrator'),
  Type.Literal('Reports Reader'),
]);

const email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^@\\s]+@[^@\\s]+$' });
const name = Type.String({ minLength: 1, maxLength: 256 });
/** NIST SP 800-63B-4 §3.1.1: at least 8 characters and no rules about their kinds. */
const password = Type.String({ minLength: 8, maxLength: 200 });

/** POST /joinery/session */
export const SignIn = Type.Object({ email, password: Type.String({ minLength: 1, maxLength: 200 }) });
export type SignIn = Static<typeof SignIn>;

/** POST /joinery/setup: the first Global Administrator, with the token of the set-up link. */
export const Setup = Type.Object({
  token: Type.String({ minLength: 1, maxLength: 200 }),
  email,
  password,
  displayName: Type.Optional(name),
});
export type Setup = Static<typeof Setup>;

/** The caller. `csrfToken` belongs into the header X-CSRF-Token of every change that a console session makes. */
export const Me = Type.Object({
  type: Type.Union([Type.Literal('administrator'), Type.Literal('client')]),
  id: Type.String(),
  displayName: Type.String(),
  email: OptionalText,
  role: Role,
  tenantId: Type.String(),
  csrfToken: OptionalText,
});
export type Me = Static<typeof Me>;

export const Organization = Type.Object({
  tenantId: Type.String(),
  displayName: Type.String(),
  defaultDomain: Type.String(),
  tokenUrl: Type.String(),
  /** Whether notifications leave the house; false: they are kept and shown under /joinery/mails. */
  mailIsSent: Type.Boolean(),
  version: Type.String(),
});
export type Organization = Static<typeof Organization>;

export const Administrator = Type.Object({
  id: Type.String(),
  email: Type.String(),
  displayName: Type.String(),
  role: Role,
  createdDateTime: Type.String(),
});
export type Administrator = Static<typeof Administrator>;
export const Administrators = Collection(Administrator);
export type Administrators = Static<typeof Administrators>;

export const NewAdministrator = Type.Object({ email, displayName: Type.Optional(name), role: Role, password });
export type NewAdministrator = Static<typeof NewAdministrator>;

export const AdministratorChange = Type.Object({
  displayName: Type.Optional(name),
  role: Type.Optional(Role),
  password: Type.Optional(password),
});
export type AdministratorChange = Static<typeof AdministratorChange>;

export const Client = Type.Object({
  clientId: Type.String(),
  displayName: Type.String(),
  role: Role,
  createdDateTime: Type.String(),
});
export type Client = Static<typeof Client>;
export const Clients = Collection(Client);
export type Clients = Static<typeof Clients>;

export const NewClient = Type.Object({ displayName: name, role: Role });
export type NewClient = Static<typeof NewClient>;

/** The secret is shown this once. */
export const CreatedClient = Type.Object({
  clientId: Type.String(),
  clientSecret: Type.String(),
  displayName: Type.String(),
  role: Role,
  createdDateTime: Type.String(),
});
export type CreatedClient = Static<typeof CreatedClient>;

export const Mail = Type.Object({
  id: Type.String(),
  to: Type.Array(Type.String()),
  subject: Type.String(),
  text: Type.String(),
  createdDateTime: Type.String(),
  sentDateTime: OptionalText,
  attempts: Type.Integer(),
  error: OptionalText,
});
export type Mail = Static<typeof Mail>;
export const Mails = Collection(Mail);
export type Mails = Static<typeof Mails>;

const counts = Type.Object({
  objects: Type.Object({ users: Type.Integer(), groups: Type.Integer() }),
  created: Type.Integer(),
  updated: Type.Integer(),
  disabled: Type.Integer(),
  deleted: Type.Integer(),
  skipped: Type.Integer(),
  failed: Type.Integer(),
  requests: Type.Integer(),
});

/** One run of a job, newest first under /joinery/jobs/{id}/cycles. */
export const Cycle = Type.Object({
  id: Type.String(),
  kind: Type.Union([Type.Literal('initial'), Type.Literal('incremental')]),
  state: Type.Union([
    Type.Literal('running'),
    Type.Literal('succeeded'),
    Type.Literal('entry-level-errors'),
    Type.Literal('failed'),
  ]),
  began: Type.String(),
  ended: OptionalText,
  durationMs: Type.Union([Type.Integer(), Type.Null()]),
  pages: Type.Object({ done: Type.Integer(), total: Type.Integer() }),
  counts,
  error: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]),
});
export type Cycle = Static<typeof Cycle>;
export const Cycles = Collection(Cycle);
export type Cycles = Static<typeof Cycles>;

/** GET /joinery/jobs/{id}/settings; PATCH takes any part of it. */
export const JobSettings = Type.Object({
  scope: Type.Union([Type.Literal('assigned'), Type.Literal('all')]),
  profile: Type.Union([Type.Literal('efficient'), Type.Literal('entra')]),
  intervalSeconds: Type.Integer({ minimum: 10, maximum: 604_800 }),
  onChange: Type.Boolean(),
  concurrency: Type.Integer({ minimum: 1, maximum: 256 }),
  /** null: not limited. */
  requestsPerSecond: Type.Union([Type.Number({ exclusiveMinimum: 0, maximum: 10_000 }), Type.Null()]),
  /** Profile efficient: writes by /Bulk where the target announces it. */
  bulk: Type.Boolean(),
  deletionGuard: Type.Object({
    enabled: Type.Boolean(),
    count: Type.Integer({ minimum: 1, maximum: 10_000_000 }),
    percent: Type.Integer({ minimum: 1, maximum: 100 }),
  }),
  skipOutOfScopeDeletions: Type.Boolean(),
  onLeavingScope: Type.Union([Type.Literal('disable'), Type.Literal('delete')]),
  /** Where the source value became empty; profile: clear in efficient, keep in entra. */
  onClearedValue: Type.Union([Type.Literal('profile'), Type.Literal('clear'), Type.Literal('keep')]),
  /** The scheduled comparison of the target with what the job provisions; 8,760 hours are a year. */
  comparison: Type.Object({ enabled: Type.Boolean(), intervalHours: Type.Integer({ minimum: 1, maximum: 8_760 }) }),
  /** Of which objects the requests and answers are kept with the provisioning log; those on demand unless off. */
  rawExchanges: Type.Union([Type.Literal('failures'), Type.Literal('all'), Type.Literal('off')]),
  /** Accounts and groups of the target that are left alone: target ids or matching values; `*`: any characters. */
  protectedAccounts: Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { maxItems: 500 }),
  /** Creates and updates only. */
  upsertOnly: Type.Boolean(),
  notification: Type.Object({ enabled: Type.Boolean(), emails: Type.Array(email, { maxItems: 10 }) }),
});
export type JobSettings = Static<typeof JobSettings>;

export const JobSettingsChange = Type.Partial(JobSettings, { additionalProperties: false });
export type JobSettingsChange = Static<typeof JobSettingsChange>;

/** What the console shows of a job at a glance; under /joinery/jobs and, when it changes, under /joinery/events. */
export const JobOverview = Type.Object({
  servicePrincipalId: Type.String(),
  job: Job,
  settings: Type.Object({
    scope: JobSettings.properties.scope,
    intervalSeconds: JobSettings.properties.intervalSeconds,
  }),
  /** The last time that a worker looked at the job, whether or not there was anything to do. */
  lastCheckDateTime: OptionalText,
  /** Since when it is known that no worker looks at the job although it should have run; null: all is well. */
  overdueSinceDateTime: OptionalText,
  /** null: no run is due. */
  nextRunDateTime: OptionalText,
  running: Type.Union([Cycle, Type.Null()]),
  last: Type.Union([Cycle, Type.Null()]),
  /** Objects that failed and will be tried again. */
  escrows: Type.Integer(),
});
export type JobOverview = Static<typeof JobOverview>;
export const JobOverviews = Collection(JobOverview);
export type JobOverviews = Static<typeof JobOverviews>;
