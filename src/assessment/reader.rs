//! Reads objects that refer to each other: from a resource to its private endpoints, then
//! interfaces and zone groups, then zones, links and records.
//!
//! An assessment is a pure function of a [`Reader`], written as if every object had been read. The
//! reader then reads the missing objects concurrently, and the function runs again until it has
//! everything that it asks for. So each traversal is written once, no object is read twice, and
//! only this module does I/O.

pub use super::read::{Read, id_at};

use crate::client::AzureClient;
use crate::client::plan_cache::{Answer, PlanCache};
use crate::explain::explain;
use crate::private_link::environment::Environment;
use azure::arm::Arm;
use azure::credential::Claims;
use azure::deadline::Deadline;
use azure::error::{Error, ErrorKind};
use azure::id::ResourceId;
use azure::resolver;
use futures::stream::{self, StreamExt};
use plugin::command;
use plugin::diagnostic::Diagnostic;
use serde_json::{Value as Json, json};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

/// Maximum number of concurrent reads.
const AT_ONCE: usize = 8;

/// Maximum duration of one read for a check. A plan does not wait long for a check.
const PATIENCE: Duration = Duration::from_secs(30);

/// Maximum duration of an optional read.
pub const SPARED_AFTER: Duration = Duration::from_secs(20);

/// A request for an object, or for its children of a type.
#[derive(Clone, Debug)]
pub struct ArmRequest {
    /// ID of the object.
    pub id: ResourceId,
    /// Type of the children, to list them instead of the object.
    pub child: Option<String>,
    /// API version of the request.
    pub api_version: &'static str,
    /// If `true`, the read is optional: it has a short deadline, and its error is not a failure.
    pub spare: bool,
}

/// A read of ARM or DNS.
#[derive(Clone, Debug)]
enum Request {
    Arm(ArmRequest),
    Addresses { name: String },
}

impl Request {
    /// Returns the key of the answer, in lower case because ARM and DNS ignore case.
    fn key(&self) -> String {
        match self {
            Self::Arm(ArmRequest { id, child: None, .. }) => id.as_str().to_lowercase(),
            Self::Arm(ArmRequest { id, child: Some(child), .. }) => {
                format!("{id}/{child}/").to_lowercase()
            }
            Self::Addresses { name } => format!("dns:{name}").to_lowercase(),
        }
    }

    /// Returns `true` if the read is optional.
    fn is_spare(&self) -> bool {
        matches!(self, Self::Arm(ArmRequest { spare: true, .. }))
    }
}

/// The answers read so far.
#[derive(Debug, Default)]
pub struct Reader {
    answers: BTreeMap<String, Read<Json>>,
    claims: Option<Result<Claims, Arc<Error>>>,
    failure: Option<Arc<Error>>,
    environment: Option<Environment>,
    wanted: RefCell<Vec<Request>>,
    wants_claims: Cell<bool>,
}

impl Reader {
    /// Returns a reader with these answers: objects by their ID, and children of a type by
    /// `ID/TYPE/`.
    #[cfg(test)]
    pub(crate) fn of(answers: impl IntoIterator<Item = (String, Json)>) -> Self {
        let answers = answers.into_iter();
        let answers = answers.map(|(key, answer)| (key.to_lowercase(), Read::Found(answer)));
        Self { answers: answers.collect(), ..Self::default() }
    }

    /// Reads an object.
    pub fn object(&self, id: &ResourceId, api_version: &'static str) -> Read<&Json> {
        let id = id.clone();
        self.read(ArmRequest { id, child: None, api_version, spare: false })
    }

    /// Lists the children of an object. Empty if the object does not exist.
    pub fn children(
        &self,
        id: &ResourceId,
        child: &str,
        api_version: &'static str,
    ) -> Read<&[Json]> {
        match self.list(id, child, api_version) {
            Read::Absent => Read::Found(&[]),
            listed => listed,
        }
    }

    /// Lists the children of an object. Absent if the object does not exist.
    pub fn list(&self, id: &ResourceId, child: &str, api_version: &'static str) -> Read<&[Json]> {
        let child = Some(child.to_owned());
        let id = id.clone();
        let listed = self.read(ArmRequest { id, child, api_version, spare: false });
        listed.map(|list| list.as_array().map(Vec::as_slice).unwrap_or_default())
    }

    /// Reads an object, or the array of its children.
    pub fn read(&self, request: ArmRequest) -> Read<&Json> {
        self.answer(Request::Arm(request))
    }

