export { createAdministratorStore } from './administrators.ts';
export { createAuditLog } from './audit-log.ts';
export { createOutbox, type Outbox } from './mail-box.ts';
export { startQueue, type CenterQueue, type QueueHandlers } from './queue.ts';
export { loadCenterSettings } from './settings.ts';
