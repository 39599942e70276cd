"""Organizations and their domains by the official Python SDK."""

from workos import BadRequestError, ConflictError, NotFoundError, UnprocessableEntityError
from workos.organizations.models import OrganizationDomainData

from support import ApplicationTest

UNKNOWN = "org_01HZZZZZZZZZZZZZZZZZZZZZZZ"


def domain(name: str, state: str = "verified") -> OrganizationDomainData:
    return OrganizationDomainData.from_dict({"domain": name, "state": state})


def states(organization):
    return {domain.domain: domain.state.value for domain in organization.domains}


class Organizations(ApplicationTest):
    workspace = "Python organizations"

    @property
    def organizations(self):
        return self.workos.organizations

    def names(self, **options):
        return [organization.name for organization in self.organizations.list_organizations(**options)]

    def test_made_with_everything(self):
        made = self.organizations.create_organization(
            name="Fabrikam",
            domain_data=[domain("fabrikam.example.com"), domain("staging.example.com", "pending")],
            external_id="tenant-7",
            metadata={"plan": "enterprise"},
            allow_profiles_outside_organization=True,
        )
        self.assert_id(made.id, "org")
        self.assert_instant(made.created_at)
        self.assertEqual((made.object, made.name, made.external_id), ("organization", "Fabrikam", "tenant-7"))
        self.assertEqual(made.metadata, {"plan": "enterprise"})
        self.assertIs(made.allow_profiles_outside_organization, True)
        self.assertEqual(states(made), {"fabrikam.example.com": "verified", "staging.example.com": "pending"})
        self.assertEqual(self.organizations.get_organization(made.id), made)
        self.assertEqual(self.organizations.get_organization_by_external_id("tenant-7"), made)

    def test_made_with_a_name_alone_and_with_the_old_list_of_domains(self):
        bare = self.organizations.create_organization(name="Bare")
        self.assertEqual((bare.domains, bare.metadata, bare.external_id), ([], {}, None))
        old = self.organizations.create_organization(name="Old", domains=["old.example.com"])
        self.assertEqual([domain.domain for domain in old.domains], ["old.example.com"])

    def test_changed_in_what_is_given(self):
        made = self.organizations.create_organization(name="Before", external_id="change-me", metadata={"kept": "1", "gone": "2"})
        update = self.organizations.update_organization
        renamed = update(made.id, name="After")
        self.assertEqual((renamed.name, renamed.external_id, renamed.metadata), ("After", "change-me", made.metadata))
        self.assertGreater(renamed.updated_at, made.updated_at)
        self.assertEqual(update(made.id, metadata={"gone": None, "added": "3"}).metadata, {"kept": "1", "added": "3"})
        self.assertEqual(update(made.id, stripe_customer_id="cus_8").stripe_customer_id, "cus_8")
        self.assertIsNone(update(made.id, external_id=None).external_id)
        self.assertEqual(states(update(made.id, domain_data=[domain("moved.example.com")])), {"moved.example.com": "verified"})
        self.assertEqual(self.organizations.get_organization(made.id).name, "After")

    def test_deleted(self):
        made = self.organizations.create_organization(name="Short-lived")
        self.assertIsNone(self.organizations.delete_organization(made.id))
        self.assert_refused(NotFoundError, lambda: self.organizations.get_organization(made.id), code="entity_not_found")
        self.assert_refused(NotFoundError, lambda: self.organizations.delete_organization(made.id))

    def test_listed_in_pages_and_whole(self):
        for number in range(5):
            self.organizations.create_organization(name=f"Paged {number}", domain_data=[domain(f"paged{number}.example.com")])
        newest_first = [f"Paged {number}" for number in (4, 3, 2, 1, 0)]
        self.assertEqual(self.names(search="Paged"), newest_first)
        self.assertEqual(self.names(search="Paged", order="asc"), newest_first[::-1])
        page = self.organizations.list_organizations(search="Paged", limit=2)
        self.assertEqual([organization.name for organization in page], newest_first[:2])
        self.assertTrue(page.has_more())
        self.assertEqual([organization.name for organization in page.auto_paging_iter()], newest_first)
        second = self.organizations.list_organizations(search="Paged", limit=2, after=page.after)
        self.assertEqual(self.names(search="Paged", limit=2, before=second.before), newest_first[:2])
        # "normal" is newest first, with the cursors swapped: what is before is older.
        self.assertEqual(self.names(search="Paged", order="normal"), newest_first)
        self.assertEqual(self.names(search="Paged", order="normal", before=page.data[1].id), newest_first[2:])
        self.assertEqual(self.names(domains=["paged1.example.com", "paged3.example.com"]), ["Paged 3", "Paged 1"])

    def test_made_once_for_each_idempotency_key(self):
        create = lambda: self.organizations.create_organization(name="Once", request_options={"idempotency_key": "mine"})
        self.assertEqual(create(), create())
        self.assertEqual(self.names(search="Once"), ["Once"])

    def test_refused_as_the_sdk_expects(self):
        create = self.organizations.create_organization
        create(name="Taken", external_id="taken", domain_data=[domain("taken.example.com")])
        again = lambda **changes: lambda: create(**{"name": "Again", **changes})
        self.assert_refused(BadRequestError, again(external_id="taken"), code="external_id_already_used")
        self.assert_refused(BadRequestError, again(metadata={"key": "x" * 601}), code="invalid_metadata")
        self.assert_refused(UnprocessableEntityError, again(name=""))
        self.assert_refused(UnprocessableEntityError, again(domain_data=[domain("gmail.com")]))
        self.assert_refused(ConflictError, again(domain_data=[domain("taken.example.com")]))
        self.assert_refused(NotFoundError, lambda: self.organizations.get_organization(UNKNOWN), code="entity_not_found")
        self.assert_refused(NotFoundError, lambda: self.organizations.get_organization_by_external_id("nobody"))
        self.assert_refused(NotFoundError, lambda: self.organizations.update_organization(UNKNOWN, name="X"))


class Domains(ApplicationTest):
    workspace = "Python domains"

    def test_made_shown_verified_and_deleted(self):
        domains = self.workos.organization_domains
        create = lambda **changes: domains.create_organization_domain(
            **{"domain": "owned.example.com", "organization_id": self.application.organization, **changes}
        )
        made = create()
        self.assert_id(made.id, "org_domain")
        self.assert_instant(made.created_at)
        self.assertEqual((made.domain, made.state, made.verification_strategy), ("owned.example.com", "pending", "dns"))
        self.assertTrue(made.verification_token and made.verification_prefix)
        self.assertEqual(domains.get_organization_domain(made.id), made)
        self.assertEqual(domains.verify_organization_domain(made.id).id, made.id)
        self.assert_refused(ConflictError, create, code="domain_already_exists")
        self.assert_refused(UnprocessableEntityError, lambda: create(domain="no domain"))
        self.assert_refused(NotFoundError, lambda: create(domain="free.example.com", organization_id=UNKNOWN))
        self.assertIsNone(domains.delete_organization_domain(made.id))
        self.assert_refused(NotFoundError, lambda: domains.get_organization_domain(made.id))
        self.assert_refused(NotFoundError, lambda: domains.delete_organization_domain(made.id))

    def test_verified_once(self):
        made = self.workos.organizations.create_organization(name="Verified", domain_data=[domain("verified.example.com")])
        again = lambda: self.workos.organization_domains.verify_organization_domain(made.domains[0].id)
        self.assert_refused(BadRequestError, again, code="domain_already_verified")