    /// Returns the addresses that this machine's resolver has for a name. Empty if it does not
    /// resolve.
    pub fn addresses(&self, name: &str) -> Read<Vec<IpAddr>> {
        let answer = self.answer(Request::Addresses { name: name.to_owned() });
        answer.map(|list| {
            let texts = list.as_array().into_iter().flatten().filter_map(Json::as_str);
            texts.filter_map(|text| text.parse().ok()).collect()
        })
    }

    /// Returns the claims of the signed-in identity's token.
    pub fn claims(&self) -> Read<&Claims> {
        match &self.claims {
            Some(Ok(claims)) => Read::Found(claims),
            Some(Err(error)) => Read::Hidden(error.clone()),
            None => {
                self.wants_claims.set(true);
                Read::Pending
            }
        }
    }

    /// Ends an assessment that needs an object whose read failed. `doing` names the assessment,
    /// such as `Assessing the isolation of a workspace`. An object that the identity lacks
    /// permission to read is not a failure.
    ///
    /// # Errors
    ///
    /// The first read that failed.
    pub fn unless_failed(&self, doing: &str) -> Result<(), Diagnostic> {
        self.failure.as_ref().map_or(Ok(()), |error| Err(explain(doing, error)))
    }

    /// Returns `true` if every requested object has been read.
    pub fn is_complete(&self) -> bool {
        self.wanted.borrow().is_empty() && !self.wants_claims.get()
    }

    /// Returns `true` if a key of an answer matches: an object's ID, or `ID/TYPE/` of its children,
    /// in lower case.
    pub fn has_read(&self, matches: impl Fn(&str) -> bool) -> bool {
        self.answers.keys().any(|key| matches(key))
    }

    /// Returns the cloud, or `None` if it is not one of the known clouds.
    pub fn environment(&self) -> Option<Environment> {
        self.environment
    }

    fn answer(&self, request: Request) -> Read<&Json> {
        match self.answers.get(&request.key()) {
            Some(Read::Found(json)) => Read::Found(json),
            Some(Read::Hidden(error)) => Read::Hidden(error.clone()),
            Some(Read::Absent) => Read::Absent,
            Some(Read::Pending) | None => {
                self.wanted.borrow_mut().push(request);
                Read::Pending
            }
        }
    }

    /// Returns the requested objects that have not been read, each once.
    fn take_wanted(&self) -> BTreeMap<String, Request> {
        self.wanted.take().into_iter().map(|request| (request.key(), request)).collect()
    }
}

/// Source of the answers of a [`Reader`].
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// Client of ARM.
    pub arm: &'a Arm,
    /// Cache of the plan's reads. With a cache, no read fails the assessment, because a check must
    /// not block a plan. Without a cache, only an object that the identity lacks permission to read
    /// is hidden without a failure.
    pub cache: Option<&'a PlanCache>,
    /// Deadline of the reads.
    pub until: &'a Deadline,
}

impl Source<'_> {
    /// Reads everything that an assessment asks for, and returns its result.
    ///
    /// # Errors
    ///
    /// The first read that failed.
    pub async fn assess<T>(self, assess: impl Fn(&Reader) -> T) -> Result<T, Error> {
        let unless_failed = |reader: &Reader| match &reader.failure {
            Some(error) => Err(Error::clone(error)),
            None => Ok(assess(reader)),
        };
        self.read_all(unless_failed).await
    }

    /// Reads everything that a function asks for, and returns its result. The function sees a
    /// failed read as hidden, and [`Reader::unless_failed`] returns the error.
    pub async fn read_all<T>(self, read: impl Fn(&Reader) -> T) -> T {
        let environment = Environment::by_name(self.arm.cloud().name());
        let mut reader = Reader { environment, ..Reader::default() };
        loop {
            let said = read(&reader);
            if reader.is_complete() {
                return said;
            }
            drop(said);
            if reader.wants_claims.take() {
                let claims = self.claims().await.map_err(Arc::new);
                reader.failure = reader.failure.or_else(|| claims.as_ref().err().cloned());
                reader.claims = Some(claims);
            }
            let reads = reader.take_wanted().into_iter().map(|(key, request)| async move {
                let spare = request.is_spare();
                let answer = self.read(&key, request).await;
                (key, answer, spare)
            });
            let mut reads = stream::iter(reads).buffer_unordered(AT_ONCE);
            while let Some((key, answer, spare)) = reads.next().await {
                let failure = answer.hidden().filter(|error| !spare && self.is_failure(error));
                if let Some(error) = failure {
                    reader.failure.get_or_insert_with(|| error.clone());
                }
                reader.answers.insert(key, answer);
            }
        }
    }

    fn is_failure(self, error: &Error) -> bool {
        // ARM answers 404 for a subscription of another tenant, with the meaning of 403.
        let denied = error.kind() == ErrorKind::Denied && error.status() != Some(401);
        self.cache.is_none() && !denied
    }

    async fn claims(self) -> Result<Claims, Error> {
        match (self.until.run(self.arm.claims()).await, self.cache) {
            (Err(error), Some(_)) if !error.is_cancelled() => Ok(Claims::default()),
            (claims, _) => claims,
        }
    }

    async fn read(self, key: &str, request: Request) -> Read<Json> {
        let answer: Answer = match self.cache {
            None => {
                self.fetch(request, self.until).await.map(|it| it.map(Arc::new)).map_err(Arc::new)
            }
            Some(cache) => {
                let until = self.until.at_most(PATIENCE);
                cache.get_or_read(key, async || self.fetch(request, &until).await).await
            }
        };
        match answer {
            Ok(Some(json)) => Read::Found(Arc::unwrap_or_clone(json)),
            Ok(None) => Read::Absent,
            Err(error) => Read::Hidden(error),
        }
    }

    async fn fetch(self, request: Request, until: &Deadline) -> Result<Option<Json>, Error> {
        match request {
            Request::Arm(ArmRequest { id, child, api_version, spare }) => {
                let until = if spare { until.at_most(SPARED_AFTER) } else { until.clone() };
                let Some(child) = child else {
                    let found = self.arm.get(&id, api_version, &until).await?;
                    return Ok(found.map(|reply| reply.body));
                };
                let found = self.arm.find_list(&id, &child, api_version, &until).await?;
                Ok(found.map(Json::Array))
            }
            Request::Addresses { name } => {
                let found = resolver::addresses(slice::from_ref(&name), until).await?;
                let addresses = found.into_values().flatten().map(|it| it.to_string());
                Ok(Some(json!(addresses.collect::<Vec<_>>())))
            }
        }
    }
}

