//! What was asked and how it was answered.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};

/// How many requests are remembered.
const KEPT: usize = 20_000;

/// How many bytes of bodies are remembered, as they came.
const KEPT_BYTES: usize = 16 * 1024 * 1024;

/// One request that was answered, or broken off on purpose.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Request {
    /// Counts from 1.
    pub number: u64,
    /// The HTTP method.
    pub method: String,
    /// The path, decoded.
    pub path: String,
    /// The query as it came.
    pub query: String,
    /// `api-version`, where there was one.
    pub api_version: Option<String>,
    /// The status; 0 when no response was given.
    pub status: u16,
    /// The request body, where it was JSON. Those to token endpoints and those of more than a
    /// megabyte are not kept, and the oldest are forgotten when there are too many.
    pub body: Option<Value>,
    /// The error code of the response.
    pub code: Option<String>,
    /// `If-Match`, where it was sent.
    pub if_match: Option<String>,
    /// `If-None-Match`, where it was sent.
    pub if_none_match: Option<String>,
    /// `User-Agent`.
    pub user_agent: Option<String>,
    /// `x-ms-correlation-request-id` of the response.
    pub correlation: String,
    /// How long the response took, in milliseconds.
    pub milliseconds: f64,
    /// The fault to order that it met.
    pub fault: Option<String>,
}

impl Request {
    /// The form of the control API.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "number": self.number,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "api_version": self.api_version,
            "status": self.status,
            "body": self.body,
            "code": self.code,
            "if_match": self.if_match,
            "if_none_match": self.if_none_match,
            "user_agent": self.user_agent,
            "correlation": self.correlation,
            "milliseconds": self.milliseconds,
            "fault": self.fault,
        })
    }

    /// One line for people.
    #[must_use]
    pub fn to_line(&self) -> String {
        let version = self.api_version.as_deref().unwrap_or("-");
        let code = self.code.as_deref().unwrap_or("");
        let fault = self.fault.as_ref().map_or(String::new(), |fault| format!(" fault={fault}"));
        format!(
            "{:>5} {:>6.1} ms  {} {:<6} {}  {version} {code}{fault}",
            self.number, self.milliseconds, self.status, self.method, self.path
        )
    }
}

/// The latest requests and counts of all.
#[derive(Debug, Default)]
pub(crate) struct Log {
    list: VecDeque<Request>,
    /// The numbers of those whose bodies are kept, oldest first, with the bodies' sizes.
    bodies: VecDeque<(u64, usize)>,
    bytes: usize,
    total: u64,
    by_method: BTreeMap<String, u64>,
    by_status: BTreeMap<u16, u64>,
    /// How often a browser has asked for the page.
    pub(crate) page_views: u64,
}

impl Log {
    /// Remembers a request with a body of so many bytes, and gives it its number.
    pub(crate) fn add(&mut self, mut request: Request, size: usize) -> Request {
        self.total += 1;
        request.number = self.total;
        *self.by_method.entry(request.method.clone()).or_default() += 1;
        *self.by_status.entry(request.status).or_default() += 1;
        if self.list.len() == KEPT {
            self.list.pop_front();
        }
        self.list.push_back(request.clone());
        if request.body.is_some() {
            self.bodies.push_back((request.number, size));
            self.bytes += size;
        }
        while self.bytes > KEPT_BYTES
            && let Some((number, size)) = self.bodies.pop_front()
        {
            self.bytes -= size;
            let first = self.list.front().map_or(0, |first| first.number);
            let place = number.checked_sub(first).and_then(|place| usize::try_from(place).ok());
            if let Some(old) = place.and_then(|place| self.list.get_mut(place)) {
                old.body = None;
            }
        }
        request
    }

    /// The requests, oldest first.
    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = &Request> {
        self.list.iter()
    }

    /// Numbers for the control API.
    pub(crate) fn counters(&self) -> Value {
        let by_status: BTreeMap<String, u64> =
            self.by_status.iter().map(|(status, count)| (status.to_string(), *count)).collect();
        json!({
            "requests": self.total,
            "by_method": self.by_method,
            "by_status": by_status,
            "page_views": self.page_views,
        })
    }
}
