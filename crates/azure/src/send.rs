//! One request: signed in, within a deadline. A read is repeated while the fault is a passing one;
//! a write is sent once, because before it is sent again, what it was made from must be read again.

use crate::bounded::{Spoilt, whole};
use crate::credential::carried;
use crate::deadline::Deadline;
use crate::error::{Error, Kind, words_of};
use crate::fault::plain_words;
use crate::http::{Arm, Condition};
use crate::retry::{self, Backoff};
use azure_core::error::ErrorKind;
use azure_core::http::headers::Headers;
use azure_core::http::{Context, Method, PipelineStreamOptions, Request};
use bytes::Bytes;
use serde_json::Value as Json;
use std::error::Error as StdError;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;
use url::Url;

/// Bytes that an answer may have. ARM's own limit is 8 MB.
const LARGEST_ANSWER: usize = 32 << 20;

/// An answer of the service, whatever its status.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
}

/// One request.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<&'a Json>,
    pub(crate) condition: &'a Condition,
    /// How often in a row the connection may fail, where the request is repeated.
    pub(crate) most_faults: u32,
    /// Whether it tells what becomes of a change: that something else is in the way is an answer
    /// then, because the whole change is made again, not the request.
    pub(crate) decides: bool,
}

/// What an answer, or the lack of one, is worth.
enum Verdict {
    Final(Answer),
    /// The token was refused.
    Refused(Answer),
    Passing {
        fault: Error,
        asked: Option<Duration>,
        /// Whether there was no answer to understand.
        torn: bool,
    },
    Hopeless(Error),
}

impl Answer {
    pub(crate) fn header(&self, name: &'static str) -> Option<&str> {
        self.headers.get_optional_str(&name.into()).filter(|text| !text.is_empty())
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether it is a 404 that ARM cannot have written: it tells nothing of what was asked for.
    fn is_nobodys(&self) -> bool {
        self.status == 404 && self.json().is_err()
    }

    pub(crate) fn json(&self) -> Result<Json, Error> {
        if self.body.is_empty() {
            return Ok(Json::Null);
        }
        serde_json::from_slice(&self.body).map_err(|fault| {
            let words = plain_words(&self.body);
            let text = format!("The answer is no JSON: {fault}. It begins with: {words}");
            self.identified(Error::new(Kind::Broken, text))
        })
    }

    pub(crate) fn retry_after(&self) -> Option<Duration> {
        retry::asked_for(&self.headers, SystemTime::now())
    }

    pub(crate) fn error(&self) -> Error {
        let error = match self.status {
            300..=399 => Error::of_redirect(self.status, self.header("location")),
            _ => Error::of_answer(self.status, &self.body),
        };
        self.identified(error).with_retry_after(self.retry_after())
    }

    /// The same error with the IDs that the answer has.
    pub(crate) fn identified(&self, error: Error) -> Error {
        let id = |name| self.header(name).map(str::to_owned);
        error.with_ids(id("x-ms-request-id"), id("x-ms-correlation-request-id"))
    }
}

impl Call<'_> {
    pub(crate) fn get(url: Url) -> Call<'static> {
        Call {
            method: Method::Get,
            url,
            body: None,
            condition: &Condition::None,
            most_faults: retry::MOST_CONNECTION_FAULTS,
            decides: false,
        }
    }

    fn judge(&self, answered: Result<Answer, Error>) -> Verdict {
        match answered {
            Ok(answer) if answer.status == 401 => Verdict::Refused(answer),
            Ok(answer) if retry::is_passing(answer.status) => {
                let fault = answer.error();
                if self.decides && retry::is_worth_reissuing(&fault) {
                    return Verdict::Final(answer);
                }
                let acted = answer.status >= 500 || answer.status == 408;
                Verdict::Passing {
                    asked: answer.retry_after(),
                    fault: fault.having_acted(acted),
                    torn: false,
                }
            }
            // What was read only in part, or from someone between, is read again.
            Ok(answer) if self.method == Method::Get && answer.is_success() => {
                match answer.json() {
                    Ok(_) => Verdict::Final(answer),
                    Err(fault) => Verdict::Passing { fault, asked: None, torn: true },
                }
            }
            Ok(answer) if self.method == Method::Get && answer.is_nobodys() => {
                Verdict::Passing { fault: answer.error(), asked: None, torn: true }
            }
            Ok(answer) => Verdict::Final(answer),
            Err(fault) if fault.may_pass() => Verdict::Passing { fault, asked: None, torn: true },
            Err(fault) => Verdict::Hopeless(fault),
        }
    }
}

impl Arm {
    /// Sends a request until it is answered by more than a passing fault.
    pub(crate) async fn send(&self, call: &Call<'_>, until: &Deadline) -> Result<Answer, Error> {
        let mut backoff = Backoff::of_requests();
        let (mut faults, mut renewed) = (0, false);
        let mut last: Option<Error> = None;
        loop {
            let (fault, asked) = match call.judge(self.answered(call, until).await) {
                Verdict::Refused(_) if !renewed => {
                    // The token that was refused is forgotten by now; another may be better.
                    renewed = true;
                    continue;
                }
                Verdict::Final(answer) | Verdict::Refused(answer) => return Ok(answer),
                Verdict::Hopeless(fault) => {
                    return Err(match last {
                        Some(last) => fault.after(&last),
                        None => fault,
                    });
                }
                Verdict::Passing { fault, asked, torn } => {
                    faults = if torn { faults + 1 } else { 0 };
                    if faults >= call.most_faults {
                        return Err(
                            fault.with_note(&format!("That was the last of {faults} tries."))
                        );
                    }
                    (fault, asked)
                }
            };
            renewed = false;
            let pause = backoff.pause(asked);
            tracing::debug!(%fault, ?pause, "the request is repeated");
            until.sleep(pause).await.map_err(|end| end.after(&fault))?;
            last = Some(fault);
        }
    }

