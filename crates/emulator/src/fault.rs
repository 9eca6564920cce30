//! Misbehaviour to order: which requests it meets, and what it does to them.

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
    },
    /// The connection breaks, the request is not carried out.
    ResetBefore,
    /// The request is carried out, then the connection breaks: the answer is lost.
    ResetAfter,
    /// No answer ever comes; the request is not carried out.
    Hang,
    /// The answer is late by so much real time.
    Delay {
        /// Milliseconds.
        milliseconds: u64,
    },
    /// The request is carried out; the answer's body ends in the middle.
    Truncate,
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
    /// 401: the token has expired.
    ExpiredToken,
    /// What a request creates answers 404 for a while.
    HideAfterCreate {
        /// How many reads.
        reads: u32,
    },
}

/// An order: the matching requests from the `nth` on, `count` times.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    method: Option<String>,
    path: Option<String>,
    skip: u64,
    count: u64,
    kind: FaultKind,
}

impl Fault {
    /// Meets the next request, whatever it is, once.
    #[must_use]
    pub fn new(kind: FaultKind) -> Self {
        Self { method: None, path: None, skip: 0, count: 1, kind }
    }

    /// Refuses with a status, a code and words.
    #[must_use]
    pub fn status(status: u16, code: &str, message: &str) -> Self {
        Self::new(FaultKind::Status {
            status,
            code: code.to_owned(),
            message: message.to_owned(),
            retry_after: None,
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

    /// Meets only this method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Meets only paths that contain this, in any casing. Control requests are never met.
    #[must_use]
    pub fn path(mut self, part: &str) -> Self {
        self.path = Some(part.to_owned());
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

    fn matches(&self, method: &str, path: &str) -> bool {
        let path = path.to_ascii_lowercase();
        self.method.as_ref().is_none_or(|own| own.eq_ignore_ascii_case(method))
            && self.path.as_ref().is_none_or(|own| path.contains(&own.to_ascii_lowercase()))
    }

    /// Reads the order that the control API takes.
    ///
    /// # Errors
    /// Says in words what is missing or unknown.
    pub fn from_json(order: &Value) -> Result<Self, String> {
        const NAMES: [&str; 11] = [
            "method",
            "path",
            "nth",
            "count",
            "kind",
            "status",
            "code",
            "message",
            "retry_after",
            "milliseconds",
            "reads",
        ];
        let map = order.as_object().ok_or("the order is not a JSON object")?;
        if let Some(name) = map.keys().find(|name| !NAMES.contains(&name.as_str())) {
            return Err(format!("unknown name '{name}', known are {}", NAMES.join(", ")));
        }
        let mut fault = Self::new(read_kind(order)?);
        fault.method = order["method"].as_str().map(str::to_owned);
        fault.path = order["path"].as_str().map(str::to_owned);
        let nth = order["nth"].as_u64().unwrap_or(1);
        Ok(fault.nth(nth).count(order["count"].as_u64().unwrap_or(1)))
    }
}

fn read_kind(order: &Value) -> Result<FaultKind, String> {
    let text = |name: &str, default: &str| order[name].as_str().unwrap_or(default).to_owned();
    let status = |default| match order["status"].as_u64().map(u16::try_from) {
        None => Ok(default),
        Some(Ok(status)) if (200..=599).contains(&status) => Ok(status),
        Some(_) => Err("status is not an HTTP status".to_owned()),
    };
    let retry_after = match &order["retry_after"] {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let number = |name: &str| order[name].as_u64().ok_or(format!("{name} is not a number"));
    Ok(match order["kind"].as_str().ok_or("kind is missing")? {
        "status" => FaultKind::Status {
            status: status(500)?,
            code: text("code", "InternalServerError"),
            message: text("message", "A fault to order."),
            retry_after,
        },
        "reset_before" => FaultKind::ResetBefore,
        "reset_after" => FaultKind::ResetAfter,
        "hang" => FaultKind::Hang,
        "delay" => FaultKind::Delay { milliseconds: number("milliseconds")? },
        "truncate" => FaultKind::Truncate,
        "html" => FaultKind::Html { status: status(502)? },
        "fail_operation" => FaultKind::FailOperation {
            code: text("code", "InternalServerError"),
            message: text("message", "A fault to order."),
        },
        "expired_token" => FaultKind::ExpiredToken,
        "hide_after_create" => {
            let reads = u32::try_from(number("reads")?).map_err(|error| error.to_string())?;
            FaultKind::HideAfterCreate { reads }
        }
        other => return Err(format!("unknown kind '{other}'")),
    })
}

/// The orders that are not used up.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    list: Vec<Fault>,
    met: u64,
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

    /// What the first matching order does to a request.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Option<FaultKind> {
        let mut found = None;
        for fault in self.list.iter_mut().filter(|fault| fault.matches(method, path)) {
            if fault.skip > 0 {
                fault.skip -= 1;
            } else if found.is_none() {
                fault.count = fault.count.saturating_sub(u64::from(fault.count != u64::MAX));
                found = Some(fault.kind.clone());
            }
        }
        self.list.retain(|fault| fault.count > 0);
        self.met += u64::from(found.is_some());
        found
    }

    /// Numbers for the control API.
    pub(crate) fn counters(&self) -> Value {
        json!({ "pending": self.list.len(), "met": self.met })
    }
}
