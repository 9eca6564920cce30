//! Test world: a client of ARM with a scripted HTTP client, and the events that it reports.

use crate::script::{ARM, Answer, PE, Seen, Stage, body};
use async_trait::async_trait;
use azure::arm::{Arm, ArmOptions, GenericResource};
use azure::cloud::Cloud;
use azure::credential::TokenCache;
use azure::deadline::Deadline;
use azure::error::Error;
use azure::id::ResourceId;
use azure::merge;
use azure::operation::OperationUrl;
use azure::write::{
    Change, ChangeError, Changed, CreateError, CreateEvent, Created, Creation, PreviousRun,
    WriteMethod,
};
use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::http::HttpClient;
use serde_json::{Value as Json, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

/// Issues `token-1`, `token-2`, and so on.
#[derive(Debug, Default)]
pub(crate) struct Tokens(AtomicUsize);

impl Tokens {
    pub(crate) fn given(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl TokenCredential for Tokens {
    async fn get_token(
        &self,
        _scopes: &[&str],
        _options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let number = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        let end = SystemTime::now() + Duration::from_secs(3600);
        Ok(AccessToken::new(format!("token-{number}"), end.into()))
    }
}

/// Returns ARM with an HTTP client and its token counter.
pub(crate) fn arm_with(base: &str, client: impl HttpClient + 'static) -> (Arm, Arc<Tokens>) {
    let tokens = Arc::new(Tokens::default());
    let given: Arc<dyn TokenCredential> = tokens.clone();
    let credential = TokenCache::new(Box::new(move || Ok(given.clone()))).unwrap();
    let cloud = Cloud::custom(base, "https://login.local", None).unwrap();
    let options = ArmOptions {
        user_agent: "test/1".to_owned(),
        correlation_id: "run-1".to_owned(),
        ..ArmOptions::default()
    };
    (Arm::new(cloud, credential, client, options).unwrap(), tokens)
}

/// Test world.
pub(crate) struct World {
    stage: Stage,
    pub(crate) arm: Arm,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) until: Deadline,
    pub(crate) id: ResourceId,
    heard: Mutex<Vec<Option<OperationUrl>>>,
}

impl World {
    /// Creates a world with a script and a deadline of an hour.
    pub(crate) fn new<'a>(steps: impl IntoIterator<Item = (&'a str, Answer)>) -> Self {
        let stage = Stage::new(steps);
        let (arm, tokens) = arm_with(ARM, stage.clone());
        Self {
            arm,
            tokens,
            until: Deadline::new(Duration::from_secs(3600), stage.cancel.clone()),
            stage,
            id: ResourceId::parse(PE).unwrap(),
            heard: Mutex::default(),
        }
    }

    /// Sets the deadline in seconds.
    pub(crate) fn within(mut self, seconds: u64) -> Self {
        self.until = self.until.at_most(Duration::from_secs(seconds));
        self
    }

    pub(crate) fn interrupt_after(&self, seconds: u64) {
        let cancel = self.stage.cancel.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            cancel.cancel();
        });
    }

    pub(crate) async fn get(&self) -> Result<Option<GenericResource>, Error> {
        self.arm.get(&self.id, "1", &self.until).await
    }

    pub(crate) async fn list(&self) -> Result<Vec<Json>, Error> {
        self.arm.list(&self.id, "parts", "1", &self.until).await
    }

    /// Creates the resource, of a type that ignores conditions, after a read that found nothing.
    pub(crate) async fn put(&self) -> Result<Json, Error> {
        let made = self.make(false, PreviousRun::None).await;
        made.map(|it| it.body).map_err(|it| it.error)
    }

    /// Creates the resource, of a type that supports conditions.
    pub(crate) async fn create(&self) -> Result<Json, Error> {
        let made = self.make(true, PreviousRun::None).await;
        made.map(|it| it.body).map_err(|it| it.error)
    }

    pub(crate) async fn make(
        &self,
        conditional: bool,
        previous_run: PreviousRun,
    ) -> Result<Created, CreateError> {
        let creation = Creation {
            id: &self.id,
            api: "1",
            body: &body(),
            conditional,
            answers_200: false,
            over: &|live| Ok(merge::merged(live, &body())),
            matches: &|live| merge::contains(live, &body()),
            previous_run,
            on_event: &|heard| match heard {
                CreateEvent::OperationStarted(address) => self.hear(Some(address.clone())),
                CreateEvent::Owned => self.hear(None),
            },
        };
        self.arm.create(&creation, &self.until).await
    }

    /// Changes the resource to [`body`], beginning with the read resource, if there is one.
    pub(crate) async fn change(
        &self,
        method: WriteMethod,
        read: impl Into<Option<Json>>,
    ) -> Result<Changed, ChangeError> {
        let compose = |live: &Json| {
            let mut whole = live.clone();
            merge::merge(&mut whole, &body());
            let wanted = match method {
                WriteMethod::Patch => merge::difference(live, &whole),
                WriteMethod::Put => whole,
            };
            Ok((!merge::contains(live, &body())).then_some(wanted))
        };
        let accepted = || self.hear(None);
        let change =
            Change { id: &self.id, api: "1", method, compose: &compose, on_accepted: &accepted };
        let read = read.into().map(|body| GenericResource { body });
        self.arm.change(&change, read, &self.until).await
    }

    pub(crate) async fn patch(&self) -> Result<Json, Error> {
        let changed = self.change(WriteMethod::Patch, json!({})).await;
        changed.map(|it| it.body).map_err(|it| it.error)
    }

    pub(crate) async fn delete(&self) -> Result<(), Error> {
        self.arm.delete(&self.id, "1", &self.until).await
    }

    fn hear(&self, heard: Option<OperationUrl>) {
        self.heard.lock().unwrap().push(heard);
    }

    /// Returns `true` if the resource is recorded.
    pub(crate) fn is_accepted(&self) -> bool {
        self.heard.lock().unwrap().contains(&None)
    }

    /// Returns the recorded URL of the operation.
    pub(crate) fn addresses(&self) -> Vec<OperationUrl> {
        self.heard.lock().unwrap().iter().flatten().cloned().collect()
    }

    /// Returns the requests. Fails if the script is not at its end.
    pub(crate) fn ends(&self) -> Vec<Seen> {
        self.stage.ends()
    }

    /// Checks that nothing keeps the HTTP client alive after ARM is dropped.
    pub(crate) fn leaves_nothing_behind(self) {
        let script = self.stage.watch();
        drop(self);
        assert!(script.upgrade().is_none(), "the HTTP client is held for ever");
    }

    /// Checks that the script is at its end and took this number of seconds.
    pub(crate) fn ends_within(&self, from: f64, to: f64) -> Vec<Seen> {
        let took = self.stage.begun.elapsed().as_secs_f64();
        assert!((from..=to).contains(&took), "it took {took} s, not {from} to {to}");
        self.ends()
    }
}
