//! Counts requests, and refuses them when a subscription has sent too many.

use super::subscription;
use crate::arm_error::ArmError;
use crate::request::HttpRequest;
use crate::response::HttpResponse;
use crate::world::World;
use crate::world::settings::Settings;

/// Limit of all applications together, as a multiple of the limit of one.
const GLOBAL: f64 = 15.0;

/// Counts a request and answers it, or refuses it if the bucket is empty.
pub(super) fn throttle(
    world: &mut World,
    request: &HttpRequest,
    serve: impl FnOnce(&mut World) -> HttpResponse,
) -> HttpResponse {
    let now = world.clock.now();
    let subscription = subscription::of(world, request).to_ascii_lowercase();
    let buckets = world.rate_limiter.buckets(&subscription);
    let (class, word, bucket) = match request.method.as_str() {
        "GET" | "HEAD" => ("reads", "read", &mut buckets.reads),
        "DELETE" => ("deletes", "delete", &mut buckets.deletes),
        _ => ("writes", "write", &mut buckets.writes),
    };
    let burst = f64::from(bucket.limit.burst);
    let (response, left) = match bucket.take(now) {
        Ok(left) => (serve(world), left),
        Err(seconds) => (exceeded(&subscription, word, seconds).into(), 0.0),
    };
    // No other application sends requests, so both buckets have the same use.
    let global = burst * GLOBAL - (burst - left);
    response
        .header(&format!("x-ms-ratelimit-remaining-subscription-{class}"), &left.to_string())
        .header(
            &format!("x-ms-ratelimit-remaining-subscription-global-{class}"),
            &global.to_string(),
        )
}

fn exceeded(subscription: &str, word: &str, seconds: f64) -> ArmError {
    let text = format!(
        "Number of '{word}' requests for subscription '{subscription}' actor '{}' exceeded. Please \
         try again after '{seconds}' seconds after additional tokens are available. Refer to \
         https://aka.ms/arm-throttling for additional information.",
        Settings::object_id()
    );
    ArmError::new(429, "SubscriptionRequestsThrottled", text)
        .header("Retry-After", seconds.to_string())
}
