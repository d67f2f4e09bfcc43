// scimmy behind scimmy-routers, with the storage that their documentation leaves to the application: here maps in memory, with
// one by name, so that a look-up by userName or displayName walks nothing.
import express from 'express';
import { randomUUID } from 'node:crypto';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';
import { serve, token } from './serve.mjs';

function declare(Resource, nameAttribute, onDelete) {
  const byId = new Map();
  const byName = new Map();
  const nameOf = (value) => String(value[nameAttribute]).toLowerCase();

  /** The name that a filter of one equality asks for, or undefined. */
  function askedName(filter) {
    if (filter?.length !== 1 || Object.keys(filter[0]).length !== 1) return undefined;
    const [operator, value] = filter[0][nameAttribute] ?? [];
    return operator === 'eq' && typeof value === 'string' ? value.toLowerCase() : undefined;
  }

  SCIMMY.Resources.declare(Resource)
    .egress((resource) => {
      if (resource.id !== undefined) {
        const found = byId.get(resource.id);
        if (found === undefined) throw new SCIMMY.Types.Error(404, null, `Resource ${resource.id} not found`);
        return found;
      }
      const name = askedName(resource.filter);
      if (name !== undefined) return byName.has(name) ? [byName.get(name)] : [];
      const all = [...byId.values()];
      return resource.filter === undefined ? all : resource.filter.match(all);
    })
    .ingress((resource, instance) => {
      const name = nameOf(instance);
      const other = byName.get(name);
      if (other !== undefined && other.id !== resource.id) {
        throw new SCIMMY.Types.Error(409, 'uniqueness', `${nameAttribute} is taken`);
      }
      const old = resource.id === undefined ? undefined : byId.get(resource.id);
      if (resource.id !== undefined && old === undefined) {
        throw new SCIMMY.Types.Error(404, null, `Resource ${resource.id} not found`);
      }
      const now = new Date();
      const stored = {
        ...JSON.parse(JSON.stringify(instance)),
        id: old?.id ?? randomUUID(),
        meta: { created: old?.meta.created ?? now, lastModified: now },
      };
      if (old !== undefined) byName.delete(nameOf(old));
      byId.set(stored.id, stored);
      byName.set(name, stored);
      return stored;
    })
    .degress((resource) => {
      const old = byId.get(resource.id);
      if (old === undefined) throw new SCIMMY.Types.Error(404, null, `Resource ${resource.id} not found`);
      byId.delete(old.id);
      byName.delete(nameOf(old));
      onDelete(old.id);
    });
  return byId;
}

const groups = declare(SCIMMY.Resources.Group, 'displayName', () => {});
declare(SCIMMY.Resources.User, 'userName', (id) => {
  for (const group of groups.values()) group.members = group.members?.filter(({ value }) => value !== id);
});
SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);

const app = express();
app.use(
  '/scim/v2',
  new SCIMMYRouters({
    type: 'bearer',
    handler(request) {
      if (request.header('authorization') !== `Bearer ${token}`) throw new Error('unknown token');
      return 'client';
    },
  }),
);
serve(app, () => '/scim/v2');
