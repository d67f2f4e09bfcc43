import type { EnterpriseApplication } from '@joinery/directory/ports';
import { galleryTemplates, getGalleryTemplate, type GalleryTemplate } from '@joinery/provisioning';
import type { SynchronizationSchema } from '@joinery/provisioning/ports';
import type * as contract from '../contract/index.ts';
import { notFound } from '../errors.ts';

/** Graph `applicationTemplate`. */
export function presentTemplate(template: GalleryTemplate): contract.ApplicationTemplate {
  return {
    id: template.id,
    displayName: template.displayName,
    description: template.description,
    publisher: template.publisher,
    categories: [...template.categories],
    supportedProvisioningTypes: ['sync'],
    supportedSingleSignOnModes: [],
    homePageUrl: template.homePageUrl === '' ? null : template.homePageUrl,
    logoUrl: null,
  };
}

/** What a job of an application can be made from. */
export interface SynchronizationTemplate {
  readonly id: string;
  readonly description: string;
  readonly factoryTag: string;
  readonly isDefault: boolean;
  readonly tenantUrlPlaceholder: string;
  readonly schema: SynchronizationSchema;
}

/** The one that belongs to the application's gallery entry; any for an application that came from none. */
export function listSynchronizationTemplates(application: EnterpriseApplication): readonly SynchronizationTemplate[] {
  const own = application.applicationTemplateId && getGalleryTemplate(application.applicationTemplateId);
  return (own ? [own] : galleryTemplates).map((template) => ({
    id: template.templateId,
    description: template.description,
    factoryTag: template.factoryTag,
    isDefault: own === template,
    tenantUrlPlaceholder: template.tenantUrlPlaceholder,
    schema: template.schema,
  }));
}

/** Throws `graph.not_found`. */
export function findSynchronizationTemplate(application: EnterpriseApplication, id: string): SynchronizationTemplate {
  const template = listSynchronizationTemplates(application).find((one) => one.id.toLowerCase() === id.toLowerCase());
  if (!template) throw notFound('synchronization template', id);
  return template;
}

export function presentSynchronizationTemplate(
  template: SynchronizationTemplate,
  application: EnterpriseApplication,
): contract.Template {
  return {
    id: template.id,
    applicationId: application.appId,
    default: template.isDefault,
    description: template.description,
    discoverable: false,
    factoryTag: template.factoryTag,
    metadata: [{ key: 'TenantUrlPlaceholder', value: template.tenantUrlPlaceholder }],
  };
}
