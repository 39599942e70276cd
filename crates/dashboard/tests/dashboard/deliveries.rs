use std::time::Duration;

use rollcall_store::Error;
use rollcall_store::event;
use rollcall_store::ids::Id as _;
use rollcall_store::webhook_delivery::{self, Outcome, State, Verdict, WebhookDelivery};
use rollcall_store::webhook_endpoint::Status;
use rstest::rstest;

use crate::support::{Database, TestApp, link, value};
use crate::webhooks::{delivered, deliveries, endpoints, path};

/// Writes down what became of a delivery's attempt.
async fn record(
    app: &TestApp,
    delivery: &WebhookDelivery,
    status: Option<u16>,
    error: Option<&str>,
    verdict: Verdict,
) {
    let outcome = Outcome {
        delivery_id: delivery.id.clone(),
        endpoint_id: delivery.webhook_endpoint_id.clone(),
        is_test: delivery.is_test,
        lease_ends_at: delivery.next_attempt_at.unwrap(),
        status,
        error: error.map(str::to_owned),
        duration: Duration::from_millis(340),
        response_body: status.map(|_| "<b>Gateway & co</b>".to_owned()),
        began_at: app.database.clock.now(),
        verdict,
        pause_until: None,
    };
    let recorded: Result<(), Error> = app
        .database
        .store
        .write(move |tx| webhook_delivery::record(tx, &[outcome]))
        .await;
    recorded.unwrap();
}

#[rstest]
#[tokio::test]
async fn deliveries_are_listed_by_state_with_their_attempts(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, browser, _, endpoint)) = delivered(database).await else {
        return;
    };
    let waiting = deliveries(&app, &endpoint).await;
    let count = waiting.len();
    assert!(count >= 3, "{count}");
    let retry = Verdict::Retry {
        at: app.database.clock.now().plus(Duration::from_mins(10)),
    };
    record(&app, &waiting[0], Some(200), None, Verdict::Delivered).await;
    record(&app, &waiting[1], Some(502), Some("It answered 502"), retry).await;
    record(
        &app,
        &waiting[2],
        None,
        Some("It did not answer"),
        Verdict::GivenUp,
    )
    .await;

    let page = browser.page(&path(&endpoint)).await;
    assert_eq!(page.matches("class=\"cover\"").count(), count);
    for text in [
        "33 %",
        "of 3 attempts",
        "340 ms",
        "in 10 min",
        "Every attempt has failed since",
        "Failing</span>",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    for (state, shown) in [("pending", count - 2), ("succeeded", 1), ("failed", 1)] {
        let page = browser
            .page(&format!("{}?state={state}", path(&endpoint)))
            .await;
        assert_eq!(page.matches("class=\"cover\"").count(), shown, "{state}");
    }

    let pages = format!("{}/deliveries", path(&endpoint));
    let page = browser.page(&format!("{pages}/{}", waiting[1].id)).await;
    for text in [
        "502 Bad Gateway",
        "It answered 502",
        "&#60;b&#62;Gateway &#38; co&#60;/b&#62;",
        "340 ms",
        "Next attempt",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let page = browser.page(&format!("{pages}/{}", waiting[2].id)).await;
    assert!(page.contains("No answer") && page.contains("It did not answer"));

    let event = browser.page(&link(&page, &waiting[2].event_name)).await;
    assert!(event.contains(&format!("{pages}/{}", waiting[2].id)));
    assert!(event.contains("Failed</span>") && event.contains("1 attempt<"));
}

#[rstest]
#[tokio::test]
async fn one_is_sent_again_and_what_was_missed_is_recovered(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, browser, _, endpoint)) = delivered(database).await else {
        return;
    };
    let waiting = deliveries(&app, &endpoint).await;
    for delivery in &waiting[..3] {
        record(
            &app,
            delivery,
            Some(500),
            Some("It answered 500"),
            Verdict::GivenUp,
        )
        .await;
    }
    let place = format!("{}/deliveries/{}", path(&endpoint), waiting[0].id);
    let answer = browser.post(&format!("{place}/resend"), &[]).await;
    assert_eq!(answer.leads_to(), place);
    let page = browser.page(&place).await;
    assert!(page.contains("Pending</span>") && page.contains("again now."));

    let recover = format!("{}/recover", path(&endpoint));
    for (since, words) in [("", "Enter the time"), ("soon", "Enter a date and a time")] {
        let page = browser.post(&recover, &[("since", since)]).await.with(422);
        assert!(page.contains(words), "{since}: {page}");
    }
    let later = browser.post(&recover, &[("since", "2026-01-03T00:00")]);
    assert_eq!(later.await.leads_to(), path(&endpoint));
    let page = browser.page(&path(&endpoint)).await;
    assert!(page.contains("Sending what was missed: 0 deliveries."));
    assert_eq!(
        value(&page, "since"),
        "2026-01-02T03:04",
        "since the first failure"
    );

    browser
        .post(&recover, &[("since", "2026-01-02T03:04")])
        .await
        .leads_to();
    let page = browser.page(&path(&endpoint)).await;
    assert!(page.contains("Sending what was missed: 2 deliveries."));
    let all = deliveries(&app, &endpoint).await;
    assert!(all.iter().all(|delivery| delivery.state == State::Pending));
}

