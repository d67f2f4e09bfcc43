import type { Command } from 'commander';

export function registerScope(_program: Command): void {}
