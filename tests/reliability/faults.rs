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

/// A fault, and how it is met.
pub(crate) struct Trouble {
    /// What it is called in the table.
    pub(crate) name: &'static str,
    pub(crate) meets: Meets,
    /// What is ordered; nothing where Azure is only slow.
    pub(crate) fault: Option<fn() -> Fault>,
    /// How long the operation may take, where the fault would outlast everything.
    pub(crate) patience: Option<&'static str>,
    /// Words of the fault, which an error must show.
    pub(crate) says: &'static str,
    /// Whether it goes on for as long as the operation does.
    pub(crate) lasts: bool,
}

impl Trouble {
    const fn new(name: &'static str, meets: Meets, fault: fn() -> Fault) -> Self {
        Self { name, meets, fault: Some(fault), patience: None, says: "", lasts: false }
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

    /// How long the operation may take.
    const fn patience(mut self, patience: &'static str) -> Self {
        self.patience = Some(patience);
        self
    }
}

/// Long enough for all that an operation does here, short enough to wait for.
const PATIENCE: &str = "2s";

/// Every fault.
pub(crate) const ALL: [Trouble; 23] = [
    Trouble::new("429, Retry-After in seconds", Meets::All, || throttled("1")),
    Trouble::new("429, Retry-After as a date", Meets::All, || throttled("1").as_date()),
    Trouble::new("408", Meets::All, || Fault::status(408, "RequestTimeout", "Too slow.")),
    Trouble::new("500", Meets::All, || Fault::status(500, "InternalServerError", "It broke.")),
    Trouble::new("502 with HTML", Meets::All, || Fault::new(FaultKind::Html { status: 502 })),
    Trouble::new("503", Meets::All, || Fault::status(503, "ServiceUnavailable", "Later.")),
    Trouble::new("reset before", Meets::All, || Fault::new(FaultKind::ResetBefore)),
    Trouble::new("reset after, answer lost", Meets::All, || Fault::new(FaultKind::ResetAfter)),
    Trouble::new("hangs", Meets::Writes, || Fault::new(FaultKind::Hang)).patience(PATIENCE),
    Trouble::new("truncated JSON", Meets::All, || Fault::new(FaultKind::Truncate)),
    Trouble::new("invalid JSON", Meets::All, || Fault::new(FaultKind::Garbage)),
    // Of two in a row for the same request, the second means that the next token is no better.
    Trouble::new("401 in the middle", Meets::Each, || Fault::new(FaultKind::ExpiredToken)),
    Trouble::new("403", Meets::Each, || {
        lasting(403, "AuthorizationFailed", "No right to do this.")
    })
    .lasts("No right to do this."),
    Trouble::new("404 after create", Meets::Writes, || {
        Fault::new(FaultKind::HideAfterCreate { reads: 3 })
    }),
    Trouble::new("stale read", Meets::Writes, || Fault::new(FaultKind::StaleReads { reads: 3 })),
    Trouble::new("409, another operation", Meets::Writes, || {
        Fault::status(409, "AnotherOperationInProgress", "Another operation is in progress.")
    }),
    Trouble::new("409, conflict", Meets::Writes, || {
        Fault::status(409, "Conflict", "Another operation is pending on the resource.")
    }),
    Trouble::new("429, a race", Meets::Writes, || {
        Fault::status(429, "ReferencedResourceNotProvisioned", "The subnet is Updating.")
    }),
    Trouble::new("another etag", Meets::Writes, || Fault::new(FaultKind::EtagConflict)),
    Trouble::new("operation fails, may be repeated", Meets::Writes, || {
        Fault::operation("RetryableError", "A retryable error occurred.")
    }),
    Trouble::new("operation fails for good", Meets::Writes, || {
        Fault::operation("InternalServerError", "The fabric broke.")
    })
    .says("The fabric broke."),
    Trouble {
        name: "operation never ends",
        meets: Meets::Writes,
        fault: None,
        patience: Some(PATIENCE),
        says: "",
        lasts: false,
    },
    Trouble::new("500 for good", Meets::Reads, || lasting(500, "InternalServerError", "Broken."))
        .patience(PATIENCE)
        .lasts("Broken."),
];

fn lasting(status: u16, code: &str, message: &str) -> Fault {
    Fault::status(status, code, message).count(0)
}

fn throttled(retry_after: &str) -> Fault {
    Fault::status(429, "TooManyRequests", "Slow down.").retry_after(retry_after)
}
