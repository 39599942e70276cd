//! What makes a password good enough: its length, and that nobody guesses it at once. There are
//! no rules of composition.

use std::ops::RangeInclusive;

use actix_web::web;
use secrecy::{ExposeSecret as _, SecretString};
use zxcvbn::{Score, zxcvbn};

use crate::forms::FormState;

const LENGTH: RangeInclusive<usize> = 8..=128;
/// The estimate's cost grows with the length; more than this makes no password guessable.
const LOOKED_AT: usize = 100;
const PRODUCT: &str = "rollcall";

/// Says in `state` what is wrong with a new password. `known` is what an attacker would try
/// first: the member's name, address and workspace.
pub(crate) async fn check(
    state: &mut FormState,
    field: &'static str,
    password: &SecretString,
    known: &[&str],
) {
    let length = password.expose_secret().chars().count();
    if !LENGTH.contains(&length) {
        let (least, most) = (LENGTH.start(), LENGTH.end());
        state.refuse(
            field,
            format!("Use {least} to {most} characters; any will do."),
        );
        return;
    }
    let looked_at: String = password.expose_secret().chars().take(LOOKED_AT).collect();
    let looked_at = SecretString::from(looked_at);
    let known: Vec<String> = known.iter().map(|text| (*text).to_owned()).collect();
    // Away from the thread that serves others: the estimate takes its time.
    let advice = web::block(move || advice(&looked_at, &known)).await;
    if let Ok(Some(advice)) = advice {
        state.refuse(field, advice);
    }
}

/// What to do about a password that is among the first million guesses.
fn advice(password: &SecretString, known: &[String]) -> Option<String> {
    // Addresses and names are taken apart, since people join the parts in their own way.
    let parts = known
        .iter()
        .flat_map(|text| text.split(|character: char| !character.is_alphanumeric()));
    let mut inputs: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    inputs.push(PRODUCT);
    let estimate = zxcvbn(password.expose_secret(), &inputs);
    if estimate.score() >= Score::Two {
        return None;
    }
    let mut sentences = vec!["This password is among the first that are guessed.".to_owned()];
    if let Some(feedback) = estimate.feedback() {
        let warning = feedback.warning().map(|warning| warning.to_string());
        sentences.extend(warning);
        sentences.extend(feedback.suggestions().iter().map(ToString::to_string));
    }
    Some(sentences.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn error(password: &str, known: &[&str]) -> Option<String> {
        let mut state = FormState::default();
        let password = SecretString::from(password.to_owned());
        check(&mut state, "password", &password, known).await;
        state.error("password").map(str::to_owned)
    }

    #[actix_web::test]
    async fn length_and_guesses_count_and_nothing_else() {
        assert!(error("short", &[]).await.unwrap().contains("8 to 128"));
        assert!(
            error(&"x".repeat(129), &[])
                .await
                .unwrap()
                .contains("8 to 128")
        );
        for guessed in ["password1", "aaaaaaaaaaaa", "12345678", "qwertyuiop"] {
            let error = error(guessed, &[]).await.unwrap();
            assert!(error.contains("first that are guessed"), "{error}");
        }
        for fine in [
            "correct horse battery",
            "ünïcödé schlüssel",
            "Sphinx of black quartz, judge my vow",
        ] {
            assert_eq!(error(fine, &[]).await, None, "{fine}");
        }
    }

    #[actix_web::test]
    async fn what_is_known_of_the_member_is_guessed_first() {
        let known = ["ada.lindqvist@example.com", "Ada Lindqvist", "Northwind"];
        assert!(error("adalindqvist", &known).await.is_some());
        assert!(error("Northwind1", &known).await.is_some());
        assert_eq!(error("Northwind keeps 7 geese", &known).await, None);
    }
}
