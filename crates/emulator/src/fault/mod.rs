//! Misbehaviour to order: which requests it meets, and what it does to them.

pub(crate) mod foundry;
mod order;

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

/// What goes wrong.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The request is refused and not carried out.
    Status {
        /// HTTP status.
        status: u16,
        /// The error's code.
        code: String,
        /// The error's words.
        message: String,
        /// The text of `Retry-After`: seconds or an HTTP date.
        retry_after: Option<String>,
        /// Sends the seconds of `retry_after` as the date at which they have passed.
        as_date: bool,
    },
    /// The connection breaks by a TCP reset, the request is not carried out.
    ResetBefore,
    /// The request is carried out, then the connection breaks by a TCP reset: the response is lost.
    ResetAfter,
    /// No response ever comes; the request is not carried out.
    Hang,
    /// The response is late by so much real time.
    Delay {
        /// Milliseconds.
        milliseconds: u64,
    },
    /// The request is carried out; the connection breaks once half of the response's body is sent.
    Truncate,
    /// The request is carried out; the response's body is no JSON.
    Garbage,
    /// A gateway answers with a page for people; the request is not carried out.
    Html {
        /// HTTP status.
        status: u16,
    },
    /// The request is accepted, its operation fails.
    FailOperation {
        /// The error's code.
        code: String,
        /// The error's words.
        message: String,
    },
    /// The request is accepted, its operation never ends.
    NeverEnd,
    /// 401: the token has expired.
    ExpiredToken,
    /// What a request creates answers 404 for a while.
    HideAfterCreate {
        /// How many reads.
        reads: u32,
    },
    /// What a request changes is still shown as it was for a while.
    StaleReads {
        /// How many reads.
        reads: u32,
    },
    /// The request is carried out; its response bears this header in the place of its own.
    Header {
        /// The header's name.
        name: String,
        /// The header's text.
        value: String,
    },
    /// Somebody else writes the resource just before the request: its etag is another one.
    EtagConflict,
    /// Somebody else changes a resource just before the request is carried out.
    Change {
        /// The resource.
        id: String,
        /// The change, after RFC 7396.
        change: Value,
    },
    /// Somebody else adds an entry to a list of a resource, unless it is in there, just before the
    /// request is carried out.
    Add {
        /// The resource.
        id: String,
        /// Where the list is, after RFC 6901.
        list: String,
        /// The entry.
        entry: Value,
    },
    /// Somebody else makes a resource, or replaces it, just before the request is carried out.
    Put {
        /// The resource.
        id: String,
        /// Its body.
        body: Value,
    },
    /// Somebody else deletes a resource just before the request is carried out.
    Delete {
        /// The resource.
        id: String,
    },
}

/// Which of the matching requests an order meets.
#[derive(Debug, Clone, PartialEq)]
enum Frequency {
    Each,
    Every {
        nth: u64,
        seen: u64,
    },
    /// With this probability, by a generator that begins with a seed.
    Chance {
        rate: f64,
        state: u64,
    },
}

/// Which requests match.
#[derive(Debug, Clone, Default, PartialEq)]
struct Filter {
    method: Option<String>,
    path: Option<String>,
}

impl Filter {
    fn matches(&self, method: &str, path: &str) -> bool {
        let path = path.to_ascii_lowercase();
        self.method.as_ref().is_none_or(|own| own.eq_ignore_ascii_case(method))
            && self.path.as_ref().is_none_or(|own| path.contains(&own.to_ascii_lowercase()))
    }
}

/// An order: the matching requests from the `nth` on, `count` times. The same requests in the same
/// order meet the same faults in every run, chance included.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    filter: Filter,
    /// What it waits for: a request that is let through itself.
    after: Option<Filter>,
    skip: u64,
    count: u64,
    frequency: Frequency,
    kind: FaultKind,
}

impl Fault {
    /// Meets the next request, whatever it is, once.
    #[must_use]
    pub fn new(kind: FaultKind) -> Self {
        let filter = Filter::default();
        Self { filter, after: None, skip: 0, count: 1, frequency: Frequency::Each, kind }
    }

    /// Refuses with a status, a code and words.
    #[must_use]
    pub fn status(status: u16, code: &str, message: &str) -> Self {
        Self::new(FaultKind::Status {
            status,
            code: code.to_owned(),
            message: message.to_owned(),
            retry_after: None,
            as_date: false,
        })
    }

    /// Lets the operation that a request starts fail.
    #[must_use]
    pub fn operation(code: &str, message: &str) -> Self {
        let (code, message) = (code.to_owned(), message.to_owned());
        Self::new(FaultKind::FailOperation { code, message })
    }

    /// Adds `Retry-After` to a status.
    #[must_use]
    pub fn retry_after(mut self, value: &str) -> Self {
        if let FaultKind::Status { retry_after, .. } = &mut self.kind {
            *retry_after = Some(value.to_owned());
        }
        self
    }

