//! How many requests a subscription may make: a bucket of tokens for each class, as ARM has them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ArmError;
use crate::subscription;
use crate::token;
use crate::world::World;

/// A bucket: how many requests at once, and how many more each second of the virtual clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// The size of the bucket.
    pub burst: u32,
    /// How fast it fills.
    pub per_second: f64,
}

/// The limits of a subscription.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// `GET` and `HEAD`, polls included.
    pub reads: Limit,
    /// `PUT`, `PATCH` and `POST`.
    pub writes: Limit,
    /// `DELETE`.
    pub deletes: Limit,
}

/// So much that nobody meets it unasked.
const GENEROUS: Limit = Limit { burst: 100_000, per_second: 10_000.0 };

impl Default for Limits {
    fn default() -> Self {
        Self { reads: GENEROUS, writes: GENEROUS, deletes: GENEROUS }
    }
}

impl Limits {
    /// What Azure grants a principal in a subscription and region.
    #[must_use]
    pub fn azure() -> Self {
        let slow = Limit { burst: 200, per_second: 10.0 };
        Self { reads: Limit { burst: 250, per_second: 25.0 }, writes: slow, deletes: slow }
    }

    /// Reads the form of the control API; what it does not name stays as it is.
    pub(crate) fn changed(mut self, order: &Value) -> Result<Self, String> {
        for (name, limit) in [
            ("reads", &mut self.reads),
            ("writes", &mut self.writes),
            ("deletes", &mut self.deletes),
        ] {
            if order[name].is_null() {
                continue;
            }
            let burst = order[name]["burst"].as_u64().and_then(|burst| u32::try_from(burst).ok());
            let rate = order[name]["per_second"].as_f64().filter(|rate| *rate >= 0.0);
            let wrong = || format!("{name} needs burst and per_second");
            *limit = Limit { burst: burst.ok_or_else(wrong)?, per_second: rate.ok_or_else(wrong)? };
        }
        Ok(self)
    }
}

/// A bucket in use.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    limit: Limit,
    left: f64,
    at: f64,
}

/// All applications together may do so many times as much as one.
const GLOBAL: f64 = 15.0;

impl Bucket {
    fn full(limit: Limit, now: f64) -> Self {
        Self { limit, left: f64::from(limit.burst), at: now }
    }

    /// Takes a token: how many are left, or in how many seconds there is one.
    fn take(&mut self, now: f64) -> Result<f64, f64> {
        let grown = (now - self.at).max(0.0) * self.limit.per_second;
        self.left = (self.left + grown).min(f64::from(self.limit.burst));
        self.at = now;
        if self.left >= 1.0 {
            self.left -= 1.0;
            return Ok(self.left.floor());
        }
        // With nothing coming in, a minute is as good as any time.
        Err(if self.limit.per_second > 0.0 {
            ((1.0 - self.left) / self.limit.per_second).ceil().max(1.0)
        } else {
            60.0
        })
    }
}

/// The buckets of each subscription, by its ID in lower case.
#[derive(Debug)]
pub(crate) struct Meters {
    pub(crate) limits: Limits,
    full: Buckets,
    used: BTreeMap<String, Buckets>,
}

/// The buckets of a subscription.
#[derive(Debug, Clone, Copy)]
struct Buckets {
    reads: Bucket,
    writes: Bucket,
    deletes: Bucket,
}

impl Meters {
    /// Full buckets.
    pub(crate) fn new(limits: Limits, now: f64) -> Self {
        Self {
            limits,
            full: Buckets {
                reads: Bucket::full(limits.reads, now),
                writes: Bucket::full(limits.writes, now),
                deletes: Bucket::full(limits.deletes, now),
            },
            used: BTreeMap::new(),
        }
    }
}

/// Counts a request and answers it, or refuses it because the bucket is empty.
pub(crate) fn meter(
    world: &mut World,
    call: &Call,
    serve: impl FnOnce(&mut World) -> Answer,
) -> Answer {
    let now = world.clock.now();
    let subscription = subscription::of(world, call).to_ascii_lowercase();
    let meters = &mut world.meters;
    let buckets = meters.used.entry(subscription.clone()).or_insert(meters.full);
    let (class, word, bucket) = match call.method.as_str() {
        "GET" | "HEAD" => ("reads", "read", &mut buckets.reads),
        "DELETE" => ("deletes", "delete", &mut buckets.deletes),
        _ => ("writes", "write", &mut buckets.writes),
    };
    let burst = f64::from(bucket.limit.burst);
    let (answer, left) = match bucket.take(now) {
        Ok(left) => (serve(world), left),
        Err(seconds) => (exceeded(&subscription, word, seconds).into(), 0.0),
    };
    // The other applications do nothing here, so that what is used up is the same in both.
    let global = burst * GLOBAL - (burst - left);
    answer
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
        token::object_id()
    );
    ArmError::new(429, "SubscriptionRequestsThrottled", text)
        .header("Retry-After", seconds.to_string())
}
