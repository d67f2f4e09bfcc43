export { importSource, type ImportGuard, type ImportOptions, type ImportSummary } from './importer/import-source.ts';
export type { LogLevel } from './log.ts';
export {
  centerSettings,
  centerSettingsSchema,
  resolveSettings,
  type CenterSettings,
  type SettingDescription,
} from './settings.ts';
export { startCenter, type Center, type CenterOptions, type CenterRole } from './start-center.ts';
export { systemClock } from './system-clock.ts';
export { createTargetFactory, type TargetFactoryOptions } from './target-factory.ts';
