import type { Command } from 'commander';

export function registerExpression(_program: Command): void {}
