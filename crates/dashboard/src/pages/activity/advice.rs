//! What somebody at the identity provider's console can do about a refused request.

use crate::pages::directories::guide::Guide;

/// What to do about a status; nothing when all went well.
pub(crate) fn advice(status: i32, path: &str, guide: Guide) -> Option<&'static str> {
    if guide.okta {
        at_okta(status, path)
    } else {
        elsewhere(status)
    }
}

fn elsewhere(status: i32) -> Option<&'static str> {
    Some(match status {
        ..400 => return None,
        400 => {
            "The request breaks the protocol; the answer below says where. Correct what it names and send it again."
        }
        401 => {
            "The token was missing or wrong. Give the identity provider the bearer token of this directory again. If it is \
             lost, make a second one under Settings here."
        }
        404 => {
            "There is nothing at this address. Check that the base URL is exactly the endpoint of this directory, and that the \
             id was answered by it and not deleted since."
        }
        409 => {
            "The user name is taken by somebody already in this directory. Look them up by userName and change them instead."
        }
        412 => "The resource was changed meanwhile. Read it again, then repeat the change.",
        413 => {
            "The request is larger than Rollcall takes. The answer below names the limit; send it in parts."
        }
        _ if status < 500 => "The answer below says why. Correct it and send the request again.",
        _ => {
            "This was a failure on Rollcall’s side, and nothing was half-saved. Send the request again in a moment. The \
             server’s log has the cause."
        }
    })
}

fn at_okta(status: i32, path: &str) -> Option<&'static str> {
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
    use super::{Guide, advice as advice_of};

    fn advice(status: i32, path: &str) -> Option<&'static str> {
        advice_of(status, path, Guide::of("okta scim v1.1"))
    }

    #[test]
    fn says_nothing_of_okta_where_there_is_none() {
        for status in 200..600 {
            let text = advice_of(status, "/Users", Guide::of("generic scim v1.1"));
            assert_eq!(text.is_some(), status >= 400);
            assert!(!text.unwrap_or_default().contains("Okta"));
        }
    }

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
