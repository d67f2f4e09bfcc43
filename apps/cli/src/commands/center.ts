import type { Command } from 'commander';

export function registerCenter(_program: Command): void {}
