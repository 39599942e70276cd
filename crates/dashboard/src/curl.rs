//! Requests as shell commands, to send them by hand.

use std::fmt::Write as _;

/// A `curl` command; the token is a placeholder, since it is stored nowhere.
pub(crate) fn command(endpoint: &str, method: &str, address: &str, body: Option<&str>) -> String {
    let mut command = format!(
        "curl -X {method} {}",
        quoted(&format!("{endpoint}{address}"))
    );
    // Writing to a String cannot fail.
    let _ = write!(
        command,
        " \\\n  -H {}",
        quoted("Authorization: Bearer YOUR_TOKEN")
    );
    let _ = write!(command, " \\\n  -H {}", quoted("Accept: application/json"));
    if let Some(body) = body {
        let _ = write!(
            command,
            " \\\n  -H {}",
            quoted("Content-Type: application/json; charset=utf-8")
        );
        let _ = write!(command, " \\\n  --data-binary {}", quoted(body));
    }
    command
}

/// A `curl` command for the REST API of the installation at `public_url`.
pub(crate) fn api(public_url: &str, path: &str) -> String {
    let url = format!("{}{path}", public_url.trim_end_matches('/'));
    format!(
        "curl {} \\\n  -H {}",
        quoted(&url),
        quoted("Authorization: Bearer YOUR_API_KEY")
    )
}

/// Quoted for a POSIX shell: nothing inside single quotes means anything but a single quote.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn quotes_whatever_was_sent() {
        let command = command(
            "https://x.example.com/scim/v1.1/k",
            "POST",
            "/Users?a=b'$(id)",
            Some("{\"n\":\"O'Neil `id`\"}"),
        );
        assert!(
            command.starts_with(
                r"curl -X POST 'https://x.example.com/scim/v1.1/k/Users?a=b'\''$(id)'"
            ),
            "{command}"
        );
        assert!(
            command.contains(r#"--data-binary '{"n":"O'\''Neil `id`"}'"#),
            "{command}"
        );
        assert!(command.contains("Bearer YOUR_TOKEN"));
    }
}
