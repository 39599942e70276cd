//! Throttles.

use std::time::Duration;

use rollcall_store::Error;
use rollcall_store::throttle::{self, Key, Quota};
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_throttle_lets_a_burst_through_then_one_at_a_time(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let quota = Quota::new(3, Duration::from_secs(30));
    let count = |what: &'static str| {
        let counted = test
            .store
            .write(move |tx| throttle::count(tx, &Key::new("test", what), quota));
        async { counted.await.unwrap() }
    };
    for _ in 0..3 {
        assert_eq!(count("a").await, None);
    }
    assert_eq!(count("a").await, Some(Duration::from_secs(10)));
    assert_eq!(count("b").await, None, "each counts by itself");
    test.clock.advance(Duration::from_secs(10));
    assert_eq!(count("a").await, None);
    assert_eq!(count("a").await, Some(Duration::from_secs(10)));
    assert_eq!(test.store.write(throttle::prune).await.unwrap(), 1, "b");
    test.clock.advance(Duration::from_secs(30));
    assert_eq!(test.store.write(throttle::prune).await.unwrap(), 1, "a");
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn attempts_at_once_are_all_counted(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let quota = Quota::new(5, Duration::from_secs(50));
    let attempts = (0..20).map(|_| {
        let store = test.store.clone();
        tokio::spawn(async move {
            let key = Key::new("test", "at once");
            let counted: Result<_, Error> = store
                .write(move |tx| throttle::count(tx, &key, quota))
                .await;
            counted.unwrap()
        })
    });
    let mut passed = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        passed += usize::from(attempt.await.unwrap().is_none());
    }
    assert_eq!(passed, 5);
}
