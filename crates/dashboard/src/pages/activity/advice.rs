//! What somebody at Okta's admin console can do about a refused request.

/// What to do about a status; nothing when all went well.
pub(crate) fn advice(status: i32, path: &str) -> Option<&'static str> {
    let about_groups = path.trim_start_matches('/').starts_with("Groups");
    Some(match status {
        ..400 => return None,
        400 => {
            "Rollcall did not understand this request; the answer below says which part. In Okta, look at the attribute \
             mappings under Provisioning › To App, correct the one it names, then retry under Dashboard › Tasks."
        }
        401 => {
            "The token was missing or wrong. In Okta, open Provisioning › Integration › Edit, paste the bearer token of this \
             directory again (without “Bearer”), click Test API Credentials and save. If the token is lost, make a second one \
             under Settings here."
        }
        404 if about_groups => {
            "This group is not in the directory any more. In Okta, open Push Groups, unlink the group and push it again; \
             Okta then creates it anew."
        }
        404 => {
            "This person or address is not in the directory. In Okta, check that the base URL is exactly the endpoint of this \
             directory; then open the person’s assignment and retry, and Okta creates them anew."
        }
        405 => "Okta does not send this by itself. Check which tool called, and with which method.",
        409 if about_groups => {
            "Two changes met. Okta retries by itself; if it does not, push the group again."
        }
        409 => {
            "The user name is taken by somebody already in this directory. In Okta, open Dashboard › Tasks and retry: Okta then \
             finds the person and takes them over instead of creating them. If two people share the name, change one."
        }
        413 => {
            "The request is larger than Rollcall takes. In Okta, push the group in smaller parts."
        }
        429 => "Okta sent faster than this installation lets it. It waits and retries by itself.",
        _ if status < 500 => {
            "The answer below says why. Correct it in Okta, then retry under Dashboard › Tasks."
        }
        _ => {
            "This was a failure on Rollcall’s side, and nothing was half-saved. Okta retries some calls by itself; for the \
             others use Dashboard › Tasks. The server’s log has the cause."
        }
    })
}

#[cfg(test)]
mod tests {
    use super::advice;

    #[test]
    fn advises_on_refusals_only() {
        for status in [200, 201, 204] {
            assert_eq!(advice(status, "/Users"), None);
        }
        for status in [400, 401, 403, 404, 405, 409, 413, 415, 429, 500, 503] {
            assert!(advice(status, "/Users").is_some(), "{status}");
        }
        assert_ne!(
            advice(409, "/Users"),
            advice(409, "/Groups/directory_group_1")
        );
        assert_eq!(advice(404, "Groups/x"), advice(404, "/Groups/x"));
    }
}
