//! What ARM grants a subscription: reads, writes and deletes have a bucket of requests each, which
//! fills again at a known rate, and each answer says what is left. All calls share it: they slow
//! down together before they are refused, and wait together when they are.

use crate::deadline::Deadline;
use crate::error::Error;
use crate::send::{Answer, Call};
use azure_core::http::Method;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// With so many requests left they go one after the other, as fast as new ones come in. It is more
/// than are under way at the same time.
const LOW: f64 = 50.0;

/// How much slower they go with none left, because others may draw from the same bucket.
const SLOWEST: f64 = 4.0;

/// Codes that speak of all requests, not of one resource that is busy.
const OF_ALL: [&str; 4] = [
    "SubscriptionRequestsThrottled",
    "TenantRequestsThrottled",
    "ResourceRequestsThrottled",
    "TooManyRequests",
];

/// The buckets, by subscription and class.
#[derive(Default)]
pub(crate) struct Budget(Mutex<HashMap<(String, Class), Bucket>>);

/// Requests that are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Class {
    Reads,
    Writes,
    Deletes,
}

impl Class {
    fn of(method: Method) -> Self {
        match method {
            Method::Get | Method::Head => Self::Reads,
            Method::Delete => Self::Deletes,
            _ => Self::Writes,
        }
    }

    /// As the headers that count down call it.
    fn name(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Deletes => "deletes",
        }
    }

    /// How many requests come in again each second (learn.microsoft.com, "Understand how Azure
    /// Resource Manager throttles requests").
    fn rate(self) -> f64 {
        match self {
            Self::Reads => 25.0,
            Self::Writes | Self::Deletes => 10.0,
        }
    }
}

/// What is known of one bucket.
struct Bucket {
    rate: f64,
    /// What was left when it was last heard of, less what was sent since.
    left: f64,
    at: Instant,
    /// When the next request may go, while there are few left.
    next: Instant,
    /// Until when all are refused, and in which words.
    closed: Option<(Instant, Error)>,
}

/// When a request may go.
#[derive(Debug)]
enum Turn {
    /// After this.
    In(Duration),
    /// Not before this, and then it has to ask again.
    Closed(Duration, Error),
}

impl Bucket {
    fn left(&self, now: Instant) -> f64 {
        self.left + now.duration_since(self.at).as_secs_f64() * self.rate
    }

    fn turn(&mut self, now: Instant) -> Turn {
        if let Some((opens, fault)) = &self.closed
            && now < *opens
        {
            return Turn::Closed(*opens - now, fault.clone());
        }
        self.closed = None;
        let left = self.left(now);
        (self.left, self.at) = ((left - 1.0).max(0.0), now);
        if left > LOW {
            return Turn::In(Duration::ZERO);
        }
        let turn = self.next.max(now);
        let slower = 1.0 + (SLOWEST - 1.0) * (LOW - left) / LOW;
        self.next = turn + Duration::from_secs_f64(slower / self.rate);
        Turn::In(turn - now)
    }

    fn close(&mut self, opens: Instant, fault: Error) {
        // What comes in until then is what one request takes.
        (self.left, self.at) = (0.0, opens);
        if self.closed.as_ref().is_none_or(|(until, _)| *until < opens) {
            self.closed = Some((opens, fault));
            self.next = opens;
        }
    }
}

impl Budget {
    /// Waits until the request may be sent.
    ///
    /// # Errors
    ///
    /// At once, when that is beyond the deadline.
    pub(crate) async fn turn(&self, call: &Call<'_>, until: &Deadline) -> Result<(), Error> {
        loop {
            let turn = self.buckets().get_mut(&key(call)).map(|it| it.turn(Instant::now()));
            match turn {
                None | Some(Turn::In(Duration::ZERO)) => return Ok(()),
                Some(Turn::In(pause)) => return until.sleep(pause).await,
                Some(Turn::Closed(pause, fault)) => {
                    tracing::debug!(?pause, "the subscription is throttled");
                    until.sleep(pause).await.map_err(|end| end.after(&fault))?;
                }
            }
        }
    }

    /// Takes note of what an answer says of the budget.
    pub(crate) fn heard(&self, call: &Call<'_>, answer: &Answer) {
        let class = Class::of(call.method);
        let left = left_of(answer, class);
        let error = (answer.status == 429).then(|| answer.error());
        let closed = error.filter(|it| left == Some(0.0) || OF_ALL.iter().any(|c| it.code_is(c)));
        let closed = closed.and_then(|error| Some((error.retry_after()?, error)));
        if left.is_none() && closed.is_none() {
            return;
        }
        let now = Instant::now();
        let mut buckets = self.buckets();
        let bucket = buckets.entry(key(call)).or_insert_with(|| {
            let rate = class.rate();
            Bucket { rate, left: 0.0, at: now, next: now, closed: None }
        });
        (bucket.left, bucket.at) = (left.unwrap_or_default(), now);
        // Beyond what a clock can hold nobody waits anyway.
        if let Some((pause, fault)) = closed
            && let Some(opens) = now.checked_add(pause)
        {
            bucket.close(opens, fault);
        }
    }

    fn buckets(&self) -> MutexGuard<'_, HashMap<(String, Class), Bucket>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The subscription of a request, empty where it has none, and its class.
fn key(call: &Call<'_>) -> (String, Class) {
    let mut path = call.url.path_segments().into_iter().flatten();
    let subscription = match path.next() {
        Some(first) if first.eq_ignore_ascii_case("subscriptions") => path.next(),
        _ => None,
    };
    (subscription.unwrap_or_default().to_lowercase(), Class::of(call.method))
}

/// The least that the headers say is left.
fn left_of(answer: &Answer, class: Class) -> Option<f64> {
    let counts = answer.headers.iter().filter_map(|(name, value)| {
        let of = name.as_str().strip_prefix("x-ms-ratelimit-remaining-")?;
        value.as_str().trim().parse::<u32>().ok().filter(|_| of.ends_with(class.name()))
    });
    counts.min().map(f64::from)
}
