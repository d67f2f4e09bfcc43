import type { ResourceType } from './characteristics.ts';
import { coreGroupSchema } from './core-group.ts';
import { coreUserSchema } from './core-user.ts';
import { enterpriseUserSchema } from './enterprise-user.ts';

export const userType: ResourceType = {
  name: 'User',
  endpoint: '/Users',
  description: 'User Account',
  schema: coreUserSchema,
  extensions: [{ schema: enterpriseUserSchema, required: false }],
  defaults: { active: true },
};

export const groupType: ResourceType = {
  name: 'Group',
  endpoint: '/Groups',
  description: 'Group',
  schema: coreGroupSchema,
  extensions: [],
};
