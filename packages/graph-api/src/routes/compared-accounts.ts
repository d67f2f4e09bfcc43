import { JoineryError } from '@joinery/base';
import type { AccountAction, AccountClass, AccountSelection } from '@joinery/provisioning/ports';
import { modified } from '../audit.ts';
import * as contract from '../contract/index.ts';
import { badRequest, notFound } from '../errors.ts';
import { readQueryOptions } from '../odata/query-options.ts';
import { presentAccount } from '../present/comparison.ts';
import { presentList } from '../present/list.ts';
import { ok, route, routeWithBody, type Route } from '../route.ts';
import { auditComparison, comparisonsPath, findComparison } from './comparisons.ts';
import { requireOneOf } from './find.ts';

const path = `${comparisonsPath}/:comparisonId/accounts`;
const category = 'ProvisioningManagement';
const classes: readonly AccountClass[] = ['local', 'unassigned', 'assigned', 'changed', 'missing'];
const activities: Readonly<Record<AccountAction, string>> = {
  repair: 'Repair accounts in the target',
  adopt: 'Adopt accounts of the target',
};

/** What a comparison found: read, repair, adopt, ignore. */
export const comparedAccountRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path,
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { comparison } = await findComparison(call);
      const { top, search, skipToken } = readQueryOptions(call.query, ['$top', '$search', '$skiptoken']);
      const { accounts, next } = await call.api.comparisons.listAccounts({
        comparisonId: comparison.id,
        ...readFilter(call.query),
        ignored: readIgnored(call.query),
        ...(search === undefined ? {} : { search }),
        top,
        ...(skipToken === undefined ? {} : { skipToken }),
      });
      return presentList(call, accounts.map(presentAccount), next);
    },
  }),
  route({
    method: 'GET',
    path: `${path}/count`,
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { comparison } = await findComparison(call);
      const { search } = readQueryOptions(call.query, ['$search']);
      const action = requireOneOf(call.query.get('action') ?? '', ['repair', 'adopt'], 'action');
      const of = { ...readFilter(call.query), ...(search === undefined ? {} : { search }) };
      return ok(await call.api.comparisons.countSelected(comparison.id, action, of));
    },
  }),
  route({
    method: 'GET',
    path: `${path}/:accountId`,
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { comparison } = await findComparison(call);
      const account = await call.api.comparisons.getAccount(comparison.id, call.param('accountId'));
      if (!account) throw notFound('account', call.param('accountId'));
      return ok(presentAccount(account));
    },
  }),
  actionRoute('repair'),
  actionRoute('adopt'),
  ignoreRoute('ignore'),
  ignoreRoute('unignore'),
];

function actionRoute(action: AccountAction): Route {
  return routeWithBody({
    method: 'POST',
    path: `${path}/${action}`,
    leastRole: 'Cloud Application Administrator',
    audit: { activity: activities[action], category },
    body: contract.AccountSelection,
    async run(call) {
      const { job, comparison } = await findComparison(call);
      const of = readSelection(call.body);
      if (comparison.state !== 'succeeded') {
        throw new JoineryError({
          code: 'provisioning.comparison_unfinished',
          message: 'The comparison has not come to its end: wait for it before you act on what it found.',
          retry: 'later',
        });
      }
      await auditComparison(call, job, selectionProperties(call.body));
      const selected = await call.api.comparisons.queueAction(comparison.id, action, of);
      const counts = modified('Accounts', null, selected);
      await auditComparison(call, job, [...selectionProperties(call.body), counts]);
      return { status: 202, body: selected };
    },
  });
}

function ignoreRoute(name: 'ignore' | 'unignore'): Route {
  return routeWithBody({
    method: 'POST',
    path: `${path}/${name}`,
    leastRole: 'Cloud Application Administrator',
    audit: {
      activity: name === 'ignore' ? 'Ignore accounts of the target' : 'Stop ignoring accounts of the target',
      category,
    },
    body: contract.AccountSelection,
    async run(call) {
      const { job, comparison } = await findComparison(call);
      await auditComparison(call, job, selectionProperties(call.body));
      const accounts = await call.api.comparisons.setIgnored(
        comparison.id,
        name === 'ignore',
        readSelection(call.body),
      );
      return ok({ accounts });
    },
  });
}

/** Without ids, the query's words: a body that names nothing would mean everybody. */
function readSelection({ ids, class: ofClass, type, search }: contract.AccountSelection): AccountSelection {
  if (ids !== undefined) {
    if (ofClass ?? type ?? search) throw badRequest('Name accounts by ids, or by class, type and search, not by both.');
    return { ids };
  }
  if (ofClass === undefined) throw badRequest('Name the accounts: their ids, or at least their class.');
  return {
    class: ofClass,
    ...(type === undefined ? {} : { kind: kindOf(type) }),
    ...(search === undefined ? {} : { search }),
  };
}

const idsShown = 50;

function selectionProperties({ ids, class: ofClass, type, search }: contract.AccountSelection) {
  const named = { ids: ids?.slice(0, idsShown), class: ofClass, type, search };
  return Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [modified(name, null, value)]));
}

const kindOf = (type: 'User' | 'Group'): 'user' | 'group' => (type === 'User' ? 'user' : 'group');

function readFilter(query: URLSearchParams) {
  const ofClass = query.get('class');
  const type = query.get('type');
  return {
    ...(ofClass === null ? {} : { class: requireOneOf(ofClass, classes, 'class') }),
    ...(type === null ? {} : { kind: kindOf(requireOneOf(type, ['User', 'Group'], 'type')) }),
  } as const;
}

function readIgnored(query: URLSearchParams): boolean {
  const text = query.get('ignored') ?? 'false';
  return requireOneOf(text, ['true', 'false'], 'ignored') === 'true';
}
