-- An assignment of a group may reach the members of the groups inside it.
alter table app_role_assignment add column include_nested boolean not null default false;
create index app_role_assignment_nested on app_role_assignment (service_principal_id, principal_id) where include_nested;

-- Which assignments reach a group's members, and up to which change of the directory the cycle was planned that found
-- them so: when that cycle fails, the next one finds the group due again. A group that no assignment reaches any more
-- stays until every cycle has read the changes of that time.
alter table provisioning_entitling_group
  add column assignment_ids uuid[] not null default '{}',
  add column changed_to bigint not null default 0;
create index provisioning_entitling_group_changed on provisioning_entitling_group (job_key, changed_to);
update provisioning_entitling_group e set assignment_ids = coalesce((
  select array_agg(a.id order by a.id) from provisioning_job j
  join app_role_assignment a on a.service_principal_id = j.service_principal_id and a.principal_id = e.group_id
  where j.key = e.job_key), '{}');

-- The groups that hold an object: directly, and through security groups that are not in the recycle bin. Whether the
-- holding group itself is one is the caller's business.
create function groups_above(of_member uuid) returns table (group_id uuid) language sql stable as $$
  with recursive above (id) as (
    select m.group_id from group_member m where m.member_id = of_member
    union
    select m.group_id from above a
    join directory_group g on g.id = a.id and g.security_enabled and g.deleted_at is null
    join group_member m on m.member_id = a.id)
  select id from above
$$;

-- The members of a group with the users of the groups inside it, through security groups that are not in the recycle
-- bin. Nested groups are members of the group that holds them directly, and of no other.
create function members_below(of_group uuid) returns table (member_id uuid) language sql stable as $$
  with recursive below (id) as (
    select of_group
    union
    select m.member_id from below b
    join group_member m on m.group_id = b.id and m.member_kind = 'group'
    join directory_group g on g.id = m.member_id and g.security_enabled and g.deleted_at is null)
  select m.member_id from below b join group_member m on m.group_id = b.id
  where b.id = of_group or m.member_kind = 'user'
  group by m.member_id
$$;
