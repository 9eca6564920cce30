//! Faults: which requests they meet, and what they do.

pub(crate) mod foundry;
mod order;

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

/// Effect of a fault.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum FaultKind {
    /// Refuses the request without running it.
    Status {
        /// HTTP status.
        status: u16,
        /// Code of the error.
        code: String,
        /// Message of the error.
        message: String,
        /// Value of `Retry-After`: seconds or an HTTP date.
        retry_after: Option<String>,
        /// If `true`, sends the seconds of `retry_after` as a date.
        as_date: bool,
    },
    /// Resets the TCP connection without running the request.
    ResetBefore,
    /// Runs the request, then resets the TCP connection, so that the response is lost.
    ResetAfter,
    /// Never responds and does not run the request.
    Hang,
    /// Delays the response by real time.
    Delay {
        /// Milliseconds.
        milliseconds: u64,
    },
    /// Runs the request, and closes the connection after half of the response's body.
    Truncate,
    /// Runs the request, and responds with a body that is not JSON.
    Garbage,
    /// Responds with a gateway's HTML page without running the request.
    Html {
        /// HTTP status.
        status: u16,
    },
    /// Accepts the request, and lets its operation fail.
    FailOperation {
        /// Code of the error.
        code: String,
        /// Message of the error.
        message: String,
    },
    /// Accepts the request, and never ends its operation.
    NeverEnd,
    /// Responds with 401, because the token has expired.
    ExpiredToken,
    /// Answers 404 to the first reads of a resource that the request creates.
    HideAfterCreate {
        /// Number of reads.
        reads: u32,
    },
    /// Answers the first reads after the request with the previous resource.
    StaleReads {
        /// Number of reads.
        reads: u32,
    },
    /// Runs the request, and replaces a header of the response.
    Header {
        /// Name of the header.
        name: String,
        /// Value of the header.
        value: String,
    },
    /// Writes the resource just before the request, so that its ETag changes.
    EtagConflict,
    /// Changes a resource just before the request, as another client would.
    Change {
        /// ID of the resource.
        id: String,
        /// JSON Merge Patch (RFC 7396).
        change: Value,
    },
    /// Adds an entry to a list of a resource just before the request, as another client would,
    /// unless the list already has it.
    Add {
        /// ID of the resource.
        id: String,
        /// JSON pointer to the list (RFC 6901).
        list: String,
        /// The entry.
        entry: Value,
    },
    /// Creates or replaces a resource just before the request, as another client would.
    Put {
        /// ID of the resource.
        id: String,
        /// Body of the resource.
        body: Value,
    },
    /// Deletes a resource just before the request, as another client would.
    Delete {
        /// ID of the resource.
        id: String,
    },
}

/// Selection of the matching requests that a fault meets.
#[derive(Debug, Clone, PartialEq)]
enum Frequency {
    Each,
    Every {
        nth: u64,
        seen: u64,
    },
    /// Meets each request with this probability, from a random generator with a seed.
    Chance {
        rate: f64,
        state: u64,
    },
}

/// Condition on the method and path of a request.
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

/// A fault, which meets the matching requests from the `nth` on, `count` times. Equal sequences of
/// requests meet equal faults in every run, including those by chance.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    filter: Filter,
    /// Request that must come first, and is not met itself.
    after: Option<Filter>,
    skip: u64,
    count: u64,
    frequency: Frequency,
    kind: FaultKind,
}

impl Fault {
    /// Creates a fault that meets the next request, once.
    #[must_use]
    pub fn new(kind: FaultKind) -> Self {
        let filter = Filter::default();
        Self { filter, after: None, skip: 0, count: 1, frequency: Frequency::Each, kind }
    }

    /// Creates a fault that refuses a request with a status, a code and a message.
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

    /// Creates a fault that fails the operation of a request.
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

    /// Meets only paths that contain this text, in any case. Faults never meet control requests.
    #[must_use]
    pub fn path(mut self, part: &str) -> Self {
        self.filter.path = Some(part.to_owned());
        self
    }

    /// Meets nothing until a request with this method and a path with this text has come.
    #[must_use]
    pub fn after(mut self, method: &str, path: &str) -> Self {
        self.after = Some(Filter { method: Some(method.to_owned()), path: Some(path.to_owned()) });
        self
    }

    /// Skips matching requests until the `nth`. 1 is the next one.
    #[must_use]
    pub fn nth(mut self, nth: u64) -> Self {
        self.skip = nth.saturating_sub(1);
        self
    }

    /// Sets how many requests the fault meets. 0 means all.
    #[must_use]
    pub fn count(mut self, count: u64) -> Self {
        self.count = if count == 0 { u64::MAX } else { count };
        self
    }

    /// Meets every `nth` matching request, without limit unless [`Fault::count`] follows.
    #[must_use]
    pub fn every(mut self, nth: u64) -> Self {
        self.frequency = Frequency::Every { nth: nth.max(1), seen: 0 };
        self.count(0)
    }

    /// Meets matching requests at a rate between 0 and 1, chosen from a seed, without limit unless
    /// [`Fault::count`] follows.
    #[must_use]
    pub fn chance(mut self, rate: f64, seed: u64) -> Self {
        self.frequency = Frequency::Chance { rate, state: seed };
        self.count(0)
    }

    /// Returns `true` if the fault still waits for another request. Stops waiting if this is the
    /// one.
    fn is_waiting(&mut self, method: &str, path: &str) -> bool {
        let waits = self.after.is_some();
        self.after.take_if(|after| after.matches(method, path));
        waits
    }

    /// Returns `true` if the fault meets this matching request.
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

/// Returns an evenly distributed number between 0 and 1 (splitmix64). The generator of a crate may
/// change between versions, and the faults of a seed must not.
fn chance(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

/// Returns the value of `Retry-After`, as a date if the fault asks for one.
pub(crate) fn retry_after(value: &str, as_date: bool) -> String {
    match value.parse() {
        Ok(seconds) if as_date => {
            httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(seconds))
        }
        _ => value.to_owned(),
    }
}

/// Effects of the faults on one request.
#[derive(Debug, Default)]
pub(crate) struct Injected {
    /// Changes by other clients just before the request.
    pub(crate) meanwhile: Vec<FaultKind>,
    /// Failure of the request.
    pub(crate) fault: Option<FaultKind>,
}

impl Injected {
    /// Describes the effects for the log.
    pub(crate) fn describe(&self) -> Option<String> {
        let words: Vec<_> =
            self.meanwhile.iter().chain(&self.fault).map(|kind| format!("{kind:?}")).collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
}

impl FaultKind {
    /// Returns `true` for a change by another client, as opposed to a failure.
    fn is_meanwhile(&self) -> bool {
        match self {
            Self::Change { .. } | Self::Add { .. } | Self::Put { .. } | Self::Delete { .. } => true,
            other => *other == Self::EtagConflict,
        }
    }
}

/// Faults that are not used up.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    list: Vec<Fault>,
    /// Number of requests that a fault has met.
    pub(crate) met: u64,
}

impl Faults {
    /// Adds a fault.
    pub(crate) fn add(&mut self, fault: Fault) {
        self.list.push(fault);
    }

    /// Removes all faults.
    pub(crate) fn clear(&mut self) {
        self.list.clear();
    }

    /// Returns the effects of the matching faults on a request: all changes by other clients, and
    /// the first failure.
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

    /// Returns the counters for the control API.
    pub(crate) fn counters(&self) -> Value {
        json!({ "pending": self.list.len(), "met": self.met })
    }
}
