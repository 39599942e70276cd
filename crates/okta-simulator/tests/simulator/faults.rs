use rollcall_okta_simulator::{AppKind, Operation, Scenario, Simulator};
use rstest::rstest;

use crate::server::{Fault, Server};
use crate::{play, settings};

/// Each fault, how it is told, and during which operation.
#[rstest]
#[case(Fault::LosesMembers, "members", Operation::ChangeMembers)]
#[case(Fault::EmptiesMemberships, "members", Operation::Compare)]
#[case(Fault::HidesInactive, "lookup", Operation::Reactivate)]
#[case(Fault::ForgetsInactive, "status", Operation::Deactivate)]
#[case(Fault::TotalAsText, "malformed", Operation::TestCredentials)]
#[case(Fault::SmallPages, "paging", Operation::Import)]
#[case(Fault::UnstableOrder, "paging", Operation::Import)]
#[case(Fault::FailsAt(77), "status", Operation::Create)]
#[case(Fault::DropsCustom, "attribute", Operation::Create)]
#[case(Fault::DropsCustom, "attribute", Operation::Compare)]
#[case(Fault::CaseMatters, "lookup", Operation::Lookup)]
#[case(Fault::PlusIsPlus, "lookup", Operation::Lookup)]
#[case(Fault::KeepsPasswords, "password", Operation::Create)]
#[case(Fault::MergesPut, "attribute", Operation::EmptyAttributes)]
#[case(Fault::IgnoresUserPatch, "attribute", Operation::Deactivate)]
#[case(Fault::AddReplaces, "members", Operation::ChangeMembers)]
#[case(Fault::RemoveEmpties, "members", Operation::Compare)]
#[case(Fault::PushOnlyAdds, "members", Operation::Compare)]
#[case(Fault::TakesDuplicates, "race", Operation::CreateTwice)]
#[case(Fault::TakesDuplicates, "unexpected", Operation::Compare)]
#[case(Fault::EmptyCreate, "malformed", Operation::Create)]
#[case(Fault::HtmlErrors, "malformed", Operation::UnknownId)]
#[tokio::test]
async fn a_fault_is_told(#[case] fault: Fault, #[case] kind: &str, #[case] operation: Operation) {
    let report = play(fault, AppKind::Catalog, Scenario::Full).await;
    let told = report
        .surprises
        .iter()
        .any(|told| told.operation == operation && told.fault.kind() == kind);
    assert!(told, "wanted {kind} in {operation:?}: {report}");
}

#[tokio::test]
async fn a_group_put_that_does_nothing_is_told() {
    let report = play(Fault::IgnoresPutMembers, AppKind::Wizard, Scenario::Burst).await;
    assert!(
        report
            .surprises
            .iter()
            .any(|told| told.fault.kind() == "members"),
        "{report}"
    );
}

#[tokio::test]
async fn a_total_that_hides_people_is_told() {
    let report = play(Fault::TotalOfPage, AppKind::Catalog, Scenario::Burst).await;
    assert!(
        report
            .surprises
            .iter()
            .any(|told| told.fault.kind() == "missing"),
        "{report}"
    );
}

#[tokio::test]
async fn the_servers_own_words_are_passed_on() {
    let report = play(Fault::FailsAt(77), AppKind::Catalog, Scenario::Burst).await;
    let line = report.surprises[0].to_string();
    assert!(
        line.contains("wanted") && line.ends_with("got 500: database is on fire"),
        "{line}"
    );
    assert!(!report.to_string().contains("secret"), "{report}");
}

#[tokio::test]
async fn what_changes_behind_oktas_back_is_told() {
    let server = Server::start(Fault::None);
    server.add_stranger("stranger@example.com", "Auditors");
    let mut churn = Simulator::new(settings(&server, AppKind::Catalog))
        .churn()
        .unwrap();
    assert!(churn.fill().await);
    server.promote_first_user();
    churn.compare().await;
    server.forget_first_user();
    churn.compare().await;
    let told: Vec<_> = churn
        .report()
        .surprises
        .iter()
        .map(|told| told.fault.to_string())
        .collect();
    assert_eq!(
        told,
        [
            r#"title: wanted "Auditor", got "Partner""#,
            "wanted the user stranger@example.com, got nothing",
        ]
    );
}
