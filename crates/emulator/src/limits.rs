//! Limits on the rate of requests of a subscription: a token bucket for each class of requests, as
//! in ARM.
//!
//! The rate limiters of crates use the real clock. This one uses the virtual clock, and returns the
//! remaining number of requests, which ARM sends in a header.

use std::collections::BTreeMap;

use serde_json::Value;

/// A bucket: its size, and the tokens that each second of the virtual clock adds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// Size of the bucket.
    pub burst: u32,
    /// Number of tokens that a second adds.
    pub per_second: f64,
}

/// Limits of a subscription.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Limit of `GET` and `HEAD`, including polls.
    pub reads: Limit,
    /// Limit of `PUT`, `PATCH` and `POST`.
    pub writes: Limit,
    /// Limit of `DELETE`.
    pub deletes: Limit,
}

/// Default limit, which no client reaches.
const GENEROUS: Limit = Limit { burst: 100_000, per_second: 10_000.0 };

impl Default for Limits {
    fn default() -> Self {
        Self { reads: GENEROUS, writes: GENEROUS, deletes: GENEROUS }
    }
}

impl Limits {
    /// Returns Azure's limits of a principal in a subscription and region.
    #[must_use]
    pub fn azure() -> Self {
        let slow = Limit { burst: 200, per_second: 10.0 };
        Self { reads: Limit { burst: 250, per_second: 25.0 }, writes: slow, deletes: slow }
    }

    /// Parses the form of the control API. Omitted limits keep their values.
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
            let wrong = || format!("{name} must have burst and per_second");
            *limit = Limit { burst: burst.ok_or_else(wrong)?, per_second: rate.ok_or_else(wrong)? };
        }
        Ok(self)
    }
}

/// State of a bucket.
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

    /// Takes a token. Returns the number of remaining tokens, or the seconds until the next token
    /// as an error.
    pub(crate) fn take(&mut self, now: f64) -> Result<f64, f64> {
        let grown = (now - self.at).max(0.0) * self.limit.per_second;
        self.left = (self.left + grown).min(f64::from(self.limit.burst));
        self.at = now;
        if self.left >= 1.0 {
            self.left -= 1.0;
            return Ok(self.left.floor());
        }
        // Without new tokens, any wait is useless, so this says a minute.
        Err(if self.limit.per_second > 0.0 {
            ((1.0 - self.left) / self.limit.per_second).ceil().max(1.0)
        } else {
            60.0
        })
    }
}

/// Buckets of each subscription, by its ID in lower case.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    pub(crate) limits: Limits,
    full: Buckets,
    used: BTreeMap<String, Buckets>,
}

/// Buckets of a subscription.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Buckets {
    pub(crate) reads: Bucket,
    pub(crate) writes: Bucket,
    pub(crate) deletes: Bucket,
}

impl RateLimiter {
    /// Creates full buckets.
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

    /// Returns the buckets of a subscription.
    pub(crate) fn buckets(&mut self, subscription: &str) -> &mut Buckets {
        self.used.entry(subscription.to_owned()).or_insert(self.full)
    }
}
