export { createCenterDatabase, createWorkspaceDatabase, type TestDatabase } from './databases.ts';
export { aSmtpServer, type ReceivedMail, type TestSmtpServer } from './smtp.ts';
export { freePort, waitFor } from './waiting.ts';
export {
  createModelTarget,
  modelError,
  type ModelFault,
  type ModelObject,
  type ModelRequest,
  type ModelTarget,
  type ModelTargetOptions,
} from './model-target.ts';
