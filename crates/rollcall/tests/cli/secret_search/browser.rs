//! A browser that keeps every secret it is shown.

use std::collections::BTreeMap;
use std::sync::Mutex;

use reqwest::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};

use super::vault::Vault;

pub(super) struct Browser<'a> {
    client: Client,
    server: String,
    vault: &'a Vault,
    cookies: Mutex<BTreeMap<String, String>>,
}

pub(super) struct Answer {
    status: u16,
    location: Option<String>,
    body: String,
}

impl<'a> Browser<'a> {
    pub(super) fn new(server: &str, vault: &'a Vault) -> Self {
        Self {
            client: Client::builder().redirect(Policy::none()).build().unwrap(),
            server: server.to_owned(),
            vault,
            cookies: Mutex::default(),
        }
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send(self.client.get(format!("{}{path}", self.server)))
            .await
    }

    pub(super) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = self.client.post(format!("{}{path}", self.server));
        self.send(request.header(ORIGIN, &self.server).form(form))
            .await
    }

    async fn send(&self, request: RequestBuilder) -> Answer {
        let pairs: Vec<String> = {
            let cookies = self.cookies.lock().unwrap();
            cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect()
        };
        let answer = request
            .header(COOKIE, pairs.join("; "))
            .send()
            .await
            .unwrap();
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            self.vault.harvest(cookie);
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap_or_default();
            let mut cookies = self.cookies.lock().unwrap();
            if value.is_empty() {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let location = answer.headers().get(LOCATION);
        let location = location.map(|value| value.to_str().unwrap().to_owned());
        let status = answer.status().as_u16();
        let body = answer.text().await.unwrap();
        self.vault.harvest(&body);
        Answer {
            status,
            location,
            body,
        }
    }
}

impl Answer {
    /// Where a redirect leads.
    pub(super) fn leads_to(self) -> String {
        assert_eq!(self.status, 303, "{}", self.body);
        self.location.unwrap()
    }

    /// The body of an answer with that status.
    pub(super) fn with(self, status: u16) -> String {
        assert_eq!(self.status, status, "{:?} {}", self.location, self.body);
        self.body
    }
}

/// What stands in a page between two texts.
pub(super) fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = page
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {page}"));
    rest.split_once(after).unwrap().0
}
