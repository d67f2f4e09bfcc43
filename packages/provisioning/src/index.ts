export type * from './ports.ts';

// To be exported from here:
//   defaultJobSettings: JobSettings
//   galleryTemplates: readonly GalleryTemplate[];  getGalleryTemplate(id): GalleryTemplate | undefined   (data files in gallery/)
//   checkSynchronizationSchema(schema: unknown): Result<SynchronizationSchema>
//   createProvisioningService(ports): ProvisioningService
//   createWorker(ports): { run(signal: AbortSignal): Promise<void> }   takes due jobs and pages under leases until aborted
//   runCycle(ports, jobId, options): one cycle to its end (used by `joinery provision`), with an observer of planned operations
