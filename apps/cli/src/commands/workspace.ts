import type { Command } from 'commander';

export function registerWorkspace(_program: Command): void {}
