//! Cases 1 to 36: whom a filter finds.

use rstest::rstest;
use serde_json::json;

use super::people::People;
use crate::support::{Database, TestApp};

/// Asks for the filter and compares whom it found, one letter a person.
async fn finds(database: Database, filter: &str, expected: &str) {
    let Some(people) = People::start(database).await else {
        return;
    };
    let letters = [
        (&people.a, 'A'),
        (&people.b, 'B'),
        (&people.c, 'C'),
        (&people.d, 'D'),
    ];
    let rows = people.client().find("Users", filter).await;
    let mut found: Vec<char> = rows
        .iter()
        .map(|row| letters.iter().find(|(id, _)| row["id"] == ***id).unwrap().1)
        .collect();
    found.sort_unstable();
    assert_eq!(String::from_iter(found), expected, "{filter}");
}

macro_rules! cases {
    ($($name:ident: $filter:literal => $expected:literal;)*) => {$(
        #[rstest]
        #[tokio::test]
        async fn $name(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
            finds(database, $filter, $expected).await;
        }
    )*};
}

cases! {
    case_001_a_user_name: r#"userName eq "alice""# => "A";
    case_002_a_user_name_in_capitals: r#"userName eq "ALICE""# => "A";
    case_003_attribute_and_operator_in_any_case: r#"USERNAME Eq "bob""# => "B";
    case_004_the_core_urn_before_the_attribute: r#"urn:scim:schemas:core:1.0:userName eq "alice""# => "A";
    case_005_starts_with: r#"userName sw "c""# => "C";
    case_005_starts_with_a_capital: r#"userName sw "C""# => "C";
    case_006_contains: r#"userName co "O""# => "BC";
    case_007_apostrophe_in_a_family_name: r#"name.familyName co "O'Malley""# => "A";
    case_008_a_part_in_any_case: r#"Name.FamilyName eq "zed""# => "C";
    case_009_present: "title pr" => "AC";
    case_010_a_list_is_present: "emails pr" => "ABC";
    case_011_both: r#"title pr and userType eq "Employee""# => "AC";
    case_012_either: r#"title pr or userType eq "Intern""# => "ABC";
    case_013_and_binds_before_or:
        r#"userType eq "Intern" or userType eq "Employee" and title eq "manager""# => "BC";
    case_014_parentheses_bind_first:
        r#"(userType eq "Intern" or userType eq "Employee") and title eq "manager""# => "C";
    case_015_and_binds_before_or_on_the_left_too:
        r#"title eq "manager" and userType eq "Employee" or userType eq "Intern""# => "BC";
    case_016_parentheses_within_parentheses:
        r#"((userType eq "Intern" or (userType eq "External")) and (userName pr))"# => "BD";
    case_017_active: "active eq true" => "ACD";
    case_017_inactive: "active eq false" => "B";
    case_018_any_address: r#"emails.value eq "a@home.org""# => "A";
    case_019_a_part_of_any_address: r#"emails.value co "example.""# => "AB";
    case_020_a_bare_list_means_its_values:
        r#"emails co "example.com" or emails co "example.org""# => "AB";
    case_021_the_label_of_any_address: r#"emails.type eq "home""# => "A";
    case_022_an_extension_by_its_urn:
        r#"urn:scim:schemas:extension:enterprise:1.0:department eq "R&D""# => "A";
    case_023_an_external_id: r#"externalId eq "E1""# => "A";
    case_024_a_percent_sign_is_a_character: r#"nickName co "%""# => "D";
    case_024_a_percent_sign_stands_for_nothing: r#"userName sw "%""# => "";
    case_025_an_underscore_is_a_character: r#"nickName co "_""# => "D";
    case_026_sql_is_a_text: r#"userName eq "' OR '1'='1""# => "";
    case_027_greater_than_without_case: r#"name.familyName gt "B""# => "ABC";
    case_028_at_most_without_case: r#"name.familyName le "baker""# => "BD";
    case_029_changed_after_an_instant: r#"meta.lastModified gt "2011-05-13T04:42:34Z""# => "ABCD";
    case_029_changed_before_an_instant: r#"meta.lastModified lt "2011-05-13T04:42:34Z""# => "";
    case_030_an_instant_with_an_offset: r#"meta.created lt "2999-01-01T00:00:00+14:00""# => "ABCD";
    case_031_words_of_the_grammar_in_a_text: r#"userName eq "a and b or (c) eq pr""# => "";
    case_032_parentheses_in_a_text: r#"displayName eq "x) or (userName pr""# => "";
    case_035_doubled_blanks: r#"userName   eq  "alice""# => "A";
}

#[rstest]
#[tokio::test]
async fn case_033_escapes_in_a_text(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.okta.user("other").await;
    let sent = json!({ "userName": "e", "nickName": r#"back\slash "q""# });
    let user = app.okta.post("/Users", &sent).await.created();
    let found = app
        .okta
        .find("Users", r#"nickName eq "back\\slash \"q\"""#)
        .await;
    assert_eq!(found, [user]);
}

#[rstest]
#[tokio::test]
async fn case_034_an_escaped_letter_is_that_letter(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let sent = json!({ "userName": "c", "displayName": "Çarol" });
    let user = app.okta.post("/Users", &sent).await.created();
    let found = app
        .okta
        .find("Users", r#"displayName eq "\u00c7arol""#)
        .await;
    assert_eq!(found, [user]);
}

#[rstest]
#[tokio::test]
async fn case_036_no_match_is_an_empty_list(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(people) = People::start(database).await else {
        return;
    };
    for filter in ["userName%20eq%20%22x%22", "title%20eq%20%22x%22"] {
        let list = people
            .client()
            .get(&format!("/Users?filter={filter}"))
            .await
            .list();
        assert_eq!(
            (&list["totalResults"], &list["Resources"]),
            (&json!(0), &json!([]))
        );
    }
}
