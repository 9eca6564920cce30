//! How many requests a subscription may make: a bucket of tokens for each class, as ARM has them.
//! Limiters of crates live by the machine's clock; this one lives by the virtual clock, and tells
//! how much is left, which ARM answers in a header.

use std::collections::BTreeMap;

use serde_json::Value;

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
pub(crate) struct Bucket {
    pub(crate) limit: Limit,
    left: f64,
    at: f64,
}

impl Bucket {
    fn full(limit: Limit, now: f64) -> Self {
        Self { limit, left: f64::from(limit.burst), at: now }
    }

    /// Takes a token: how many are left, or in how many seconds there is one.
    pub(crate) fn take(&mut self, now: f64) -> Result<f64, f64> {
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
pub(crate) struct RateLimiter {
    pub(crate) limits: Limits,
    full: Buckets,
    used: BTreeMap<String, Buckets>,
}

/// The buckets of a subscription.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Buckets {
    pub(crate) reads: Bucket,
    pub(crate) writes: Bucket,
    pub(crate) deletes: Bucket,
}

impl RateLimiter {
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

    /// The buckets of a subscription.
    pub(crate) fn buckets(&mut self, subscription: &str) -> &mut Buckets {
        self.used.entry(subscription.to_owned()).or_insert(self.full)
    }
}
