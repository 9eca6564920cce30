//! Rate limit: all calls share one budget, slow down together, and wait together.

use crate::script::{Answer, PE, World, absent, foreign, refuses, resource, says};
use azure::error::ErrorKind;
use azure::id::ResourceId;
use azure::write::WriteMethod;
use futures::future::join_all;
use std::time::Duration;

const READS: &str = "x-ms-ratelimit-remaining-subscription-reads";
const GLOBAL: &str = "x-ms-ratelimit-remaining-subscription-global-reads";
const TENANT: &str = "x-ms-ratelimit-remaining-tenant-reads";
const WRITES: &str = "x-ms-ratelimit-remaining-subscription-writes";

fn found() -> Answer {
    says(200, resource("Succeeded"))
}

fn throttled(seconds: &str) -> Answer {
    refuses(429, "SubscriptionRequestsThrottled").with("retry-after", seconds)
}

async fn gets(world: &World, count: usize) {
    for found in join_all((0..count).map(|_| world.get())).await {
        assert!(found.unwrap().is_some());
    }
}

/// Returns the pauses between requests in milliseconds.
fn pauses(world: &World) -> Vec<u128> {
    let seen = world.ends();
    seen.windows(2).map(|pair| (pair[1].at - pair[0].at).as_millis()).collect()
}

#[tokio::test(start_paused = true)]
async fn many_remaining_requests_cause_no_wait() {
    let plenty = || ("GET pe", found().with(READS, "151"));
    let world = World::new((0..100).map(|_| plenty()));
    gets(&world, 1).await;
    gets(&world, 99).await;
    world.ends_within(0.0, 0.0);
}

#[tokio::test(start_paused = true)]
async fn few_remaining_requests_are_sent_one_by_one() {
    for (name, left, from, to) in [
        // New ones come in every 40 ms.
        (READS, "50", 40, 48),
        (GLOBAL, "25", 100, 103),
        (TENANT, "0", 156, 161),
        (READS, "0", 156, 161),
    ] {
        let first = [("GET pe", found().with(name, left))];
        let world = World::new(first.into_iter().chain((0..3).map(|_| ("GET pe", found()))));
        gets(&world, 1).await;
        gets(&world, 3).await;
        let pauses = pauses(&world);
        assert_eq!(pauses[0], 0, "{name} {left}: {pauses:?}");
        assert!(pauses[1..].iter().all(|it| (from..=to).contains(it)), "{left}: {pauses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_bucket_is_never_emptied() {
    // A bucket as ARM has them, from which we alone draw: 250 reads, and 25 more each second.
    let (mut left, mut at) = (60.0_f64, 0.0_f64);
    let first = [("GET pe", found().with(READS, "60"))];
    let world = World::new(first.into_iter().chain((0..200).map(|_| ("GET pe", found()))));
    gets(&world, 1).await;
    gets(&world, 200).await;
    for seen in world.ends().iter().skip(1) {
        let now = seen.at.as_secs_f64();
        left += (now - at) * 25.0 - 1.0;
        at = now;
        assert!(left > 20.0, "{left} left after {now} s");
    }
}

#[tokio::test(start_paused = true)]
async fn refilled_requests_are_used_at_once() {
    let first = [("GET pe", found().with(READS, "0"))];
    let world = World::new(first.into_iter().chain((0..20).map(|_| ("GET pe", found()))));
    gets(&world, 1).await;
    tokio::time::advance(Duration::from_secs(10)).await;
    gets(&world, 20).await;
    world.ends_within(10.0, 10.0);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_request_makes_all_others_wait() {
    let first = [("GET pe", throttled("30"))];
    let world = World::new(first.into_iter().chain((0..5).map(|_| ("GET pe", found()))));
    let other = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        gets(&world, 4).await;
    };
    tokio::join!(gets(&world, 1), other);
    let seen = world.ends_within(30.0, 31.0);
    // Nor do they all come at once when it is over.
    let at: Vec<_> = seen[1..].iter().map(|it| it.at.as_millis()).collect();
    assert!(at[0] == 30_000 && at.windows(2).all(|pair| pair[1] - pair[0] >= 40), "{at:?}");
}

#[tokio::test(start_paused = true)]
async fn a_busy_resource_stops_no_other_request() {
    let busy = refuses(429, "ReferencedResourceNotProvisioned").with("retry-after", "30");
    let world = World::new([("GET pe", busy), ("GET pe", found()), ("GET pe", found())]);
    let other = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        gets(&world, 1).await;
    };
    tokio::join!(gets(&world, 1), other);
    assert_eq!(pauses(&world), [1_000, 29_000]);
}

#[tokio::test(start_paused = true)]
async fn each_class_has_its_own_bucket() {
    let put = || ("PUT pe", says(200, resource("Succeeded")));
    let world = World::new([
        ("GET pe", throttled("30")),
        put(),
        ("DELETE pe", says(204, resource("Deleting"))),
        ("GET pe", found()),
        absent(),
    ]);
    let writes = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        world.change(WriteMethod::Put, foreign()).await.unwrap();
        world.delete().await.unwrap();
    };
    tokio::join!(gets(&world, 1), writes);
    // The look after what was deleted waits as well.
    assert_eq!(pauses(&world)[..3], [1_000, 0, 29_000]);
    // And writes go slower than reads.
    let world = World::new([("PUT pe", found().with(WRITES, "50")), put(), put()]);
    for _ in 0..3 {
        world.change(WriteMethod::Put, foreign()).await.unwrap();
    }
    let pauses = pauses(&world);
    assert!(pauses[0] == 0 && (100..=110).contains(&pauses[1]), "{pauses:?}");
}

#[tokio::test(start_paused = true)]
async fn each_subscription_has_its_own_bucket() {
    let other = PE.replace("00000000-0", "11111111-1");
    let request = format!("GET {other}?api-version=1");
    let world =
        World::new([("GET pe", throttled("30")), (request.as_str(), found()), ("GET pe", found())]);
    let elsewhere = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let id = ResourceId::parse(&other).unwrap();
        world.arm.get(&id, "1", &world.until).await.unwrap();
    };
    tokio::join!(gets(&world, 1), elsewhere);
    assert_eq!(pauses(&world), [1_000, 29_000]);
}

#[tokio::test(start_paused = true)]
async fn no_wait_exceeds_the_deadline() {
    let world = World::new([("GET pe", throttled("90"))]).within(60);
    world.get().await.unwrap_err();
    // Others learn it without asking, in Azure's own words.
    let error = world.get().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::Timeout, Some("SubscriptionRequestsThrottled"))
    );
    assert_eq!(error.request_id(), Some("request-429"));
    world.ends_within(0.0, 0.0);
    // Nor for their turn.
    let first = [("GET pe", found().with(READS, "0"))];
    let steps = first.into_iter().chain((0..100).map(|_| ("GET pe", found().forever())));
    let world = World::new(steps).within(1);
    gets(&world, 1).await;
    let ended = join_all((0..100).map(|_| world.get())).await;
    let late = ended.iter().filter_map(|it| it.as_ref().err());
    assert!(late.clone().count() > 50 && late.clone().all(|it| it.kind() == ErrorKind::Timeout));
}

#[tokio::test(start_paused = true)]
async fn an_interruption_ends_the_wait() {
    let world = World::new([("GET pe", throttled("30"))]);
    world.interrupt_after(2);
    let (one, two) = tokio::join!(world.get(), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        world.get().await
    });
    assert!(one.unwrap_err().is_cancelled() && two.unwrap_err().is_cancelled());
    world.ends_within(2.0, 2.0);
}