    /// Sends a request once, whatever comes of it.
    pub(crate) async fn send_once(
        &self,
        call: &Call<'_>,
        until: &Deadline,
    ) -> Result<Answer, Error> {
        match call.judge(self.answered(call, until).await) {
            Verdict::Final(answer) | Verdict::Refused(answer) => Ok(answer),
            Verdict::Hopeless(fault) | Verdict::Passing { fault, .. } => Err(fault),
        }
    }

    /// One try. A change that was sent is not torn by an interruption: its answer tells whether
    /// something exists now.
    async fn answered(&self, call: &Call<'_>, until: &Deadline) -> Result<Answer, Error> {
        self.budget().turn(call, until).await?;
        let once = self.once(call);
        if call.method == Method::Get {
            until.run(once).await
        } else {
            until.run_to_its_end(once).await
        }
    }

    async fn once(&self, call: &Call<'_>) -> Result<Answer, Error> {
        let mut request = Request::new(call.url.clone(), call.method);
        request.insert_header("accept", "application/json");
        match call.condition {
            Condition::None => {}
            Condition::IfMatch(etag) => request.insert_header("if-match", etag.clone()),
            Condition::IfNoneMatch => request.insert_header("if-none-match", "*"),
        }
        if let Some(body) = call.body {
            request.insert_header("content-type", "application/json");
            request.set_body(body.to_string());
        }
        let started = Instant::now();
        let answered = self.exchange(&mut request).await;
        log(call, &answered, started.elapsed());
        if let Ok(answer) = &answered {
            self.budget().heard(call, answer);
        }
        answered.map_err(|fault| match fault.correlation_id() {
            Some(_) => fault,
            None => fault.with_ids(None, self.correlation_id()),
        })
    }

    async fn exchange(&self, request: &mut Request) -> Result<Answer, Error> {
        let url = request.url().clone();
        let options = PipelineStreamOptions { skip_checks: true, ..Default::default() };
        let sent = self.pipeline().stream(&Context::default(), request, Some(options)).await;
        let response = sent.map_err(|fault| fault_of(&fault, &url))?;
        let (status, headers, stream) = response.deconstruct();
        let body = whole(stream, LARGEST_ANSWER).await.map_err(|spoilt| match spoilt {
            Spoilt::Torn(fault) => fault_of(&fault, &url),
            Spoilt::TooLarge => {
                let limit = format!("The answer is larger than {LARGEST_ANSWER} bytes.");
                Error::new(Kind::Broken, limit).having_acted(true)
            }
        })?;
        Ok(Answer { status: status.into(), headers, body })
    }
}

fn log(call: &Call<'_>, answered: &Result<Answer, Error>, took: Duration) {
    // Without the query: that of an operation's address is signed.
    let (method, path) = (call.method, call.url.path());
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    match answered {
        Ok(answer) => {
            let request_id = answer.header("x-ms-request-id").unwrap_or_default();
            tracing::debug!(%method, path, status = answer.status, ms, request_id, "ARM");
            // Bodies hold what the user configured, and no credentials: those are headers.
            if let Some(body) = call.body {
                tracing::trace!(%method, path, %body, "sent");
            }
            let body = String::from_utf8_lossy(&answer.body);
            tracing::trace!(%method, path, %body, "answered");
        }
        Err(fault) => tracing::debug!(%method, path, ms, %fault, "ARM"),
    }
}

/// What the lack of an answer means.
fn fault_of(fault: &azure_core::Error, url: &Url) -> Error {
    let place = url.origin().ascii_serialization();
    // The address may be 4 kB of signature, or hold any word.
    let words = words_of(inside(fault)).replace(url.as_str(), &place);
    let says = |kind, what: &str| Error::new(kind, format!("{place} {what}: {words}."));
    match fault.kind() {
        ErrorKind::Credential => carried(fault)
            .unwrap_or_else(|| Error::of_source(Kind::SignIn, "There is no token", fault)),
        // A certificate that is not trusted now will not be in a moment.
        ErrorKind::Connection if words.to_lowercase().contains("certificate") => {
            says(Kind::Transport, "has a certificate that is not trusted").that_lasts()
        }
        ErrorKind::Connection => says(Kind::Transport, "cannot be reached"),
        ErrorKind::Io => says(Kind::Transport, "did not answer").having_acted(true),
        _ => says(Kind::Broken, "was not asked"),
    }
}

/// What is inside the libraries' wrappers, which say no more than that there was a request.
fn inside(fault: &azure_core::Error) -> &(dyn StdError + 'static) {
    const WRAPPERS: [&str; 4] =
        ["failed to execute", "error converting", "error sending request", "client error ("];
    let mut inside: &(dyn StdError + 'static) = fault;
    while let Some(cause) = inside.source() {
        let text = inside.to_string();
        if !WRAPPERS.iter().any(|wrapper| text.starts_with(wrapper)) {
            break;
        }
        inside = cause;
    }
    inside
}
