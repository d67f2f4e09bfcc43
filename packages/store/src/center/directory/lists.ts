import { objectOperand } from './filter-sql.ts';
import type { ListBranch } from './page.ts';
import { objectColumns } from './rows.ts';

export const userList: ListBranch = {
  columns: objectColumns.user,
  from: 'directory_user o',
  where: () => 'o.deleted_at is null',
  id: 'o.id',
  order: {
    displayName: 'o.display_name_folded',
    userPrincipalName: 'o.user_principal_name_folded',
    createdDateTime: 'o.created_at',
  },
  operand: objectOperand('user'),
  searchWords: 'o.search_words',
};

export const groupList: ListBranch = {
  columns: objectColumns.group,
  from: 'directory_group o',
  where: () => 'o.deleted_at is null',
  id: 'o.id',
  order: { displayName: 'o.display_name_folded', createdDateTime: 'o.created_at' },
  operand: objectOperand('group'),
  searchWords: 'o.search_words',
};
