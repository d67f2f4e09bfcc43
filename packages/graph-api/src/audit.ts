import { JoineryError } from '@joinery/base';
import type { AuditEntry, AuditLog, AuditTarget, Principal } from './ports.ts';
import type { AuditActivity } from './route.ts';

export type ModifiedProperty = AuditTarget['modifiedProperties'][number];

/** What a handler says about its change while it makes it. */
export interface AuditDraft {
  /** Names an object that the change concerns; again for the same id replaces what was said. */
  target(target: {
    id: string;
    displayName: string;
    type: string;
    modifiedProperties?: readonly ModifiedProperty[];
  }): void;
  /** Where one path has several activities (restore of a user or a group, assignment of either). */
  as(activity: AuditActivity): void;
}

/** One property of an audit entry; values as JSON text, as Graph has them. Never for secrets. */
export function modified(displayName: string, oldValue: unknown, newValue: unknown): ModifiedProperty {
  const text = (value: unknown) => (value === undefined || value === null ? null : JSON.stringify(value));
  return { displayName, oldValue: text(oldValue), newValue: text(newValue) };
}

/** Collects the draft of one request and writes it when the request is done. */
export class RequestAudit implements AuditDraft {
  private readonly targets = new Map<string, AuditTarget>();
  private activity: AuditActivity;

  constructor(activity: AuditActivity) {
    this.activity = activity;
  }

  target({ modifiedProperties = [], ...target }: Parameters<AuditDraft['target']>[0]): void {
    this.targets.set(target.id, { ...target, modifiedProperties });
  }

  as(activity: AuditActivity): void {
    this.activity = activity;
  }

  async write(log: AuditLog, principal: Principal, error?: unknown): Promise<void> {
    await log.append({
      ...this.activity,
      outcome: error === undefined ? 'success' : 'failure',
      reason: error === undefined ? '' : error instanceof JoineryError ? error.message : 'Internal error',
      initiatedBy: initiator(principal),
      targets: [...this.targets.values()],
    });
  }
}

export function initiator(principal: Principal): AuditEntry['initiatedBy'] {
  return {
    id: principal.id,
    displayName: principal.displayName,
    type: principal.type === 'administrator' ? 'user' : 'app',
  };
}
