//! A database of its own for each test, prepared once and dropped after.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};
use rollcall_store::{Clock, DatabaseUrl, Options, Store, Timestamp, migrations};
use tempfile::TempDir;

const POSTGRES_URL: &str = "ROLLCALL_TEST_POSTGRES_URL";
const POSTGRES_REQUIRED: &str = "ROLLCALL_TEST_POSTGRES_REQUIRED";

/// What the tests' secrets are sealed with.
pub const SECRET_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// The backend a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file in a temporary folder.
    Sqlite,
    /// A database on the server that `ROLLCALL_TEST_POSTGRES_URL` names.
    Postgres,
}

/// A store on an empty database, with a clock that the test moves.
#[derive(Debug)]
pub struct TestStore {
    /// The store.
    pub store: Store,
    /// Its clock, which stands at 2026-01-02T03:04:05Z until it is moved.
    pub clock: Clock,
    /// Where the database is.
    pub url: DatabaseUrl,
    /// The same as text and with any password, for a command line.
    pub url_text: String,
    place: Place,
}

/// Removes the database when the test is over.
#[derive(Debug)]
enum Place {
    Folder { _folder: TempDir },
    Server { admin_url: String, name: String },
}

impl TestStore {
    /// An empty, migrated database. `None` when there is no PostgreSQL server to test with: the
    /// test then returns, having said so loudly.
    pub async fn new(database: Database) -> Option<Self> {
        tokio::task::spawn_blocking(move || Self::new_blocking(database))
            .await
            .expect("the database could be made")
    }

    fn new_blocking(database: Database) -> Option<Self> {
        let (url_text, place) = match database {
            Database::Sqlite => sqlite(),
            Database::Postgres => postgres()?,
        };
        let url = parse(&url_text);
        let clock = Clock::fixed(Timestamp::parse("2026-01-02T03:04:05Z").expect("a valid time"));
        let options = Options {
            clock: clock.clone(),
            connections: 8,
            secret_key: Some(SECRET_KEY.parse().expect("a valid key")),
            webhook_networks: "127.0.0.0/8".parse().expect("a valid network"),
            ..Options::new(url.clone())
        };
        let store = Store::open(&options).expect("the store opens");
        Some(Self {
            store,
            clock,
            url,
            url_text,
            place,
        })
    }
}

impl TestStore {
    /// Has PostgreSQL write to its files what is in its memory.
    pub(crate) fn checkpoint(&self) {
        if let Place::Server { admin_url, .. } = &self.place {
            admin(admin_url, "CHECKPOINT");
        }
    }
}

fn parse(url: &str) -> DatabaseUrl {
    url.parse().expect("a valid URL")
}

fn sqlite() -> (String, Place) {
    static TEMPLATE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, template) = TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("template.db");
        migrations::migrate(&parse(&sqlite_url(&file))).expect("migrations run");
        (folder, file)
    });
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("rollcall.db");
    std::fs::copy(template, &file).expect("the template can be copied");
    (sqlite_url(&file), Place::Folder { _folder: folder })
}

fn sqlite_url(file: &std::path::Path) -> String {
    format!("sqlite://{}", file.display())
}

fn postgres() -> Option<(String, Place)> {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let admin_url = admin_url()?;
    let name = fresh_name("test");
    // Two copies of one template at once would disturb each other.
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let template = TEMPLATE.get_or_init(|| {
        let template = fresh_name("template");
        admin(&admin_url, &format!("CREATE DATABASE {template}"));
        migrations::migrate(&parse(&database_url(&admin_url, &template))).expect("migrations run");
        template
    });
    admin(
        &admin_url,
        &format!("CREATE DATABASE {name} TEMPLATE {template}"),
    );
    Some((
        database_url(&admin_url, &name),
        Place::Server { admin_url, name },
    ))
}

/// An empty database without tables on the PostgreSQL test server, for tests of migrations.
/// It stays until the server goes; `None` as for [`TestStore::new`].
pub fn create_postgres_database() -> Option<DatabaseUrl> {
    create_postgres_database_as_text().map(|url| parse(&url))
}

/// The same as text and with any password, for a command line.
pub fn create_postgres_database_as_text() -> Option<String> {
    let admin_url = admin_url()?;
    let name = fresh_name("empty");
    admin(
        &admin_url,
        &format!("CREATE DATABASE {name} TEMPLATE template0"),
    );
    Some(database_url(&admin_url, &name))
}

fn admin_url() -> Option<String> {
    let url = std::env::var(POSTGRES_URL).ok();
    if url.is_none() {
        assert!(
            std::env::var_os(POSTGRES_REQUIRED).is_none(),
            "{POSTGRES_URL} must name a PostgreSQL server"
        );
        // Past the test harness, which would swallow it.
        let _ = writeln!(
            std::io::stderr(),
            "LEFT OUT on PostgreSQL: set {POSTGRES_URL}, or run scripts/test"
        );
    }
    url
}

fn fresh_name(kind: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::SeqCst);
    // Process ids come round again on a server that lives long; the time does not.
    let started = std::time::UNIX_EPOCH
        .elapsed()
        .map_or(0, |elapsed| elapsed.as_nanos());
    format!("rollcall_{kind}_{}_{number}_{started}", std::process::id())
}

fn database_url(admin_url: &str, name: &str) -> String {
    let (before, arguments) = admin_url
        .split_once('?')
        .map_or((admin_url, None), |(url, rest)| (url, Some(rest)));
    let (server, _) = before.rsplit_once('/').expect("the URL names a database");
    let arguments = arguments.map(|rest| format!("?{rest}")).unwrap_or_default();
    format!("{server}/{name}{arguments}")
}

fn admin(url: &str, statement: &str) {
    let mut connection = PgConnection::establish(url).expect("the PostgreSQL test server answers");
    connection
        .batch_execute(statement)
        .expect("the statement works");
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Self::Server { admin_url, name } = self
            && let Ok(mut connection) = PgConnection::establish(admin_url)
        {
            // A server that is gone has taken the database with it.
            let _ =
                connection.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}