    /// Sends the seconds of `Retry-After` as a date.
    #[must_use]
    pub fn as_date(mut self) -> Self {
        if let FaultKind::Status { as_date, .. } = &mut self.kind {
            *as_date = true;
        }
        self
    }

    /// Meets only this method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.filter.method = Some(method.to_owned());
        self
    }

    /// Meets only paths that contain this, in any casing. Control requests are never met.
    #[must_use]
    pub fn path(mut self, part: &str) -> Self {
        self.filter.path = Some(part.to_owned());
        self
    }

    /// Meets nothing until a request of this method has come to a path that contains this.
    #[must_use]
    pub fn after(mut self, method: &str, path: &str) -> Self {
        self.after = Some(Filter { method: Some(method.to_owned()), path: Some(path.to_owned()) });
        self
    }

    /// Lets matching requests through until the `nth` (1 is the next).
    #[must_use]
    pub fn nth(mut self, nth: u64) -> Self {
        self.skip = nth.saturating_sub(1);
        self
    }

    /// How many requests it meets; 0 means all from then on.
    #[must_use]
    pub fn count(mut self, count: u64) -> Self {
        self.count = if count == 0 { u64::MAX } else { count };
        self
    }

    /// Meets every `nth` matching request, for good unless [`Fault::count`] follows.
    #[must_use]
    pub fn every(mut self, nth: u64) -> Self {
        self.frequency = Frequency::Every { nth: nth.max(1), seen: 0 };
        self.count(0)
    }

    /// Meets matching requests at a rate between 0 and 1, chosen by a seed, for good unless
    /// [`Fault::count`] follows.
    #[must_use]
    pub fn chance(mut self, rate: f64, seed: u64) -> Self {
        self.frequency = Frequency::Chance { rate, state: seed };
        self.count(0)
    }

    /// Whether it is waiting for another request first; it no longer is when that is this one.
    fn is_waiting(&mut self, method: &str, path: &str) -> bool {
        let waits = self.after.is_some();
        self.after.take_if(|after| after.matches(method, path));
        waits
    }

    /// Whether this matching request is one to meet.
    fn fires(&mut self) -> bool {
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        match &mut self.frequency {
            Frequency::Each => true,
            Frequency::Every { nth, seen } => {
                *seen += 1;
                seen.is_multiple_of(*nth)
            }
            Frequency::Chance { rate, state } => chance(state) < *rate,
        }
    }
}

/// A number between 0 and 1, evenly spread (splitmix64). A crate's generator may change from one
/// version to the next; the faults of a seed must not.
fn chance(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

/// The text of `Retry-After`, as a date where that was ordered.
pub(crate) fn retry_after(value: &str, as_date: bool) -> String {
    match value.parse() {
        Ok(seconds) if as_date => {
            httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(seconds))
        }
        _ => value.to_owned(),
    }
}

/// What the orders do to one request.
#[derive(Debug, Default)]
pub(crate) struct Injected {
    /// What somebody else does just before it.
    pub(crate) meanwhile: Vec<FaultKind>,
    /// What goes wrong with it.
    pub(crate) fault: Option<FaultKind>,
}

impl Injected {
    /// What the log says of it.
    pub(crate) fn describe(&self) -> Option<String> {
        let words: Vec<_> =
            self.meanwhile.iter().chain(&self.fault).map(|kind| format!("{kind:?}")).collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
}

impl FaultKind {
    /// Whether it is what somebody else does, and not something that goes wrong.
    fn is_meanwhile(&self) -> bool {
        match self {
            Self::Change { .. } | Self::Add { .. } | Self::Put { .. } | Self::Delete { .. } => true,
            other => *other == Self::EtagConflict,
        }
    }
}

/// The orders that are not used up.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    list: Vec<Fault>,
    /// How many requests have met an order so far.
    pub(crate) met: u64,
}

impl Faults {
    /// Adds an order.
    pub(crate) fn add(&mut self, fault: Fault) {
        self.list.push(fault);
    }

    /// Forgets all orders.
    pub(crate) fn clear(&mut self) {
        self.list.clear();
    }

    /// What the matching orders do to a request: all that somebody else does, and the first of what
    /// goes wrong.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Injected {
        let mut injected = Injected::default();
        for fault in &mut self.list {
            if fault.is_waiting(method, path) || !fault.filter.matches(method, path) {
                continue;
            }
            let meanwhile = fault.kind.is_meanwhile();
            if fault.fires() && (meanwhile || injected.fault.is_none()) {
                fault.count = fault.count.saturating_sub(u64::from(fault.count != u64::MAX));
                if meanwhile {
                    injected.meanwhile.push(fault.kind.clone());
                } else {
                    injected.fault = Some(fault.kind.clone());
                }
            }
        }
        self.list.retain(|fault| fault.count > 0);
        self.met += u64::from(injected.fault.is_some() || !injected.meanwhile.is_empty());
        injected
    }

    /// Numbers for the control API.
    pub(crate) fn counters(&self) -> Value {
        json!({ "pending": self.list.len(), "met": self.met })
    }
}
