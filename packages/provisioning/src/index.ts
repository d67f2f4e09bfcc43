export type * from './ports.ts';
export { createProvisioningService } from './apply/on-demand.ts';
export { createWorker, type Worker, type WorkerOptions } from './cycle/worker.ts';
export { runCycle, type CycleOptions } from './cycle/run-cycle.ts';
export { galleryTemplates, getGalleryTemplate } from './gallery/templates.ts';
export type { GalleryTemplate } from './gallery/template.ts';
export { defaultJobSettings } from './job/default-settings.ts';
export { checkSynchronizationSchema } from './mapping/check-schema.ts';
export type { OperationObserver, OperationOutcome, PlannedChange, PlannedOperation } from './plan/operation.ts';
