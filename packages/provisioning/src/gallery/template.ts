import type { AppRoleDefinition } from '@joinery/directory/ports';
import type { SynchronizationSchema } from '../job/schema.ts';

/** An application of the gallery: what instantiating it makes, and how its provisioning job begins. */
export interface GalleryTemplate {
  /** Graph `applicationTemplate` id, a GUID. */
  readonly id: string;
  readonly displayName: string;
  readonly description: string;
  readonly publisher: string;
  readonly categories: readonly string[];
  readonly homePageUrl: string;
  /** Graph `synchronizationTemplate` id, the first part of a job's id. */
  readonly templateId: string;
  readonly factoryTag: string;
  readonly appRoles: readonly AppRoleDefinition[];
  /** Shown in the empty field of the tenant URL; never a saved value. */
  readonly tenantUrlPlaceholder: string;
  readonly schema: SynchronizationSchema;
}
