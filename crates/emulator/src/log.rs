//! Log of requests and responses.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};

/// Maximum number of requests in the log.
const KEPT: usize = 20_000;

/// Maximum size of the bodies in the log, in bytes as received.
const KEPT_BYTES: usize = 16 * 1024 * 1024;

/// A request with its response or failure.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Request {
    /// Number of the request, from 1.
    pub number: u64,
    /// HTTP method.
    pub method: String,
    /// Decoded path.
    pub path: String,
    /// Query as received.
    pub query: String,
    /// `api-version`, if the request has one.
    pub api_version: Option<String>,
    /// HTTP status, or 0 without a response.
    pub status: u16,
    /// JSON body of the request. The log omits the bodies of token requests and bodies of more than
    /// a megabyte, and drops the oldest bodies if there are too many.
    pub body: Option<Value>,
    /// Error code of the response.
    pub code: Option<String>,
    /// `If-Match` header of the request.
    pub if_match: Option<String>,
    /// `If-None-Match` header of the request.
    pub if_none_match: Option<String>,
    /// `User-Agent` header of the request.
    pub user_agent: Option<String>,
    /// `x-ms-correlation-request-id` header of the response.
    pub correlation: String,
    /// Duration of the response in milliseconds.
    pub milliseconds: f64,
    /// Description of the fault that met the request.
    pub fault: Option<String>,
}

impl Request {
    /// Returns the request in the form of the control API.
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

    /// Returns the request as one line of text.
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

/// The latest requests, and counters of all requests.
#[derive(Debug, Default)]
pub(crate) struct Log {
    list: VecDeque<Request>,
    /// Numbers of the requests whose bodies are kept, oldest first, with the sizes of the bodies.
    bodies: VecDeque<(u64, usize)>,
    bytes: usize,
    total: u64,
    by_method: BTreeMap<String, u64>,
    by_status: BTreeMap<u16, u64>,
    /// Number of views of the page.
    pub(crate) page_views: u64,
}

impl Log {
    /// Adds a request whose body has this size, and numbers it.
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

    /// Returns the requests, oldest first.
    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = &Request> {
        self.list.iter()
    }

    /// Returns the counters for the control API.
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
