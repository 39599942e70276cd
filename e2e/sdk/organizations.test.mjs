// Organizations by the official Node SDK.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadRequestException, ConflictException, NotFoundException, UnprocessableEntityException } from '@workos-inc/node';
import { assertId, assertInstant, refused } from './support/shapes.mjs';
import { onEachDatabase } from './support/suite.mjs';

onEachDatabase('organizations by the Node SDK', (at) => {
  const create = (payload) => at.workos.organizations.createOrganization(payload);
  const names = (list) => list.data.map(({ name }) => name);

  test('are created with everything they can have', async () => {
    const made = await create({
      name: 'Fabrikam',
      domainData: [{ domain: 'fabrikam.example.com', state: 'verified' }, { domain: 'fabrikam-staging.example.com', state: 'pending' }],
      externalId: 'tenant-7',
      metadata: { plan: 'enterprise', region: 'eu' },
    });
    assertId(made.id, 'org');
    assertInstant(made.createdAt);
    assertInstant(made.updatedAt);
    assert.equal(made.object, 'organization');
    assert.equal(made.name, 'Fabrikam');
    assert.equal(made.externalId, 'tenant-7');
    assert.deepEqual(made.metadata, { plan: 'enterprise', region: 'eu' });
    assert.deepEqual(states(made), { 'fabrikam.example.com': 'verified', 'fabrikam-staging.example.com': 'pending' });
    assert.deepEqual(await at.workos.organizations.getOrganization(made.id), made);
    assert.deepEqual(await at.workos.organizations.getOrganizationByExternalId('tenant-7'), made);
  });

  test('have all fields when made with a name alone', async () => {
    const made = await create({ name: 'Bare' });
    assert.deepEqual([made.domains, made.metadata, made.externalId], [[], {}, null]);
  });

  test('are found by any external id', async () => {
    const externalId = 'a/b c?d#e%2F&f';
    const made = await create({ name: 'Odd', externalId });
    assert.equal((await at.workos.organizations.getOrganizationByExternalId(externalId)).id, made.id);
  });

  test('change in what is given, and keep the rest', async () => {
    const made = await create({
      name: 'Before', externalId: 'change-me', metadata: { kept: '1', gone: '2' },
      domainData: [{ domain: 'kept.example.com', state: 'verified' }, { domain: 'gone.example.com', state: 'pending' }],
    });
    const update = (changes) => at.workos.organizations.updateOrganization({ organization: made.id, ...changes });
    const renamed = await update({ name: 'After' });
    assert.deepEqual(renamed, { ...made, name: 'After', updatedAt: renamed.updatedAt });
    assert.ok(renamed.updatedAt > made.updatedAt);
    assert.deepEqual((await update({ metadata: { gone: null, added: '3' } })).metadata, { kept: '1', added: '3' });
    assert.deepEqual((await update({ metadata: {} })).metadata, {});
    assert.equal((await update({ stripeCustomerId: 'cus_7' })).stripeCustomerId, 'cus_7');
    assert.equal((await update({ externalId: null })).externalId, null);
    const moved = await update({ domainData: [{ domain: 'kept.example.com', state: 'verified' }, { domain: 'new.example.com', state: 'pending' }] });
    assert.deepEqual(states(moved), { 'kept.example.com': 'verified', 'new.example.com': 'pending' });
    const id = (organization, domain) => organization.domains.find((one) => one.domain === domain).id;
    assert.equal(id(moved, 'kept.example.com'), id(made, 'kept.example.com'), 'a domain that stays keeps its id');
    const seen = await at.workos.organizations.getOrganization(made.id);
    assert.deepEqual([seen.name, seen.metadata, seen.externalId, seen.stripeCustomerId], ['After', {}, null, 'cus_7']);
    assert.deepEqual(states(seen), states(moved));
  });

  test('are deleted', async () => {
    const { id } = await create({ name: 'Short-lived' });
    await at.workos.organizations.deleteOrganization(id);
    await refused(at.workos.organizations.getOrganization(id), NotFoundException, { code: 'entity_not_found' });
    await refused(at.workos.organizations.deleteOrganization(id), NotFoundException);
  });

  test('are listed by page in both orders, found by domain and by name', async () => {
    const list = (options) => at.workos.organizations.listOrganizations({ search: 'Paged', ...options });
    for (const number of [1, 2, 3, 4, 5]) {
      await create({ name: `Paged ${number}`, domainData: [{ domain: `paged${number}.example.com`, state: 'verified' }] });
    }
    assert.deepEqual(names(await list()), ['Paged 5', 'Paged 4', 'Paged 3', 'Paged 2', 'Paged 1']);
    assert.deepEqual(names(await list({ order: 'asc' })), ['Paged 1', 'Paged 2', 'Paged 3', 'Paged 4', 'Paged 5']);
    const first = await list({ limit: 2 });
    assert.deepEqual(names(first), ['Paged 5', 'Paged 4']);
    const second = await list({ limit: 2, after: first.listMetadata.after });
    assert.deepEqual(names(second), ['Paged 3', 'Paged 2']);
    const third = await list({ limit: 2, after: second.listMetadata.after });
    assert.deepEqual(names(third), ['Paged 1']);
    assert.equal(third.listMetadata.after, null);
    const back = await list({ limit: 2, before: third.listMetadata.before });
    assert.deepEqual(names(back), ['Paged 3', 'Paged 2'], 'the page nearest to the cursor');
    const forward = await list({ limit: 2, order: 'asc', after: first.data[1].id });
    assert.deepEqual(names(forward), ['Paged 5']);
    const found = await at.workos.organizations.listOrganizations({ domains: ['paged2.example.com', 'paged4.example.com'] });
    assert.deepEqual(names(found), ['Paged 4', 'Paged 2']);
    assert.deepEqual(names(await list({ search: 'no such organization' })), []);
  });

  test('are listed whole by auto-pagination', async () => {
    const wanted = Array.from({ length: 103 }, (_, number) => `Many ${number}`);
    for (const name of wanted) await create({ name });
    const list = await at.workos.organizations.listOrganizations({ search: 'Many ' });
    const all = await list.autoPagination();
    assert.deepEqual(all.map(({ name }) => name), wanted.toReversed());
  });

  test('are made once for each idempotency key', async () => {
    const payload = { name: 'Once', externalId: 'once' };
    const options = { idempotencyKey: 'a-key-of-mine' };
    const first = await at.workos.organizations.createOrganization(payload, options);
    const second = await at.workos.organizations.createOrganization(payload, options);
    assert.deepEqual(second, first);
    assert.deepEqual(names(await at.workos.organizations.listOrganizations({ search: 'Once' })), ['Once']);
  });

  test('are refused in the form that the SDK expects', async () => {
    await create({ name: 'Taken', externalId: 'taken', domainData: [{ domain: 'taken.example.com', state: 'verified' }] });
    const { id } = await create({ name: 'Other' });
    const update = (changes) => at.workos.organizations.updateOrganization({ organization: id, ...changes });
    await refused(create({ name: 'Again', externalId: 'taken' }), BadRequestException, { code: 'external_id_already_used' });
    await refused(update({ externalId: 'taken' }), BadRequestException, { code: 'external_id_already_used' });
    await refused(create({ name: 'Odd', metadata: { key: 'x'.repeat(601) } }), BadRequestException, { code: 'invalid_metadata' });
    await refused(create({}), UnprocessableEntityException);
    await refused(create({ name: 'Mail', domainData: [{ domain: 'gmail.com', state: 'verified' }] }), UnprocessableEntityException);
    const clash = { domainData: [{ domain: 'taken.example.com', state: 'verified' }] };
    await refused(create({ name: 'Clash', ...clash }), ConflictException);
    await refused(update(clash), ConflictException);
    const unknown = 'org_01HZZZZZZZZZZZZZZZZZZZZZZZ';
    const error = await refused(at.workos.organizations.getOrganization(unknown), NotFoundException, { code: 'entity_not_found' });
    assert.match(error.message, new RegExp(unknown));
    await refused(at.workos.organizations.getOrganizationByExternalId('nobody'), NotFoundException);
    await refused(at.workos.organizations.updateOrganization({ organization: unknown, name: 'X' }), NotFoundException);
  });

  test('have domains of their own', async () => {
    const domains = at.workos.organizationDomains;
    const { id: organizationId } = await create({ name: 'Owner of domains' });
    const made = await domains.createOrganizationDomain({ domain: 'owned.example.com', organizationId });
    assertId(made.id, 'org_domain');
    assertInstant(made.createdAt);
    assert.deepEqual([made.object, made.organizationId, made.domain], ['organization_domain', organizationId, 'owned.example.com']);
    assert.deepEqual([made.state, made.verificationStrategy], ['pending', 'dns']);
    assert.ok(made.verificationToken && made.verificationPrefix, 'what the DNS record must say');
    assert.deepEqual(await domains.getOrganizationDomain(made.id), made);
    assert.deepEqual((await at.workos.organizations.getOrganization(organizationId)).domains, [made]);
    assert.equal((await domains.verifyOrganizationDomain(made.id)).id, made.id);
    await refused(domains.createOrganizationDomain({ domain: 'owned.example.com', organizationId }), ConflictException, { code: 'domain_already_exists' });
    await refused(domains.createOrganizationDomain({ domain: 'free.example.com', organizationId: 'org_01HZZZZZZZZZZZZZZZZZZZZZZZ' }), NotFoundException);
    await refused(domains.createOrganizationDomain({ domain: 'no domain', organizationId }), UnprocessableEntityException);
    await domains.deleteOrganizationDomain(made.id);
    await refused(domains.getOrganizationDomain(made.id), NotFoundException);
    await refused(domains.deleteOrganizationDomain(made.id), NotFoundException);
  });

  test('whose domain is verified cannot verify it again', async () => {
    const { domains: [domain] } = await create({ name: 'Verified', domainData: [{ domain: 'verified.example.com', state: 'verified' }] });
    const again = at.workos.organizationDomains.verifyOrganizationDomain(domain.id);
    await refused(again, BadRequestException, { code: 'domain_already_verified' });
  });
});

function states(organization) {
  return Object.fromEntries(organization.domains.map(({ domain, state }) => [domain, state]));
}
