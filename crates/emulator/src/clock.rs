//! Clock of operations: real time plus the time that tests have skipped.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Seconds since 1970, which can be moved forward.
#[derive(Debug)]
pub(crate) struct Clock {
    begun: f64,
    instant: Instant,
    jumped: f64,
}

impl Clock {
    /// Creates a clock that shows the real time.
    pub(crate) fn new() -> Self {
        Self { begun: real(), instant: Instant::now(), jumped: 0.0 }
    }

    /// Returns the seconds since 1970 on this clock.
    pub(crate) fn now(&self) -> f64 {
        self.begun + self.instant.elapsed().as_secs_f64() + self.jumped
    }

    /// Moves the clock forward.
    pub(crate) fn advance(&mut self, seconds: f64) {
        self.jumped += seconds;
    }
}

/// Returns the real time in seconds since 1970. Tokens use it, because clients do.
pub(crate) fn real() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

/// Formats a time as ARM does.
pub(crate) fn stamp(seconds: f64) -> String {
    let nanoseconds = (seconds * 1e9) as i128;
    OffsetDateTime::from_unix_timestamp_nanos(nanoseconds)
        .ok()
        .and_then(|moment| moment.format(&Rfc3339).ok())
        .unwrap_or_default()
}

/// Formats a time as the first version of the App Service identity endpoint does.
pub(crate) fn american(seconds: f64) -> String {
    let form =
        time::macros::format_description!("[month]/[day]/[year] [hour]:[minute]:[second] +00:00");
    let moment = OffsetDateTime::from_unix_timestamp(seconds as i64).ok();
    moment.and_then(|moment| moment.format(form).ok()).unwrap_or_default()
}
