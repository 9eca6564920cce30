//! What goes wrong: one column of the table each.

use emulator::{Fault, FaultKind};

/// Which requests of an operation a fault meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meets {
    /// All of them, each once, in one run: every second request, as each is repeated.
    All,
    /// Each of them, in a run of its own.
    Each,
    /// Each that changes something, in a run of its own.
    Writes,
    /// Each that only looks, in a run of its own.
    Reads,
}

/// What becomes of a request that a fault meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is refused, or lost on its way: Azure does nothing.
    Undone,
    /// Azure does it; its answer is lost, or what is read then is not to be trusted.
    Done,
    /// Azure accepts it, and its operation fails or does not end.
    Begun,
}

/// What is ordered.
#[derive(Clone, Copy)]
pub(crate) enum What {
    Nothing,
    /// Azure is only slow.
    Slow,
    Fault(fn() -> Fault),
    /// One, and another at the next try of the same request.
    Then(fn() -> Fault, fn() -> Fault),
}

/// A fault, and how it is met.
pub(crate) struct Trouble {
    /// What it is called in the table.
    pub(crate) name: &'static str,
    pub(crate) meets: Meets,
    pub(crate) what: What,
    pub(crate) fate: Fate,
    /// How many seconds the operation may take, where the fault would outlast everything.
    pub(crate) patience: Option<u64>,
    /// Words of the fault, which an error must show.
    pub(crate) says: &'static str,
    /// Whether it goes on for as long as the operation does.
    pub(crate) lasts: bool,
}

impl Trouble {
    const fn new(name: &'static str, meets: Meets, fault: fn() -> Fault) -> Self {
        let (what, fate) = (What::Fault(fault), Fate::Undone);
        Self { name, meets, what, fate, patience: None, says: "", lasts: false }
    }

    /// Something else is ordered.
    const fn orders(mut self, what: What) -> Self {
        self.what = what;
        self
    }

    /// What becomes of the request.
    const fn leaves(mut self, fate: Fate) -> Self {
        self.fate = fate;
        self
    }

    /// It goes on for as long as the operation does, and an error must show these words.
    const fn lasts(mut self, words: &'static str) -> Self {
        self.lasts = true;
        self.says(words)
    }

    /// Words of the fault, which an error must show.
    const fn says(mut self, words: &'static str) -> Self {
        self.says = words;
        self
    }

    /// How many seconds the operation may take.
    const fn patience(mut self, seconds: u64) -> Self {
        self.patience = Some(seconds);
        self
    }

    /// Whether it is over at some time, so that the operation can succeed.
    pub(crate) fn passes(&self) -> bool {
        !self.lasts && self.patience.is_none() && self.says.is_empty()
    }

    /// Whether no answer comes, so that nothing stands in the emulator's log.
    pub(crate) fn hangs(&self) -> bool {
        matches!(self.what, What::Fault(fault) if fault() == Fault::new(FaultKind::Hang))
    }
}

/// Seconds to wait for the end of what does not end. Where that is too short to come to the fault,
/// it is tried again with more.
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
    // Of two in a row for the same request, the second means that the next token is no better.
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

/// What is tried beside them where others are at work too.
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
