//! What `rollcall doctor` says of mail.

use super::{Finding, Verdict, finding};
use crate::account_settings::MailArgs;

const SUBJECT: &str = "mail";

/// Whether the mail server answers. Nothing is sent.
pub(super) async fn finding_of(args: &MailArgs) -> Finding {
    let smtp = match args.smtp() {
        Ok(Some(smtp)) => smtp,
        Ok(None) => {
            let message = "no mail server is set: mails and the links in them stand in the worker's log; set ROLLCALL_SMTP_URL";
            return finding(SUBJECT, Verdict::Warning, message);
        }
        Err(error) => return finding(SUBJECT, Verdict::Problem, error.to_string()),
    };
    match smtp.check().await {
        Ok(()) => finding(
            SUBJECT,
            Verdict::Good,
            "the mail server takes this program's mail",
        ),
        Err(reason) => {
            let message = format!("the mail server does not answer as it should: {reason}");
            finding(SUBJECT, Verdict::Problem, message)
        }
    }
}
