//! Cases 37 to 53: filters that are refused, always in words.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rstest::rstest;

use crate::support::{Answer, Database, TestApp};

async fn ask(app: &TestApp, filter: &str) -> Answer {
    let filter = utf8_percent_encode(filter, NON_ALPHANUMERIC);
    app.okta.get(&format!("/Users?filter={filter}")).await
}

async fn refused(database: Database, filter: &str, words: &str) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.okta.user("x").await;
    let detail = ask(&app, filter).await.error(400);
    assert!(
        detail.starts_with("The filter is not valid at character "),
        "{detail}"
    );
    assert!(detail.contains(words), "{detail}");
}

macro_rules! cases {
    ($($name:ident: $filter:literal => $words:literal;)*) => {$(
        #[rstest]
        #[tokio::test]
        async fn $name(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
            refused(database, $filter, $words).await;
        }
    )*};
}

cases! {
    case_037_no_operator: "userName" => "operator is expected";
    case_038_no_value: "userName eq" => "value is expected";
    case_039_an_unknown_operator: r#"userName regex "x""# => "character 10: \"regex\" is not an operator";
    case_040_an_open_text: r#"userName eq "abc"# => "closing quote";
    case_041_an_open_parenthesis: r#"(userName eq "x""# => "closing parenthesis is missing";
    case_042_a_parenthesis_too_many: r#"userName eq "x")"# => "end of the filter is expected";
    case_043_a_word_of_the_grammar_alone: "and" => "operator is expected";
    case_044_nothing_after_and: r#"userName eq "x" and"# => "attribute name is expected";
    case_045_two_values: r#"userName eq "x" "y""# => "end of the filter is expected";
    case_046_no_attribute: r#"eq "x""# => "operator is expected";
    case_047_empty_parentheses: "()" => "attribute name is expected";
    case_048_an_escape_that_json_does_not_know: r#"userName eq "a\x41""# => "escape";
    case_049_two_conditions_side_by_side: "userName pr title pr" => "end of the filter is expected";
    case_050_a_value_after_pr: r#"userName pr "x""# => "end of the filter is expected";
    case_051_a_word_without_quotes: "userName eq bareword" => "double quotes";
    case_053_half_of_a_surrogate_pair: r#"userName eq "\ud800""# => "escape";
}

#[rstest]
#[tokio::test]
async fn case_052_900_nested_parentheses(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let filter = format!("{}userName pr{}", "(".repeat(900), ")".repeat(900));
    refused(database, &filter, "nested 50 deep").await;
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_compared_is_refused_not_answered_with_none(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    for (filter, words) in [
        (
            r#"wibble eq "x""#,
            "character 1: a User has no attribute \"wibble\"",
        ),
        (
            r#"title pr and password eq "x""#,
            "character 14: \"password\"",
        ),
        (
            "active gt true",
            "character 8: gt cannot be used with \"active\"",
        ),
        (r#"name eq "x""#, "name.formatted"),
        (
            r#"meta.created gt "soon""#,
            "character 17: \"meta.created\" is compared with a date",
        ),
    ] {
        let detail = ask(&app, filter).await.error(400);
        assert!(detail.contains(words), "{detail}");
    }
}
