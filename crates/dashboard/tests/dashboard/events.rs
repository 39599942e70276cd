use std::time::Duration;

use rollcall_store::directory::{self, Directory};
use rollcall_store::directory_group::{self, GroupLookup};
use rollcall_store::event::{self, Order, Published, Query};
use rollcall_store::ids::{EventId, OrganizationId, ProvisioningRequestId, WorkspaceId};
use rollcall_store::{Error, publisher};
use rstest::rstest;

use crate::people::filled;
use crate::support::{Database, TestApp, link};

const LIST: &str = "/w/ada/events";

/// Publishes all that waits.
pub(crate) async fn publish(app: &TestApp) {
    let published: Result<_, Error> = app
        .database
        .store
        .write(|tx| publisher::publish(tx, "test"))
        .await;
    published.unwrap();
}

/// What is published in the workspace, the oldest first.
pub(crate) async fn published(app: &TestApp, workspace: &WorkspaceId) -> Vec<Published> {
    let workspace = workspace.clone();
    let query = Query {
        names: Vec::new(),
        organization_id: None,
        directory_id: None,
        after: None,
        before: None,
        created_from: None,
        created_until: None,
        order: Order::Ascending,
        limit: 1_000,
    };
    let reading = app
        .database
        .store
        .read(move |conn| event::page(conn, &workspace, &query));
    reading.await.unwrap()
}

/// The events' pages that a page leads to, in order.
fn rows(page: &str) -> Vec<String> {
    let links = page.split("class=\"cover\" href=\"").skip(1);
    links
        .map(|rest| {
            let href = rest.split_once('"').unwrap().0;
            let path = href.split('?').next().unwrap();
            path.rsplit('/').next().unwrap().to_owned()
        })
        .collect()
}

fn href(page: &str, rel: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("rel=\"{rel}\" href=\""))?;
    Some(rest.split_once('"').unwrap().0.replace("&#38;", "&"))
}

fn ids<'a>(events: impl IntoIterator<Item = &'a Published>) -> Vec<String> {
    let ids = events.into_iter().map(|each| each.event.id.to_string());
    ids.collect()
}

#[rstest]
#[tokio::test]
async fn events_are_listed_newest_first_page_by_page(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let names: Vec<String> = (0..30)
        .map(|number| format!("Person {number:02}"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let Some((app, browser, directory)) = filled(database, &names).await else {
        return;
    };
    assert!(
        browser.page(LIST).await.contains("No events yet"),
        "nothing is published yet"
    );
    publish(&app).await;
    let mut newest_first = published(&app, &directory.workspace_id).await;
    newest_first.reverse();
    let wanted = ids(&newest_first);

    let (mut seen, mut path, mut pages) = (Vec::new(), LIST.to_owned(), Vec::new());
    loop {
        let page = browser.page(&path).await;
        seen.extend(rows(&page));
        pages.push(rows(&page));
        let Some(next) = href(&page, "next") else {
            break;
        };
        path = next;
    }
    assert_eq!(seen, wanted);
    assert!(pages.len() > 2, "{}", pages.len());

    let last = browser.page(&path).await;
    let before = browser.page(&href(&last, "prev").unwrap()).await;
    assert_eq!(rows(&before), pages[pages.len() - 2]);
    let first = browser.page(LIST).await;
    assert_eq!(href(&first, "prev"), None);
    for text in ["Person 29", "Person 29 joined Everybody", "Contoso"] {
        assert!(first.contains(text) || before.contains(text), "{text}");
    }
    let unknown: EventId = app.database.store.new_id();
    let restart = browser.page(&format!("{LIST}?after={unknown}")).await;
    assert_eq!(rows(&restart), pages[0]);
}

/// Two directories of two organizations, with events an hour apart.
async fn two_places(
    database: Database,
) -> Option<(TestApp, crate::support::Browser, [Directory; 2])> {
    let app = TestApp::start(database).await?;
    let (workspace, browser) = app.signed_in("Ada").await;
    let mut directories = Vec::new();
    for name in ["Contoso", "Fabrikam"] {
        let organization = app.database.organization(&workspace, name).await;
        let made = app
            .database
            .directory_of(&workspace, &organization, "Okta")
            .await
            .directory;
        app.database.clock.advance(Duration::from_hours(1));
        let own = made.clone();
        let activated: Result<_, Error> = app
            .database
            .store
            .write(move |tx| directory::activate(tx, &own))
            .await;
        activated.unwrap();
        publish(&app).await;
        directories.push(made);
    }
    let [one, two] = directories.try_into().unwrap();
    Some((app, browser, [one, two]))
}

#[rstest]
#[tokio::test]
async fn a_filter_narrows_the_list_and_the_neighbours(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, browser, [contoso, fabrikam])) = two_places(database).await else {
        return;
    };
    let mut all = published(&app, &contoso.workspace_id).await;
    all.reverse();
    let of = |wanted: &dyn Fn(&Published) -> bool| ids(all.iter().filter(|each| wanted(each)));
    let is = |published: &Published, directory: &Directory| {
        published.event.directory_id.as_ref() == Some(&directory.id)
    };
    let activated = |published: &Published| published.event.name == event::ACTIVATED;
    for (filter, wanted) in [
        ("type=dsync.activated".to_owned(), of(&activated)),
        (
            "type=directories".to_owned(),
            of(&|each| each.event.name.starts_with("dsync.")),
        ),
        ("type=users&type=memberships".to_owned(), vec![]),
        (
            "organization=contoso&directory=&from=&until=".to_owned(),
            of(&|each| each.event.organization_id == contoso.organization_id),
        ),
        (
            format!("organization={}", fabrikam.organization_id),
            of(&|each| each.event.organization_id == fabrikam.organization_id),
        ),
        (
            format!("directory={}", fabrikam.id),
            of(&|each| is(each, &fabrikam)),
        ),
        (
            format!("organization=Contoso&directory={}", fabrikam.id),
            of(&|each| each.event.organization_id == contoso.organization_id),
        ),
        (
            "from=2026-01-02T04:04".to_owned(),
            of(&|each| each.event.created_at.to_string().as_str() >= "2026-01-02T04:04:00.000Z"),
        ),
        (
            "until=2026-01-02T04:04:04".to_owned(),
            of(&|each| each.event.created_at.to_string().as_str() < "2026-01-02T04:04:05.000Z"),
        ),
    ] {
        let page = browser.page(&format!("{LIST}?{filter}")).await;
        assert_eq!(rows(&page), wanted, "{filter}");
        assert!(page.contains("Clear filter"), "{filter}");
        assert_eq!(
            wanted.is_empty(),
            page.contains("No events match"),
            "{filter}"
        );
    }

    let filtered = browser.page(&format!("{LIST}?type=dsync.activated")).await;
    let newest = browser
        .page(&link(&filtered, "<strong>dsync.activated</strong>"))
        .await;
    assert_eq!(href(&newest, "prev"), None);
    let older = href(&newest, "next").unwrap();
    assert!(older.ends_with("?type=dsync%2Eactivated"), "{older}");
    let older = browser.page(&older).await;
    assert!(older.contains("Contoso") && href(&older, "next").is_none());
    assert!(older.contains("href=\"/w/ada/events?type=dsync%2Eactivated\">Events</a>"));
}

