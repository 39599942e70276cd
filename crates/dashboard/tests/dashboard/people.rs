use rollcall_store::directory::Directory;
use rollcall_store::directory_group::{self, GroupProfile};
use rollcall_store::directory_user::{self, Profile};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Browser, Database, TestApp, link};

/// A directory with people, two groups, and a browser of its workspace's member.
pub(crate) async fn filled(
    database: Database,
    names: &[&str],
) -> Option<(TestApp, Browser, Directory)> {
    let app = TestApp::start(database).await?;
    let (workspace, browser) = app.signed_in("Ada").await;
    let organization = app.database.organization(&workspace, "Contoso").await;
    let directory = app
        .database
        .directory_of(&workspace, &organization, "Okta")
        .await
        .directory;
    let (own, names) = (
        directory.clone(),
        names.iter().map(ToString::to_string).collect::<Vec<_>>(),
    );
    let filled: Result<(), rollcall_store::Error> = app
        .database
        .store
        .write(move |tx| {
            let mut people = Vec::new();
            for (number, name) in names.iter().enumerate() {
                people.push(
                    directory_user::create(tx, &own, profile(number, name))
                        .expect("a free name")
                        .id,
                );
            }
            for (name, members) in [("Everybody", people.len()), ("Board & <Co>", 0)] {
                let Value::Object(resource) = json!({"displayName": name}) else {
                    unreachable!()
                };
                let profile = GroupProfile {
                    display_name: name.to_owned(),
                    external_id: None,
                    resource,
                };
                directory_group::create(tx, &own, profile, &people[..members])
                    .expect("known members");
            }
            Ok(())
        })
        .await;
    filled.unwrap();
    Some((app, browser, directory))
}

fn profile(number: usize, name: &str) -> Profile {
    let user_name = format!("user{number}@example.com");
    let resource = json!({
        "userName": user_name,
        "displayName": name,
        "active": number != 1,
        "emails": [{"value": user_name, "type": "work", "primary": true}],
        "phoneNumbers": [{"value": "+46 70 123", "type": "mobile"}],
        "addresses": [{"type": "work", "locality": "Umeå"}],
        "urn:scim:schemas:extension:enterprise:1.0": {"costCenter": "42"},
        "urn:okta:acme:1.0:user:custom": {"badgeColor": "green"},
    });
    let Value::Object(resource) = resource else {
        unreachable!()
    };
    Profile {
        email: Some(user_name.clone()),
        user_name,
        external_id: Some(format!("00u{number}")),
        display_name: Some(name.to_owned()),
        first_name: None,
        last_name: None,
        active: number != 1,
        resource,
    }
}

/// Where a directory's pages are.
pub(crate) fn path(directory: &Directory) -> String {
    format!("/w/ada/directories/{}", directory.id)
}

#[rstest]
#[tokio::test]
async fn people_are_listed_searched_and_shown_whole(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((_app, browser, directory)) = filled(database, &["Grace", "Åsa"]).await else {
        return;
    };
    let list = browser.page(&path(&directory)).await;
    for part in [
        "Grace",
        "Åsa",
        "user0@example.com",
        "Inactive",
        "Everybody",
        ">2 <span class=\"aside\">1 active<",
    ] {
        assert!(list.contains(part), "{part}");
    }
    for search in ["ÅSA", "user1@", "00u1"] {
        let found = browser
            .page(&format!("{}?q={search}", path(&directory)))
            .await;
        assert!(
            found.contains("Åsa") && !found.contains("Grace"),
            "{search}"
        );
    }
    let nobody = browser.page(&format!("{}?q=zzz", path(&directory))).await;
    assert!(nobody.contains("No users match “zzz”."));

    let grace = browser.page(&link(&list, "<strong>Grace</strong>")).await;
    for part in [
        "<h1>Grace</h1>",
        "Work, primary",
        "+46 70 123",
        "Umeå",
        "Cost center",
        "Badge color",
        "00u0",
        "Everybody</a>",
    ] {
        assert!(grace.contains(part), "{part}");
    }
    assert!(
        grace.contains("<span class=\"k\">&#34;badgeColor&#34;</span>"),
        "raw JSON"
    );
}

#[rstest]
#[tokio::test]
async fn groups_show_their_members(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let names: Vec<String> = (0..40)
        .map(|number| format!("Person {number:02}"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let Some((_app, browser, directory)) = filled(database, &names).await else {
        return;
    };
    let groups = browser.page(&format!("{}/groups", path(&directory))).await;
    assert!(groups.contains("Board &#38; &#60;Co&#62;"));
    let found = browser
        .page(&format!("{}/groups?q=every", path(&directory)))
        .await;
    assert!(found.contains("Everybody") && !found.contains("Board"));

    let everybody = link(&groups, "<strong>Everybody</strong>");
    let page = browser.page(&everybody).await;
    assert!(
        page.contains("40 members") && page.contains("Person 24") && !page.contains("Person 25")
    );
    let found = browser.page(&format!("{everybody}?q=Person%2033")).await;
    assert!(found.contains("Person 33") && !found.contains("Person 24"));
    let board = browser
        .page(&link(&groups, "<strong>Board &#38; &#60;Co&#62;</strong>"))
        .await;
    assert!(board.contains("No members"));
}

#[tokio::test]
async fn hostile_names_stay_text() {
    let hostile = "<script>alert(1)</script>\"'&{{7*7}}</title>";
    let (_app, browser, directory) = filled(Database::Sqlite, &[hostile]).await.unwrap();
    let list = browser.page(&path(&directory)).await;
    let user = browser.page(&link(&list, "<strong>&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;{{7*7}}&#60;/title&#62;</strong>")).await;
    for page in [list, user] {
        assert!(!page.contains("<script>alert") && !page.contains("{{7*7}}</title>\""));
        assert_eq!(page.matches("</title>").count(), 1);
        assert_eq!(page.matches("<script").count(), 2, "our own two");
    }
}
