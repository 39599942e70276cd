//! Names that are markup, turn the direction of writing, or never end.

use rollcall_dashboard::{ROUTES, Who};
use rstest::rstest;

use super::forms::FORMS;
use super::percent;
use super::world::World;
use crate::support::Database;

/// Ends a tag, an attribute in either quotes, a script, a comment, a template and a line.
const HOSTILE: &str = "\"><img src=x onerror=pwned()>'--><script>pwned()</script>&amp;{{7*7}}${7*7}%0d%0a\
     \u{202e}txt\u{202c}👩‍👩‍👧‍👦";

/// What a page would hold if the name had been taken for markup.
const TAKEN_FOR_MARKUP: &[&str] = &["<img src=x", "<script>pwned", "'--><", "{49}", "$49"];

fn pages() -> impl Iterator<Item = &'static str> {
    let pages = ROUTES.iter().filter(|route| route.method == "GET");
    let pages = pages.filter(|route| !matches!(route.who, Who::Anyone));
    pages.map(|route| route.path)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_stay_text_on_every_page(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(world) = World::named(database, HOSTILE).await else {
        return;
    };
    let mut shown = 0;
    for path in pages() {
        let answer = world.owner.get(&world.fill_in(path)).await;
        assert!(answer.status.as_u16() < 400, "{path}: {}", answer.body);
        for markup in TAKEN_FOR_MARKUP {
            let at = answer.body.find(markup);
            let near = at.map(|at| &answer.body[at..]);
            assert_eq!(near, None, "{markup} in {path}");
        }
        for (name, value) in &answer.headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            assert!(!value.contains("pwned("), "{name} of {path}: {value}");
        }
        shown += usize::from(answer.body.contains("pwned()"));
    }
    assert!(shown > 20, "only {shown} pages show the name");
}

/// Markup in what is asked for: searches, filters, cursors and ways back.
#[tokio::test(flavor = "multi_thread")]
async fn hostile_queries_stay_text_on_every_page() {
    let world = World::new(Database::Sqlite).await.unwrap();
    let hostile = percent(HOSTILE);
    for path in pages() {
        for name in [
            "q",
            "next",
            "after",
            "about",
            "action",
            "from",
            "state",
            "types",
            "organization",
        ] {
            let path = format!("{}?{name}={hostile}", world.fill_in(path));
            let answer = world.owner.get(&path).await;
            assert!(answer.status.as_u16() < 500, "{path}: {}", answer.body);
            for markup in TAKEN_FOR_MARKUP {
                assert!(!answer.body.contains(markup), "{markup} in {path}");
            }
        }
    }
}

/// Sends every form with one field after the other of a megabyte, and just short of what is read at all.
#[tokio::test(flavor = "multi_thread")]
async fn a_field_of_a_megabyte_is_refused_by_every_form() {
    let world = World::new(Database::Sqlite).await.unwrap();
    let (huge, long) = ("🦀".repeat(250_000), "x".repeat(60_000));
    for form in FORMS {
        let path = world.fill_in(form.path);
        for (field, _) in form.fields {
            let fields = |value| {
                let given = form.fields.iter().filter(|(name, _)| name != field);
                given.copied().chain([(*field, value)]).collect::<Vec<_>>()
            };
            let before = world
                .app
                .database
                .contents(&["throttles", "sessions"])
                .await;
            let answer = world.owner.post(&path, &fields(&huge)).await;
            assert!(
                answer.with(413).contains("<h1>Too large</h1>"),
                "{path} {field}"
            );
            let after = world
                .app
                .database
                .contents(&["throttles", "sessions"])
                .await;
            assert_eq!(before, after, "{path} {field}");
            let answer = world.owner.post(&path, &fields(&long)).await;
            assert!(
                answer.status.as_u16() < 500,
                "{path} {field}: {}",
                answer.body
            );
            assert!(
                !answer.body.contains(&long) || answer.status == 422,
                "{path} {field}"
            );
        }
    }
}

/// A browser drops a cookie of more than 4096 bytes, and with it what it stands for.
#[tokio::test(flavor = "multi_thread")]
async fn cookies_stay_small_whatever_is_named() {
    let world = World::new(Database::Sqlite).await.unwrap();
    let url = format!("https://hooks.example.com/{}", "🦀".repeat(400));
    let name = "🦀".repeat(200);
    let endpoint = [
        ("endpoint_url", &*url),
        ("events", "dsync.user.created"),
        ("rate", "5"),
    ];
    for (path, fields) in [
        ("/w/{workspace}/webhooks/{endpoint}/update", &endpoint[..]),
        ("/w/{workspace}/organizations", &[("name", &*name)]),
        ("/w/{workspace}/rename", &[("name", &*name)]),
        ("/workspaces", &[("name", &*name)]),
    ] {
        let answer = world.send(path, fields).await;
        answer.leads_to();
        for cookie in answer.set_cookies() {
            let pair = cookie.split(';').next().unwrap();
            assert!(pair.len() <= 4096, "{} bytes after {path}", pair.len());
        }
    }
}
