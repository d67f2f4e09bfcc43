import type { Command } from 'commander';

export function registerProvision(_program: Command): void {}