#[tokio::test]
async fn a_filter_that_is_wrong_is_told_so() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    for (filter, words) in [
        (
            "type=dsync.user.exploded",
            "There is no event “dsync.user.exploded”.",
        ),
        (
            "organization=Nobody",
            "There is no organization of that name or id.",
        ),
        ("directory=x", "This is not the id of a directory."),
        ("from=yesterday", "Enter a date and a time"),
        ("from=2026-02-31T00:00", "Enter a date and a time"),
        (
            "from=2026-01-02T00:00&until=2026-01-01T00:00",
            "This is before the start.",
        ),
    ] {
        let page = browser.get(&format!("{LIST}?{filter}")).await.with(422);
        assert!(page.contains(words), "{filter}: {page}");
    }
    let hostile = browser
        .get(&format!("{LIST}?organization=%22%3E%3Cb%3E"))
        .await;
    assert!(
        hostile
            .with(422)
            .contains("value=\"&#34;&#62;&#60;b&#62;\"")
    );
    let nobody: OrganizationId = app.database.store.new_id();
    let page = browser.page(&format!("{LIST}?organization={nobody}")).await;
    assert!(
        page.contains("No events match"),
        "an id may be of what is gone"
    );
}

#[rstest]
#[tokio::test]
async fn an_event_shows_its_payload_its_place_and_its_cause(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, browser, directory)) = filled(database, &["<b>Grace</b>"]).await else {
        return;
    };
    let cause: ProvisioningRequestId = app.database.store.new_id();
    let own = directory.clone();
    let deleted: Result<_, Error> = app
        .database
        .store
        .write_caused_by(cause.clone(), move |tx| {
            let groups = directory_group::list(tx, &own.id, &GroupLookup::All, 0, 1)?;
            directory_group::delete(tx, &own, &groups[0])
        })
        .await;
    deleted.unwrap();
    publish(&app).await;
    let all = published(&app, &directory.workspace_id).await;
    let of = |name: &str| {
        let found = all.iter().find(|each| each.event.name == name).unwrap();
        format!("{LIST}/{}", found.event.id)
    };

    let page = browser.page(&of(event::USER_CREATED)).await;
    assert!(page.contains("<h1>dsync.user.created</h1>"));
    assert!(page.contains("&#60;b&#62;Grace&#60;/b&#62;") && !page.contains("<b>Grace"));
    for text in [
        "&#34;directory_sequence&#34;</span>",
        "no request of a provider",
        "No webhook endpoint wanted this event",
        "2026-01-02 03:04:05 UTC",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert_eq!(
        link(&page, "Contoso"),
        format!("/w/ada/organizations/{}", directory.organization_id)
    );
    assert_eq!(link(&page, "Okta"), crate::people::path(&directory));

    let deletion = browser.page(&of(event::GROUP_DELETED)).await;
    let kept = format!("{cause}</code> <span class=\"quiet\">no longer kept");
    assert!(deletion.contains(&kept), "its request was never logged");
}

#[tokio::test]
async fn an_event_is_seen_in_its_own_workspace_alone() {
    let (app, _, directory) = filled(Database::Sqlite, &["Grace"]).await.unwrap();
    let (_, eve) = app.signed_in("Eve").await;
    publish(&app).await;
    let all = published(&app, &directory.workspace_id).await;
    let unknown: EventId = app.database.store.new_id();
    let foreign = all[0].event.id.to_string();
    for id in [foreign.as_str(), &unknown.to_string(), "event_x"] {
        assert_eq!(eve.get(&format!("/w/eve/events/{id}")).await.status, 404);
    }
    let page = eve
        .page(&format!("/w/eve/events?directory={}", directory.id))
        .await;
    assert!(page.contains("No events match"));
    assert!(
        !page.contains("Contoso"),
        "the place is not looked up either"
    );
}