#[rstest]
#[tokio::test]
async fn a_test_event_is_sent_as_one(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, browser, _, endpoint)) = delivered(database).await else {
        return;
    };
    let before = deliveries(&app, &endpoint).await.len();
    let test = format!("{}/test", path(&endpoint));
    let answer = browser
        .post(&test, &[("event", event::GROUP_UPDATED)])
        .await;
    let place = answer.leads_to().to_owned();
    let page = browser.page(&place).await;
    assert!(page.contains("Sending an example of dsync.group.updated now."));
    assert!(page.contains("an example") && page.contains("None yet."));
    let all = deliveries(&app, &endpoint).await;
    assert_eq!(all.len(), before + 1);
    assert!(all[0].is_test && place.ends_with(all[0].id.as_str()));

    let page = browser.post(&test, &[("event", "dsync.nothing")]).await;
    assert!(
        page.with(422)
            .contains("There is no event “dsync.nothing”.")
    );
}

#[rstest]
#[tokio::test]
async fn a_disabled_endpoint_says_why_and_sends_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, browser, directory, endpoint)) = delivered(database).await else {
        return;
    };
    let one = deliveries(&app, &endpoint).await.remove(0);
    record(
        &app,
        &one,
        Some(410),
        Some("It answered 410"),
        Verdict::Gone,
    )
    .await;
    let page = browser.page(&path(&endpoint)).await;
    let stored = endpoints(&app, &directory).await.remove(0);
    assert!(page.contains("Disabled by Rollcall</span>"));
    assert!(page.contains(stored.disabled_reason.as_deref().unwrap()));
    for (action, form) in [
        ("test", [("event", event::USER_CREATED)]),
        ("recover", [("since", "2026-01-02T00:00")]),
    ] {
        let refused = browser
            .post(&format!("{}/{action}", path(&endpoint)), &form)
            .await;
        assert!(
            refused.with(422).contains("The endpoint is disabled."),
            "{action}"
        );
    }
    let resend = format!("{}/deliveries/{}/resend", path(&endpoint), one.id);
    assert_eq!(browser.post(&resend, &[]).await.status, 422);

    let enabled = browser
        .post(&format!("{}/enable", path(&endpoint)), &[])
        .await;
    assert_eq!(enabled.leads_to(), path(&endpoint));
    let page = browser.page(&path(&endpoint)).await;
    assert!(page.contains("Enabled</span>") && !page.contains("Rollcall disabled"));
    browser
        .post(&format!("{}/disable", path(&endpoint)), &[])
        .await
        .leads_to();
    let stored = endpoints(&app, &directory).await.remove(0);
    assert_eq!(stored.status, Status::Disabled);
    let page = browser.page(&path(&endpoint)).await;
    assert!(page.contains("<b>This endpoint is disabled.</b>"));
}
