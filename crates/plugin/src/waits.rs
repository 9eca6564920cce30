//! The waits of a call: a log line every minute, and a warning after a long call.
//!
//! Each call has one recorder ([`Context::waits`](crate::context::Context::waits)). Code that waits
//! opens a wait with [`Waits::begin`] and closes it by dropping the returned [`Wait`]. Waits may
//! be nested: the time counts for the open wait that began last, so no second counts twice.

use crate::diagnostic::Diagnostic;
use crate::journal::lock;
use std::fmt::Write;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// Time between two log lines about one call.
const LOGGED_EVERY: Duration = Duration::from_secs(60);

/// Time from which on the end of a call reports how long it took.
const LONG: Duration = Duration::from_secs(5 * 60);

/// Shortest wait that a report names.
const NAMED_FROM: Duration = Duration::from_secs(1);

/// Shortest time outside of waits that a report names.
const REST_FROM: Duration = Duration::from_secs(10);

/// The recorder of what one call waits for. A clone records into the same place.
#[derive(Clone, Debug)]
pub struct Waits(Arc<Mutex<Record>>);

#[derive(Debug)]
struct Record {
    begun: Instant,
    /// Until when the time is counted.
    counted: Instant,
    /// The phases of the call, in the order of their first wait.
    phases: Vec<Phase>,
    /// The waits under way, in the order of their begin.
    open: Vec<Open>,
    next_key: u64,
}

/// Everything that was waited for under one name.
#[derive(Debug)]
struct Phase {
    what: String,
    took: Duration,
}

#[derive(Debug)]
struct Open {
    key: u64,
    /// Index of its phase.
    phase: usize,
    /// When the wait is given up; `None` beyond the end of the clock.
    gives_up: Option<Instant>,
}

/// A wait under way. It ends when this value is dropped.
#[derive(Debug)]
#[must_use = "the wait ends when this value is dropped"]
pub struct Wait {
    record: Arc<Mutex<Record>>,
    key: u64,
}

impl Drop for Wait {
    fn drop(&mut self) {
        let mut record = lock(&self.record);
        record.count(Instant::now());
        record.open.retain(|it| it.key != self.key);
    }
}

impl Default for Waits {
    fn default() -> Self {
        let now = Instant::now();
        let (phases, open) = (Vec::new(), Vec::new());
        Self(Arc::new(Mutex::new(Record { begun: now, counted: now, phases, open, next_key: 0 })))
    }
}

impl Record {
    /// Adds the time since the last count to the wait that began last.
    fn count(&mut self, now: Instant) {
        let passed = now.duration_since(self.counted);
        self.counted = now;
        let phase = self.open.last().map(|open| open.phase);
        if let Some(phase) = phase.and_then(|index| self.phases.get_mut(index)) {
            phase.took += passed;
        }
    }

    fn phase(&mut self, what: String) -> usize {
        let known = self.phases.iter().position(|phase| phase.what == what);
        known.unwrap_or_else(|| {
            self.phases.push(Phase { what, took: Duration::ZERO });
            self.phases.len() - 1
        })
    }

    /// Returns a line for each phase with its time, in the order of their first wait.
    fn report(&self, total: Duration) -> Vec<String> {
        let named = self.phases.iter().filter(|phase| phase.took >= NAMED_FROM);
        let line = |phase: &Phase| format!("{} waiting for {}", spoken(phase.took), phase.what);
        let mut lines: Vec<String> = named.map(line).collect();
        let waited: Duration = self.phases.iter().map(|phase| phase.took).sum();
        let rest = total.saturating_sub(waited);
        if rest >= REST_FROM {
            lines.push(format!("{} for everything else, such as requests", spoken(rest)));
        }
        lines
    }
}

impl Waits {
    /// Begins a wait for `what`, a noun phrase such as `the DNS zone "a" to be created`. The wait
    /// is given up after `left`.
    pub fn begin(&self, what: impl Into<String>, left: Duration) -> Wait {
        let now = Instant::now();
        let mut record = lock(&self.0);
        record.count(now);
        let phase = record.phase(what.into());
        let key = record.next_key;
        record.next_key += 1;
        record.open.push(Open { key, phase, gives_up: now.checked_add(left) });
        Wait { record: Arc::clone(&self.0), key }
    }

    /// Runs a call to its end and passes a line about it to `report` every minute. `doing` is what
    /// the call does, such as `Creating acme_network`.
    pub(crate) async fn watch<T>(
        &self,
        doing: &str,
        work: impl Future<Output = T>,
        report: impl Fn(String),
    ) -> T {
        let mut work = pin!(work);
        loop {
            match timeout(LOGGED_EVERY, work.as_mut()).await {
                Ok(done) => return done,
                Err(_) => report(format!("{doing}: {}", self.current())),
            }
        }
    }

    /// Returns the text of the current wait: its phase, its time, and when the provider gives up.
    fn current(&self) -> String {
        let now = Instant::now();
        let mut record = lock(&self.0);
        record.count(now);
        let (what, took, gives_up) = match record.open.last() {
            None => ("an answer to a request", Duration::ZERO, None),
            Some(open) => {
                let phase = record.phases.get(open.phase);
                let (what, took) = phase.map_or(("", Duration::ZERO), |it| (&it.what, it.took));
                (what, took, open.gives_up)
            }
        };
        let mut text = format!("waiting for {what}");
        if took >= NAMED_FROM {
            let _ = write!(text, " for {}", spoken(took));
        }
        let _ = write!(text, "; {} since the start", spoken(now.duration_since(record.begun)));
        if let Some(end) = gives_up {
            let _ = write!(text, "; gives up in {}", spoken(end.saturating_duration_since(now)));
        }
        text
    }

