//! A careful ARM client: it reads before it writes, makes each write conditional on what it read,
//! and reads again after each fault.

use std::path::Path;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::emulator::Emulator;
use crate::failure::{Context as _, Failure, Result};
use crate::https::Https;

/// Number of tries for one object. About one request in twenty meets a fault.
const TRIES: u32 = 60;

/// Increase of the pause after each try, and its maximum.
const PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// Method of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// A `PUT` of the whole object, if its ETag has not changed.
    Whole,
    /// A `PATCH` of the changed properties, for services without ETags.
    Part,
}

/// A client of ARM with its counters.
#[derive(Debug)]
pub(super) struct Arm {
    https: Https,
    base: String,
    token: String,
    pub(super) requests: u64,
    /// Number of writes that ARM refused because another client had changed the object.
    pub(super) collisions: u64,
    /// Number of reads of objects while an operation of another client was running.
    pub(super) busy: u64,
    /// Latest answer.
    last: String,
}

impl Arm {
    pub(super) fn new(emulator: &Emulator) -> Result<Self> {
        let https = Https::new(Some(Path::new(emulator.fact("ca")?)))?;
        let token = emulator.sign_in(&https)?;
        let base = emulator.fact("base")?.to_owned();
        Ok(Self { https, base, token, requests: 0, collisions: 0, busy: 0, last: String::new() })
    }

    /// Reads an object, or returns `None` if it does not exist.
    pub(super) fn find(&mut self, id: &str, api: &str) -> Result<Option<Value>> {
        self.again_and_again(id, |arm| arm.look(id, api))
    }

    /// Creates an object under a name that no other client uses, and returns the created object.
    pub(super) fn make(&mut self, id: &str, api: &str, body: &Value) -> Result<Value> {
        self.again_and_again(id, |arm| {
            let found = arm.look(id, api)?;
            match found {
                Some(found) if state(&found) == State::Good => return Some(found),
                Some(found) if state(&found) == State::Bad => {
                    let tag = found["etag"].as_str().map(str::to_owned);
                    arm.write(&Method::PUT, id, api, body, tag.map(|tag| ("if-match", tag)));
                }
                Some(_) => {}
                None => {
                    let condition = ("if-none-match", "*".to_owned());
                    arm.write(&Method::PUT, id, api, body, Some(condition));
                }
            }
            None
        })
    }

    /// Changes an object until it shows the change, or returns `false` if it does not exist.
    /// `change` returns the whole object or a part of it.
    pub(super) fn change(
        &mut self,
        (id, api, how): (&str, &str, How),
        shows: impl Fn(&Value) -> bool,
        change: impl Fn(&Value) -> Value,
    ) -> Result<bool> {
        let mut written = false;
        self.again_and_again(id, |arm| {
            let Some(found) = arm.look(id, api)? else { return Some(false) };
            match state(&found) {
                State::Good if shows(&found) => return Some(true),
                State::Moving => {
                    arm.busy += u64::from(!written);
                    return None;
                }
                State::Good | State::Bad => written = true,
            }
            let body = change(&found);
            match how {
                How::Whole => {
                    let tag = found["etag"].as_str().unwrap_or("*").to_owned();
                    arm.write(&Method::PUT, id, api, &body, Some(("if-match", tag)));
                }
                How::Part => arm.write(&Method::PATCH, id, api, &body, None),
            }
            None
        })
    }

    fn again_and_again<T>(
        &mut self,
        id: &str,
        mut once: impl FnMut(&mut Self) -> Option<T>,
    ) -> Result<T> {
        for tried in 1..=TRIES {
            if let Some(done) = once(self) {
                return Ok(done);
            }
            std::thread::park_timeout((PAUSE * tried).min(LONGEST_PAUSE));
        }
        let failure = Failure::new(format!("The second writer gave up on {id}"));
        Err(failure.with("Last answer", &self.last))
    }

    /// Reads an object: `Some(None)` if it does not exist, `None` if the answer does not say.
    fn look(&mut self, id: &str, api: &str) -> Option<Option<Value>> {
        match self.ask(&Method::GET, id, api, None, None)? {
            (200, found) => found.is_object().then_some(Some(found)),
            (404, _) => Some(None),
            _ => None,
        }
    }

    /// Sends a write. Only a later read shows whether it succeeded.
    fn write(
        &mut self,
        method: &Method,
        id: &str,
        api: &str,
        body: &Value,
        condition: Option<(&'static str, String)>,
    ) {
        if let Some((412, _)) = self.ask(method, id, api, Some(body), condition) {
            self.collisions += 1;
        }
    }

    fn ask(
        &mut self,
        method: &Method,
        id: &str,
        api: &str,
        body: Option<&Value>,
        condition: Option<(&'static str, String)>,
    ) -> Option<(u16, Value)> {
        self.requests += 1;
        let url = format!("{}{id}?api-version={api}", self.base);
        let mut request = self.https.client().request(method.clone(), url);
        request = request.bearer_auth(&self.token);
        if let Some((name, value)) = condition {
            request = request.header(name, value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        match self.https.ask(request) {
            Ok(answer) => {
                let status = answer.status.as_u16();
                let document = answer.document();
                self.last = document.as_ref().err().map(ToString::to_string).unwrap_or_default();
                Some((status, document.unwrap_or_default()))
            }
            Err(fault) => {
                self.last = fault.to_string();
                None
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Good,
    Moving,
    Bad,
}

fn state(found: &Value) -> State {
    match found["properties"]["provisioningState"].as_str() {
        None | Some("Succeeded") => State::Good,
        Some("Failed" | "Canceled") => State::Bad,
        Some(_) => State::Moving,
    }
}

/// Returns an object with another entry in the list at a JSON pointer.
pub(super) fn with_entry(found: &Value, list: &str, entry: &Value) -> Result<Value> {
    let mut next = found.clone();
    let mut place = &mut next;
    for part in list.trim_start_matches('/').split('/') {
        place = &mut place[part];
    }
    if place.is_null() {
        *place = json!([]);
    }
    place.as_array_mut().context(format!("{list} is not a list"))?.push(entry.clone());
    Ok(next)
}
