//! The faults, one row of the table each.

use emulator::{Fault, FaultKind};

/// Which requests of an operation meet a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meets {
    /// All requests, each once, in one run: every second request, because each is repeated.
    All,
    /// Each request, in a separate run.
    Each,
    /// Each write, in a separate run.
    Writes,
    /// Each read, in a separate run.
    Reads,
}

/// How Azure handles a request that meets a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Azure rejects it or does not receive it.
    Undone,
    /// Azure carries it out, but its response is lost or later reads are stale.
    Done,
    /// Azure accepts it, but its operation fails or never ends.
    Begun,
}

/// Behavior that the emulator is configured for.
#[derive(Clone, Copy)]
pub(crate) enum What {
    Nothing,
    /// Respond slowly.
    Slow,
    Fault(fn() -> Fault),
    /// Fail a request, and fail its retry with another fault.
    Then(fn() -> Fault, fn() -> Fault),
}

/// A fault, the requests that meet it, and what must follow.
pub(crate) struct Trouble {
    /// Title of the fault's row.
    pub(crate) name: &'static str,
    pub(crate) meets: Meets,
    pub(crate) what: What,
    pub(crate) fate: Fate,
    /// Timeout of the operation in seconds, for a fault that never ends.
    pub(crate) patience: Option<u64>,
    /// Words that an error must contain.
    pub(crate) says: &'static str,
    /// `true` if the fault lasts as long as the operation.
    pub(crate) lasts: bool,
}

impl Trouble {
    const fn new(name: &'static str, meets: Meets, fault: fn() -> Fault) -> Self {
        let (what, fate) = (What::Fault(fault), Fate::Undone);
        Self { name, meets, what, fate, patience: None, says: "", lasts: false }
    }

    /// Sets what the emulator does.
    const fn orders(mut self, what: What) -> Self {
        self.what = what;
        self
    }

    /// Sets what Azure does with the request.
    const fn leaves(mut self, fate: Fate) -> Self {
        self.fate = fate;
        self
    }

    /// Makes the fault last as long as the operation, with an error that contains these words.
    const fn lasts(mut self, words: &'static str) -> Self {
        self.lasts = true;
        self.says(words)
    }

    /// Words that an error must contain.
    const fn says(mut self, words: &'static str) -> Self {
        self.says = words;
        self
    }

    /// Sets the timeout of the operation in seconds.
    const fn patience(mut self, seconds: u64) -> Self {
        self.patience = Some(seconds);
        self
    }

    /// Returns `true` if the fault ends, so that the operation can succeed.
    pub(crate) fn passes(&self) -> bool {
        !self.lasts && self.patience.is_none() && self.says.is_empty()
    }

    /// Returns `true` if the emulator sends no response, and so logs nothing.
    pub(crate) fn hangs(&self) -> bool {
        matches!(self.what, What::Fault(fault) if fault() == Fault::new(FaultKind::Hang))
    }
}

/// Timeout in seconds of operations that never end. If it ends before the fault, the run is
/// repeated with a longer one.
const PATIENCE: u64 = 2;

/// Every fault.
pub(crate) const ALL: [Trouble; 23] = [
    Trouble::new("429, Retry-After in seconds", Meets::All, || throttled("1")),
    Trouble::new("429, Retry-After as a date", Meets::All, || throttled("1").as_date()),
    Trouble::new("408", Meets::All, || Fault::status(408, "RequestTimeout", "Too slow.")),
    Trouble::new("500", Meets::All, || Fault::status(500, "InternalServerError", "It broke.")),
    Trouble::new("502 with HTML", Meets::All, || Fault::new(FaultKind::Html { status: 502 })),
    Trouble::new("503", Meets::All, unavailable),
    Trouble::new("reset before", Meets::All, || Fault::new(FaultKind::ResetBefore)),
    Trouble::new("reset after, answer lost", Meets::All, || Fault::new(FaultKind::ResetAfter))
        .leaves(Fate::Done),
    Trouble::new("hangs", Meets::Writes, || Fault::new(FaultKind::Hang)).patience(PATIENCE),
    Trouble::new("truncated JSON", Meets::All, || Fault::new(FaultKind::Truncate))
        .leaves(Fate::Done),
    Trouble::new("invalid JSON", Meets::All, || Fault::new(FaultKind::Garbage)).leaves(Fate::Done),
    // Two in a row for the same request would mean that no token works.
    Trouble::new("401 in the middle", Meets::Each, || Fault::new(FaultKind::ExpiredToken)),
    Trouble::new("403", Meets::Each, || {
        lasting(403, "AuthorizationFailed", "No right to do this.")
    })
    .lasts("No right to do this."),
    Trouble::new("404 after create", Meets::Writes, || {
        Fault::new(FaultKind::HideAfterCreate { reads: 3 })
    })
    .leaves(Fate::Done),
    Trouble::new("stale read", Meets::Writes, || Fault::new(FaultKind::StaleReads { reads: 3 }))
        .leaves(Fate::Done),
    Trouble::new("409, another operation", Meets::Writes, || {
        Fault::status(409, "AnotherOperationInProgress", "Another operation is in progress.")
    }),
    Trouble::new("409, conflict", Meets::Writes, || {
        Fault::status(409, "Conflict", "Another operation is pending on the resource.")
    }),
    Trouble::new("429, a race", Meets::Writes, || {
        Fault::status(429, "ReferencedResourceNotProvisioned", "The subnet is Updating.")
    }),
    Trouble::new("another etag", Meets::Writes, || Fault::new(FaultKind::EtagConflict))
        .leaves(Fate::Done),
    Trouble::new("operation fails, may be repeated", Meets::Writes, || {
        Fault::operation("RetryableError", "A retryable error occurred.")
    })
    .leaves(Fate::Begun),
    Trouble::new("operation fails for good", Meets::Writes, || {
        Fault::operation("InternalServerError", "The fabric broke.")
    })
    .leaves(Fate::Begun)
    .says("The fabric broke."),
    Trouble::new("operation never ends", Meets::Writes, || Fault::new(FaultKind::NeverEnd))
        .orders(What::Slow)
        .leaves(Fate::Begun)
        .patience(PATIENCE),
    Trouble::new("500 for good", Meets::Reads, || lasting(500, "InternalServerError", "Broken."))
        .patience(PATIENCE)
        .lasts("Broken."),
];

/// Further faults for runs with another client.
pub(crate) const MORE: [Trouble; 2] = [
    Trouble::new("nothing goes wrong", Meets::All, || Fault::new(FaultKind::ResetBefore))
        .orders(What::Nothing)
        .leaves(Fate::Done),
    Trouble::new("503, then 403", Meets::Writes, unavailable)
        .orders(What::Then(unavailable, || {
            lasting(403, "RequestDisallowedByPolicy", "No right to do this.")
        }))
        .lasts("No right to do this."),
];

fn unavailable() -> Fault {
    Fault::status(503, "ServiceUnavailable", "Later.")
}

fn lasting(status: u16, code: &str, message: &str) -> Fault {
    Fault::status(status, code, message).count(0)
}

fn throttled(retry_after: &str) -> Fault {
    Fault::status(429, "TooManyRequests", "Slow down.").retry_after(retry_after)
}