    /// Logs what a finished call waited for. Returns a warning if the call took long.
    pub(crate) fn finish(&self, doing: &str, id: &str, succeeded: bool) -> Option<Diagnostic> {
        let now = Instant::now();
        let mut record = lock(&self.0);
        record.count(now);
        let total = now.duration_since(record.begun);
        let lines = record.report(total);
        let took = spoken(total);
        if !lines.is_empty() {
            tracing::info!(id, "{doing} took {took}: {}", lines.join(", "));
        }
        if total <= LONG {
            return None;
        }
        let mut detail = if id.is_empty() { String::new() } else { format!("{id}\n\n") };
        lines.iter().for_each(|line| {
            let _ = writeln!(detail, "  - {line}");
        });
        let done = if succeeded { "The operation succeeded. " } else { "" };
        let _ = write!(
            detail,
            "\n{done}To see every minute what an operation waits for, set the environment \
             variable TF_LOG_PROVIDER to INFO."
        );
        Some(Diagnostic::warning(format!("{doing} took {took}"), detail))
    }
}

/// A duration in words, such as `12 minutes` or `1 hour 5 minutes`: in seconds below a minute, and
/// rounded to minutes above.
pub(crate) fn spoken(time: Duration) -> String {
    let many = |count: u64, unit: &str| match count {
        1 => format!("1 {unit}"),
        count => format!("{count} {unit}s"),
    };
    let seconds = time.as_secs();
    if seconds < 60 {
        return many(seconds, "second");
    }
    let minutes = (seconds + 30) / 60;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => many(minutes, "minute"),
        (hours, 0) => many(hours, "hour"),
        (hours, minutes) => format!("{} {}", many(hours, "hour"), many(minutes, "minute")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{advance, sleep};

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn durations_are_spoken_in_whole_units() {
        for (seconds, expected) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (89, "1 minute"),
            (90, "2 minutes"),
            (3600, "1 hour"),
            (3900, "1 hour 5 minutes"),
            (7260, "2 hours 1 minute"),
        ] {
            assert_eq!(spoken(Duration::from_secs(seconds)), expected);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn time_counts_once_and_for_the_wait_that_began_last() {
        let waits = Waits::default();
        let roles = waits.begin("the roles", 30 * MINUTE);
        advance(4 * MINUTE).await;
        let throttled = waits.begin("the request limit", 20 * MINUTE);
        advance(2 * MINUTE).await;
        drop(throttled);
        advance(3 * MINUTE).await;
        drop(roles);
        advance(MINUTE).await;
        let _again = waits.begin("the roles", MINUTE);
        advance(MINUTE).await;
        let warning = waits.finish("Creating lab_thing", "/things/a", true).expect("it was long");
        assert_eq!(warning.summary, "Creating lab_thing took 11 minutes");
        let lines: Vec<&str> = warning.detail.lines().collect();
        assert_eq!(
            lines[..5],
            [
                "/things/a",
                "",
                "  - 8 minutes waiting for the roles",
                "  - 2 minutes waiting for the request limit",
                "  - 1 minute for everything else, such as requests",
            ]
        );
        assert!(warning.detail.contains("The operation succeeded."));
    }

    #[tokio::test(start_paused = true)]
    async fn waits_that_overlap_end_in_any_order() {
        let waits = Waits::default();
        let first = waits.begin("a", MINUTE);
        let second = waits.begin("b", MINUTE);
        advance(MINUTE).await;
        drop(first);
        advance(MINUTE).await;
        drop(second);
        advance(MINUTE).await;
        let record = lock(&waits.0);
        let took: Vec<_> = record.phases.iter().map(|it| (it.what.as_str(), it.took)).collect();
        assert_eq!(took, [("a", Duration::ZERO), ("b", 2 * MINUTE)]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_of_five_minutes_gets_no_warning() {
        let waits = Waits::default();
        advance(LONG).await;
        assert_eq!(waits.finish("Creating lab_thing", "", true), None);
        advance(Duration::from_secs(1)).await;
        let warning = waits.finish("Creating lab_thing", "", false).expect("it was long");
        assert!(!warning.detail.contains("succeeded"), "{warning}");
    }

    #[tokio::test(start_paused = true)]
    async fn every_minute_a_line_says_what_is_waited_for_and_until_when() {
        let waits = Waits::default();
        let lines = Mutex::new(Vec::new());
        let work = async {
            let wait = waits.begin("the roles", 10 * MINUTE);
            sleep(150 * Duration::from_secs(1)).await;
            drop(wait);
            sleep(40 * Duration::from_secs(1)).await;
        };
        waits.watch("Creating lab_thing", work, |line| lock(&lines).push(line)).await;
        assert_eq!(
            *lock(&lines),
            [
                "Creating lab_thing: waiting for the roles for 1 minute; 1 minute since the \
                 start; gives up in 9 minutes",
                "Creating lab_thing: waiting for the roles for 2 minutes; 2 minutes since the \
                 start; gives up in 8 minutes",
                "Creating lab_thing: waiting for an answer to a request; 3 minutes since the start",
            ]
        );
    }
}
