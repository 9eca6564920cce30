//! The rate limit that ARM grants a subscription: reads, writes and deletes have a bucket of
//! requests each, which fills again at a known rate, and each answer says what is left. All calls
//! share it: they slow down together before they are refused, and wait together when they are.

use crate::deadline::Deadline;
use crate::error::Error;
use crate::request::{ArmRequest, ArmResponse};
use crate::retry::LIMIT;
use azure_core::http::Method;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Number of remaining requests below which requests go one after the other, at the rate at which
/// the bucket refills. The number is larger than the number of parallel requests.
const LOW: f64 = 50.0;

/// Factor by which requests are slower with none remaining, because other clients may use the same
/// bucket.
const SLOWEST: f64 = 4.0;

/// Codes that mean all requests, not one busy resource.
const ALL_REQUESTS: [&str; 4] = [
    "SubscriptionRequestsThrottled",
    "TenantRequestsThrottled",
    "ResourceRequestsThrottled",
    "TooManyRequests",
];

/// The buckets of all requests.
#[derive(Default)]
pub(crate) struct RateLimiter(Mutex<HashMap<BucketKey, Bucket>>);

/// The requests that a bucket is for.
#[derive(PartialEq, Eq, Hash)]
struct BucketKey {
    /// In lower case; empty for requests outside of subscriptions.
    subscription: String,
    class: RequestClass,
}

/// Requests that are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum RequestClass {
    Reads,
    Writes,
    Deletes,
}

impl RequestClass {
    fn of(method: Method) -> Self {
        match method {
            Method::Get | Method::Head => Self::Reads,
            Method::Delete => Self::Deletes,
            _ => Self::Writes,
        }
    }

    /// Returns its name in the headers that count down.
    fn name(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Deletes => "deletes",
        }
    }

    /// Returns the number of requests that the bucket regains each second (learn.microsoft.com,
    /// "Understand how Azure Resource Manager throttles requests").
    fn rate(self) -> f64 {
        match self {
            Self::Reads => 25.0,
            Self::Writes | Self::Deletes => 10.0,
        }
    }
}

/// One bucket, as far as the answers show it.
struct Bucket {
    rate: f64,
    /// Remaining requests of the last answer, less the requests sent since.
    left: f64,
    at: Instant,
    /// Time of the next request while few are left.
    next: Instant,
    /// Set while ARM refuses all requests.
    closed: Option<Closed>,
}

/// A bucket all of whose requests ARM refuses.
#[derive(Clone, Debug)]
struct Closed {
    until: Instant,
    /// The refusal.
    error: Error,
}

/// Time at which a request may be sent.
#[derive(Debug)]
enum Admission {
    /// After this pause.
    In(Duration),
    /// Not before this bucket opens. Then the request has to ask again.
    Closed(Closed),
}

impl Bucket {
    fn left(&self, now: Instant) -> f64 {
        self.left + now.duration_since(self.at).as_secs_f64() * self.rate
    }

    fn admit(&mut self, now: Instant) -> Admission {
        if let Some(closed) = self.closed.as_ref().filter(|closed| now < closed.until) {
            return Admission::Closed(closed.clone());
        }
        self.closed = None;
        let left = self.left(now);
        (self.left, self.at) = ((left - 1.0).max(0.0), now);
        if left > LOW {
            return Admission::In(Duration::ZERO);
        }
        let at = self.next.max(now);
        let slower = 1.0 + (SLOWEST - 1.0) * (LOW - left) / LOW;
        self.next = at + Duration::from_secs_f64(slower / self.rate);
        Admission::In(at - now)
    }

    fn close(&mut self, closed: Closed) {
        let opens = closed.until;
        // The requests that the bucket regains until then are not counted.
        (self.left, self.at) = (0.0, opens);
        if self.closed.as_ref().is_none_or(|other| other.until < opens) {
            self.closed = Some(closed);
            self.next = opens;
        }
    }
}

impl RateLimiter {
    /// Waits until the request may be sent.
    ///
    /// # Errors
    ///
    /// A timeout, at once, if that is beyond the deadline.
    pub(crate) async fn acquire(
        &self,
        request: &ArmRequest<'_>,
        until: &Deadline,
    ) -> Result<(), Error> {
        loop {
            let admission =
                self.buckets().get_mut(&BucketKey::of(request)).map(|it| it.admit(Instant::now()));
            match admission {
                None | Some(Admission::In(Duration::ZERO)) => return Ok(()),
                Some(Admission::In(pause)) => {
                    let _wait = until.waiting(LIMIT);
                    return until.sleep(pause).await;
                }
                Some(Admission::Closed(Closed { until: opens, error })) => {
                    let pause = opens.saturating_duration_since(Instant::now());
                    tracing::debug!(?pause, "the subscription is throttled");
                    let _wait = until.waiting(LIMIT);
                    until.sleep(pause).await.map_err(|end| end.after(&error))?;
                }
            }
        }
    }

    /// Records the remaining requests that an answer reports.
    pub(crate) fn record(&self, request: &ArmRequest<'_>, response: &ArmResponse) {
        let class = RequestClass::of(request.method);
        let left = left_of(response, class);
        let error = (response.status == 429).then(|| response.error());
        let closed =
            error.filter(|it| left == Some(0.0) || ALL_REQUESTS.iter().any(|c| it.code_is(c)));
        let closed = closed.and_then(|error| Some((error.retry_after()?, error)));
        if left.is_none() && closed.is_none() {
            return;
        }
        let now = Instant::now();
        let mut buckets = self.buckets();
        let bucket = buckets.entry(BucketKey::of(request)).or_insert_with(|| {
            let rate = class.rate();
            Bucket { rate, left: 0.0, at: now, next: now, closed: None }
        });
        (bucket.left, bucket.at) = (left.unwrap_or_default(), now);
        // No deadline is beyond the end of the clock.
        if let Some((pause, error)) = closed
            && let Some(until) = now.checked_add(pause)
        {
            bucket.close(Closed { until, error });
        }
    }

    fn buckets(&self) -> MutexGuard<'_, HashMap<BucketKey, Bucket>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BucketKey {
    fn of(request: &ArmRequest<'_>) -> Self {
        let mut path = request.url.path_segments().into_iter().flatten();
        let subscription = match path.next() {
            Some(first) if first.eq_ignore_ascii_case("subscriptions") => path.next(),
            _ => None,
        };
        let subscription = subscription.unwrap_or_default().to_lowercase();
        Self { subscription, class: RequestClass::of(request.method) }
    }
}

/// Returns the smallest number of remaining requests in the headers.
fn left_of(response: &ArmResponse, class: RequestClass) -> Option<f64> {
    let counts = response.headers.iter().filter_map(|(name, value)| {
        let of = name.as_str().strip_prefix("x-ms-ratelimit-remaining-")?;
        value.as_str().trim().parse::<u32>().ok().filter(|_| of.ends_with(class.name()))
    });
    counts.min().map(f64::from)
}
