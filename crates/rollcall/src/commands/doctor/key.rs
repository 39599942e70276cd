//! What `rollcall doctor` says of the key of secrets.

use rollcall_store::DatabaseUrl;
use rollcall_store::seal::{self, SecretKey};

use super::{Finding, Verdict, finding, open_to_others};
use crate::secret_key::KeyArgs;

const SUBJECT: &str = "secret key";

/// Whether the key is that of the database, and who can read it.
pub(super) fn findings(url: &DatabaseUrl, args: &KeyArgs, in_use: Option<&str>) -> Vec<Finding> {
    let ours = match args.find(url) {
        Ok(ours) => ours.map(|key| key.id()),
        Err(error) => return vec![finding(SUBJECT, Verdict::Problem, error.to_string())],
    };
    let file = args.file(url);
    let next = file.as_deref().map(seal::next_file);
    // A file that holds something else is said of by the command that needs it.
    let waiting = next
        .as_deref()
        .and_then(|next| SecretKey::read(next).ok().flatten());
    let waiting = waiting.map(|key| key.id());
    let mut findings = vec![judge(ours.as_deref(), waiting.as_deref(), in_use)];
    findings.extend(file.and_then(|file| open_to_others(SUBJECT, &file)));
    findings
}

fn judge(ours: Option<&str>, waiting: Option<&str>, theirs: Option<&str>) -> Finding {
    let (verdict, message) = match (ours, theirs) {
        (None, None) => (
            Verdict::Good,
            "there is none yet; `rollcall serve` makes it".to_owned(),
        ),
        (Some(ours), None) => (
            Verdict::Good,
            format!("{ours} will be the database's, which has none yet"),
        ),
        (Some(ours), Some(theirs)) if ours == theirs => match waiting {
            None => (Verdict::Good, format!("{ours} fits")),
            Some(_) => (
                Verdict::Warning,
                format!(
                    "{ours} fits; a change of it was begun and not done: run `rollcall rotate-key` again"
                ),
            ),
        },
        (_, Some(theirs)) if waiting == Some(theirs) => (
            Verdict::Warning,
            format!(
                "the database's ({theirs}) waits beside the file of the old one: start `rollcall serve`, or run \
                 `rollcall rotate-key` again"
            ),
        ),
        (Some(ours), Some(theirs)) => (
            Verdict::Problem,
            format!(
                "{ours} is not the database's ({theirs}): webhooks do not work; set ROLLCALL_SECRET_KEY"
            ),
        ),
        (None, Some(theirs)) => (
            Verdict::Problem,
            format!(
                "the database's ({theirs}) is not here: webhooks do not work; set ROLLCALL_SECRET_KEY"
            ),
        ),
    };
    finding(SUBJECT, verdict, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_must_be_the_databases() {
        let verdict = |ours, waiting, theirs| judge(ours, waiting, theirs).verdict;
        assert_eq!(verdict(Some("a"), None, Some("a")), Verdict::Good);
        assert_eq!(verdict(Some("a"), None, None), Verdict::Good);
        assert_eq!(verdict(None, None, None), Verdict::Good);
        assert_eq!(verdict(Some("a"), None, Some("b")), Verdict::Problem);
        assert_eq!(verdict(None, None, Some("b")), Verdict::Problem);
    }

    #[test]
    fn a_change_that_was_interrupted_is_said_so() {
        let judge = |theirs| judge(Some("old"), Some("new"), Some(theirs));
        assert_eq!(judge("old").verdict, Verdict::Warning);
        assert_eq!(judge("new").verdict, Verdict::Warning);
        assert!(judge("new").message.contains("waits beside"));
        assert_eq!(judge("other").verdict, Verdict::Problem);
    }
}
