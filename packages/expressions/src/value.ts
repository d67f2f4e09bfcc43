import type {
  AppRole,
  ComplexRole,
  EvaluationEnvironment,
  AttributeLookup,
  FlowValue,
  SourceValue,
} from './evaluation.ts';
import { printDateTime } from './datetime/datetime.ts';

/** A date-time between functions: 100 ns ticks since 0001-01-01T00:00:00 UTC. It flows as `M/d/yyyy h:mm:ss tt`. */
export interface DateTime {
  readonly kind: 'dateTime';
  readonly ticks: bigint;
}

/** The roles of `appRoleAssignments`, before a role function makes something of them. */
export interface AppRoles {
  readonly kind: 'appRoles';
  readonly roles: readonly AppRole[];
}

export interface ComplexRoles {
  readonly kind: 'complexRoles';
  readonly roles: readonly ComplexRole[];
}

/** What travels between functions. Numbers and booleans are texts: `"7"`, `"True"`. */
export type Value = null | string | readonly string[] | DateTime | AppRoles | ComplexRoles;

/** One run of a compiled expression over one object. */
export interface Evaluation {
  readonly lookup: AttributeLookup;
  readonly environment: EvaluationEnvironment;
  ignored: boolean;
  redact: boolean;
}

export type Evaluator = (evaluation: Evaluation) => Value;

export function booleanText(condition: boolean): 'True' | 'False' {
  return condition ? 'True' : 'False';
}

export function isValues(value: Value): value is readonly string[] {
  return Array.isArray(value);
}

export function fromSource(value: SourceValue | undefined): Value {
  if (value === null || value === undefined || typeof value === 'string') return value ?? null;
  if (typeof value === 'boolean') return booleanText(value);
  // Arrays hold either texts or roles, never both.
  if (typeof value[0] === 'object') return { kind: 'appRoles', roles: value as readonly AppRole[] };
  return value as readonly string[];
}

export function roleName(role: AppRole): string {
  return role.value || role.displayName;
}

/** Lone surrogates, which cutting by UTF-16 units can leave, become U+FFFD, as .NET's UTF-8 encoder makes them. */
export function toFlow(value: Value): FlowValue {
  if (value === null) return null;
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
  if (isValues(value)) return wellFormedTexts(value);
  if (value.kind === 'dateTime') return printDateTime(value.ticks);
  if (value.kind === 'appRoles') return wellFormedTexts(value.roles.map(roleName));
  return value.roles;
}

function wellFormedTexts(texts: readonly string[]): readonly string[] {
  return texts.every((text) => text.isWellFormed()) ? texts : texts.map((text) => text.toWellFormed());
}
