//! Where people come from: names as they are written there, and places to work.

mod africa_and_middle_east;
mod americas;
mod asia;
mod europe;
mod northern_europe;

use rand::Rng;
use rand::seq::IndexedRandom;

/// A language area with names and one office.
#[derive(Debug)]
pub(super) struct Culture {
    /// As Okta sends it: some admins map `en_US`, some `en-US`.
    pub(super) locale: &'static str,
    pub(super) language: &'static str,
    pub(super) country: &'static str,
    /// Whether a full name starts with the family name.
    pub(super) family_first: bool,
    /// How many of the company's people come from here, relative to the others.
    weight: u32,
    pub(super) given: &'static [&'static str],
    pub(super) family: &'static [&'static str],
    pub(super) office: Office,
}

/// An address shared by everybody who works there.
#[derive(Debug)]
pub(super) struct Office {
    pub(super) street: &'static str,
    pub(super) locality: &'static str,
    pub(super) region: &'static str,
    pub(super) postal_code: &'static str,
    pub(super) timezone: &'static str,
    /// The country's calling code and the area's.
    pub(super) phone: &'static str,
}

/// A name as it is written, and in the letters of a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) written: &'static str,
    login: Option<&'static str>,
}

impl Name {
    /// Reads an entry of the lists: the written form, and after a slash the login's where they differ.
    fn parse(entry: &'static str) -> Self {
        match entry.split_once('/') {
            Some((written, login)) => Self {
                written,
                login: Some(login),
            },
            None => Self {
                written: entry,
                login: None,
            },
        }
    }

    /// Its part of a `userName`.
    pub(super) fn login(self) -> String {
        self.login
            .unwrap_or(self.written)
            .to_lowercase()
            .replace(' ', "")
    }
}

impl Culture {
    /// One of all cultures, by weight.
    pub(super) fn draw(rng: &mut impl Rng) -> &'static Self {
        let all = Self::all();
        all.choose_weighted(rng, |culture| culture.weight)
            .map_or(&americas::UNITED_STATES, |drawn| *drawn)
    }

    fn all() -> [&'static Self; 24] {
        use {africa_and_middle_east as south, northern_europe as north};
        [
            &americas::UNITED_STATES,
            &americas::CANADA,
            &americas::MEXICO,
            &americas::BRAZIL,
            &north::UNITED_KINGDOM,
            &north::IRELAND,
            &north::SWEDEN,
            &north::ICELAND,
            &europe::GERMANY,
            &europe::FRANCE,
            &europe::ITALY,
            &europe::POLAND,
            &europe::GREECE,
            &europe::UKRAINE,
            &south::NIGERIA,
            &south::EGYPT,
            &south::ISRAEL,
            &south::TURKEY,
            &asia::INDIA,
            &asia::JAPAN,
            &asia::CHINA,
            &asia::KOREA,
            &asia::VIETNAM,
            &asia::THAILAND,
        ]
    }

    pub(super) fn given_name(&self, rng: &mut impl Rng) -> Name {
        Name::parse(self.given.choose(rng).copied().unwrap_or("Alex"))
    }

    pub(super) fn family_name(&self, rng: &mut impl Rng) -> Name {
        Name::parse(self.family.choose(rng).copied().unwrap_or("Reed"))
    }

    /// A full name in the order of the culture.
    pub(super) fn full_name(&self, given: &str, family: &str) -> String {
        match (self.family_first, self.language) {
            (true, "ja" | "zh" | "ko") => format!("{family}{given}"),
            (true, _) => format!("{family} {given}"),
            (false, _) => format!("{given} {family}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_login_can_stand_in_an_address() {
        for culture in Culture::all() {
            for entry in culture.given.iter().chain(culture.family) {
                let login = Name::parse(entry).login();
                assert!(
                    !login.is_empty()
                        && login
                            .chars()
                            .all(|c| c.is_ascii_lowercase() || "'-".contains(c)),
                    "{entry} of {} gives the login {login}",
                    culture.locale
                );
            }
        }
    }
}