/// Runs an assessment during a plan, with the answers that the checks have read. `None` if the
/// checks are off, during a destroy, and while changes are applied, because the apply reads again.
///
/// # Errors
///
/// Errors of [`AzureClient::arm`], and of an interrupted plan.
pub async fn assess_plan<T>(
    azure: &AzureClient,
    assess: impl Fn(&Reader) -> T,
    until: &Deadline,
) -> Result<Option<T>, Diagnostic> {
    let fresh = azure.plan_cache().filter(|cache| !cache.is_stale());
    let looks = !azure.check_levels().is_off() && !command::destroys();
    let Some(cache) = fresh.filter(|_| looks) else {
        return Ok(None);
    };
    let arm = azure.arm(until).await?;
    let source = Source { arm: &arm, cache: Some(&cache), until };
    let said = source.assess(assess).await;
    said.map(Some).map_err(|error| explain("Checking the plan", &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::private_link::zone_group::ZoneGroupBody;
    use serde_json::json;

    fn id(name: &str) -> ResourceId {
        ResourceId::in_group("s", "g", "A.B/c", name)
    }

    #[test]
    fn body_of_another_form_is_hidden_and_null_is_absent() {
        let groups = |configs: Json| {
            let list = json!([{"name": "g", "properties": {"privateDnsZoneConfigs": configs}}]);
            let list = list.as_array().cloned().unwrap_or_default();
            Read::Found(&list[..]).decode_each::<ZoneGroupBody>(&id("pe"))
        };
        let zone = |sets: Json| json!([{"name": "z", "properties": {"recordSets": sets}}]);
        for good in [Json::Null, json!([]), zone(Json::Null), zone(json!([]))] {
            assert!(groups(good.clone()).found().is_some(), "{good}");
        }
        for odd in [json!("x"), zone(json!({})), zone(json!([{"ttl": "x"}]))] {
            let error = groups(odd.clone()).hidden().map(ToString::to_string);
            assert!(error.is_some_and(|it| it.contains("unexpected response")), "{odd}");
        }
    }

    #[test]
    fn unread_objects_are_requested_once_whatever_their_case() {
        let mut reader = Reader::default();
        let key = id("known").as_str().to_lowercase();
        reader.answers.insert(key, Read::Found(json!({"a": 1})));
        assert_eq!(reader.object(&id("KNOWN"), "1").found(), Some(&json!({"a": 1})));
        for name in ["x", "X"] {
            assert!(reader.object(&id(name), "1").is_pending());
            assert!(reader.children(&id(name), "d", "1").is_pending());
            assert!(reader.addresses(&format!("{name}.example")).is_pending());
        }
        let wanted = reader.take_wanted();
        assert_eq!(wanted.len(), 3, "{wanted:?}");
        assert!(reader.take_wanted().is_empty());
    }
}
