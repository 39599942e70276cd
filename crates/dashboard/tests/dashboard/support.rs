//! A server with the dashboard mounted, and browsers that look at it.

use std::collections::BTreeMap;
use std::sync::Mutex;

use actix_web::web::ServiceConfig;
use reqwest::header::{HeaderMap, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use rollcall_dashboard::{Dashboard, Settings};
use rollcall_store::ids::WorkspaceId;
use rollcall_store::member::{self, NewMember};
use rollcall_store::password::Hasher;
use rollcall_store::workspace::{self, Role, Workspace};
use rollcall_store::{Error, Store, setup_code};
pub(crate) use rollcall_testkit::Database;
use rollcall_testkit::{TestServer, TestStore};
use secrecy::{ExposeSecret as _, SecretString};

pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const SESSION: &str = "__Host-rollcall_session";

/// The dashboard on an empty database. The server stops before its database goes.
pub(crate) struct TestApp {
    pub(crate) server: TestServer,
    pub(crate) database: TestStore,
    hasher: Hasher,
}

impl TestApp {
    /// `None` where there is no such database to test with.
    pub(crate) async fn start(database: Database) -> Option<Self> {
        Self::start_with(database, |_| {}).await
    }

    pub(crate) async fn start_with(
        database: Database,
        adjust: impl FnOnce(&mut Settings),
    ) -> Option<Self> {
        let database = TestStore::new(database).await?;
        let hasher = Hasher::new().unwrap();
        let (store, own_hasher) = (database.store.clone(), hasher.clone());
        let server = TestServer::start(move |url| {
            let mut settings = Settings::new(url);
            adjust(&mut settings);
            let dashboard = Dashboard::new(store, own_hasher, settings);
            move |config: &mut ServiceConfig| dashboard.configure(config)
        });
        Some(Self {
            server,
            database,
            hasher,
        })
    }

    /// The same database behind another process.
    pub(crate) fn restarted(self) -> Self {
        let (store, hasher) = (self.database.store.clone(), self.hasher.clone());
        drop(self.server);
        let server = TestServer::start(move |url| {
            let dashboard = Dashboard::new(store, hasher, Settings::new(url));
            move |config: &mut ServiceConfig| dashboard.configure(config)
        });
        Self {
            server,
            database: self.database,
            hasher: self.hasher,
        }
    }

    /// A browser that has never been here.
    pub(crate) fn browser(&self) -> Browser {
        Browser::at(&self.server.url)
    }

    /// A second server, over another way into the same database.
    pub(crate) fn another_server(&self, store: Store) -> TestServer {
        let hasher = self.hasher.clone();
        TestServer::start(move |url| {
            let dashboard = Dashboard::new(store, hasher, Settings::new(url));
            move |config: &mut ServiceConfig| dashboard.configure(config)
        })
    }

    /// A setup code, as the server prints it.
    pub(crate) async fn setup_code(&self) -> String {
        let issued: Result<SecretString, Error> =
            self.database.store.write(setup_code::issue).await;
        issued.unwrap().expose_secret().to_owned()
    }

    /// A member of a workspace of their own; the workspace bears their name.
    pub(crate) async fn member(&self, name: &str) -> Workspace {
        self.member_as(name, Role::Owner).await
    }

    pub(crate) async fn member_as(&self, name: &str, role: Role) -> Workspace {
        let password_hash = self
            .hasher
            .hash(SecretString::from(PASSWORD))
            .await
            .unwrap();
        let name = name.to_owned();
        let made: Result<Workspace, Error> = self
            .database
            .store
            .write(move |tx| {
                let email = email(&name);
                let member = member::create(
                    tx,
                    NewMember {
                        email,
                        name: name.clone(),
                        password_hash,
                    },
                )?;
                let workspace = workspace::create(tx, &name)?;
                workspace::admit(tx, &workspace.id, &member.id, role)?;
                Ok(workspace)
            })
            .await;
        made.unwrap()
    }

    /// A browser of somebody with that role in a workspace, besides one of their own.
    pub(crate) async fn colleague(
        &self,
        name: &str,
        workspace: &WorkspaceId,
        role: Role,
    ) -> Browser {
        self.member(name).await;
        let (email, workspace) = (email(name), workspace.clone());
        let address = email.clone();
        let admitted: Result<(), Error> = self
            .database
            .store
            .write(move |tx| {
                let (member, _) = member::find_by_email(tx, &address)?.expect("a member");
                workspace::admit(tx, &workspace, &member.id, role)
            })
            .await;
        admitted.unwrap();
        let browser = self.browser();
        browser.sign_in(&email, PASSWORD).await.leads_to();
        browser
    }

    /// A member of a new workspace with a browser that is signed in.
    pub(crate) async fn signed_in(&self, name: &str) -> (Workspace, Browser) {
        let workspace = self.member(name).await;
        let browser = self.browser();
        let answer = browser.sign_in(&email(name), PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        (workspace, browser)
    }
}

/// The e-mail address of a member.
pub(crate) fn email(name: &str) -> String {
    format!("{}@example.com", name.to_lowercase())
}

/// Keeps cookies and follows nothing by itself.
pub(crate) struct Browser {
    client: Client,
    base: String,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// What a browser got.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Browser {
    /// A browser without cookies, at the server of that URL.
    pub(crate) fn at(url: &str) -> Self {
        Self {
            client: Client::builder().redirect(Policy::none()).build().unwrap(),
            base: url.to_owned(),
            cookies: Mutex::default(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// Looks at a page that must be there.
    pub(crate) async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.body
    }

    /// Sends a form as one of our own pages does.
    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header("sec-fetch-site", "same-origin");
        self.send(request.form(form)).await
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Answer {
        self.post("/login", &[("email", email), ("password", password)])
            .await
    }

    /// A request with the cookies so far.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let cookies = self.cookies.lock().unwrap();
        let pairs: Vec<String> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = self.client.request(method, format!("{}{path}", self.base));
        if pairs.is_empty() {
            request
        } else {
            request.header("cookie", pairs.join("; "))
        }
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all(SET_COOKIE) {
            let (pair, flags) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            if flags.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Answer {
            status,
            headers,
            body: response.text().await.unwrap(),
        }
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.lock().unwrap();
        cookies.insert(name.to_owned(), value.to_owned());
    }
}

impl Answer {
    /// Where a redirect leads.
    pub(crate) fn leads_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.headers[LOCATION].to_str().unwrap()
    }

    /// The body of an answer with that status.
    pub(crate) fn with(self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body
    }

    pub(crate) fn set_cookies(&self) -> Vec<String> {
        let cookies = self.headers.get_all(SET_COOKIE).iter();
        cookies
            .map(|cookie| cookie.to_str().unwrap().to_owned())
            .collect()
    }
}

/// The value of a field of a page, by its id.
pub(crate) fn value(page: &str, id: &str) -> String {
    let field = page
        .find(&format!("id=\"{id}\""))
        .unwrap_or_else(|| panic!("no {id} in {page}"));
    attribute(&page[field..], "value")
}

/// The value of a hidden field of a page, by its name.
pub(crate) fn hidden(page: &str, name: &str) -> String {
    let field = page
        .find(&format!("name=\"{name}\""))
        .unwrap_or_else(|| panic!("no {name} in {page}"));
    attribute(&page[field..], "value")
}

fn attribute(text: &str, name: &str) -> String {
    let start = text.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
    let end = start + text[start..].find('"').unwrap();
    text[start..end].to_owned()
}

/// The address of the link with that text.
pub(crate) fn link(page: &str, text: &str) -> String {
    let at = page
        .find(&format!("{text}</"))
        .unwrap_or_else(|| panic!("no link {text} in {page}"));
    let anchor = page[..at].rfind("<a ").unwrap();
    attribute(&page[anchor..], "href")
}
