use actix_web::HttpResponse;

/// One way to be wrong; most of them were seen in real servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Fault {
    #[default]
    None,
    /// Concurrent additions to a group overwrite one another: every fifth is lost.
    LosesMembers,
    /// `groups: []` in a user's PUT empties their memberships.
    EmptiesMemberships,
    /// A lookup does not find inactive users.
    HidesInactive,
    /// Inactive users cannot be read.
    ForgetsInactive,
    /// `totalResults` is the length of the page.
    TotalOfPage,
    /// `totalResults` is text.
    TotalAsText,
    /// Pages are cut at 50 rows.
    SmallPages,
    /// Another page size gives another order.
    UnstableOrder,
    /// The request with this number is answered 500.
    FailsAt(usize),
    /// Extensions that the server does not know are dropped.
    DropsCustom,
    /// `userName` is compared with regard to case.
    CaseMatters,
    /// `+` in a query is not a space.
    PlusIsPlus,
    /// Passwords are kept and returned.
    KeepsPasswords,
    /// PUT merges: what is left out, and what is emptied, stays.
    MergesPut,
    /// PATCH of a user does nothing, and says 204.
    IgnoresUserPatch,
    /// PUT of a group keeps the old members.
    IgnoresPutMembers,
    /// Additions replace the membership.
    AddReplaces,
    /// A removal empties the group.
    RemoveEmpties,
    /// `meta.attributes` is not understood: a full push only adds.
    PushOnlyAdds,
    /// The same `userName` twice makes two people.
    TakesDuplicates,
    /// A create is answered without a body.
    EmptyCreate,
    /// Errors are HTML.
    HtmlErrors,
    /// So many requests are answered 429 at the start, with this `Retry-After`.
    Throttles(usize, Option<&'static str>),
}

impl Fault {
    /// The answer that comes before anything is looked at, for the request with this number.
    pub(super) fn refusal(self, number: usize) -> Option<HttpResponse> {
        match self {
            Self::FailsAt(fails) if fails == number => Some(
                HttpResponse::InternalServerError()
                    .content_type("text/plain")
                    .body("database is on fire"),
            ),
            Self::Throttles(times, retry_after) if number <= times => {
                let mut refusal = HttpResponse::TooManyRequests();
                if let Some(value) = retry_after {
                    refusal.insert_header(("Retry-After", value));
                }
                Some(refusal.finish())
            }
            _ => None,
        }
    }
}
