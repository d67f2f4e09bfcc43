import cinode from './cinode.json' with { type: 'json' };
import scim from './scim.json' with { type: 'json' };
import type { GalleryTemplate } from './template.ts';

/** All applications of the gallery; `scim` stands for "create your own application". */
// The data files are checked against this type and by `checkSynchronizationSchema` in templates.test.ts.
export const galleryTemplates = [cinode, scim] as unknown as readonly GalleryTemplate[];

/** By application template id or synchronization template id. */
export function getGalleryTemplate(id: string): GalleryTemplate | undefined {
  return galleryTemplates.find((template) => template.id === id || template.templateId === id);
}
