//! One resource in an emulator of its own, one operation after the other.

use crate::cases::{self, Case, value};
use crate::cloud::Cloud;
use crate::faults::{Meets, Trouble, What};
use crate::process::Start;
use crate::session::{Session, errors};
use crate::shape::{Kind, Subject};
use crate::terraform::{Ended, Object, Terraform};
use crate::theirs::{self, World};
use plugin::value::Value;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tempfile::TempDir;

/// An operation on a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    Create,
    Read,
    Update,
    Delete,
}

impl Operation {
    /// All operations, in the order of a resource's life.
    pub(crate) const ALL: [Self; 4] = [Self::Create, Self::Read, Self::Update, Self::Delete];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// A request that an operation sends without faults.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
}

impl Asked {
    pub(crate) fn is_write(&self) -> bool {
        self.method != "GET"
    }
}

/// Starts a provider that is configured for a cloud, and returns it with its resources.
pub(crate) async fn session(cloud: &Cloud, folder: &Path) -> (Session, Vec<Subject>) {
    let mut start = Start::another_run(folder);
    for (name, value) in cloud.environment() {
        start = start.variable(name, &value);
    }
    let session = Session::of(start.run().await).await;
    let subjects = session.subjects().await;
    let provider = subjects.iter().find(|it| it.kind == Kind::Provider).unwrap();
    let mut config = provider.shape.empty();
    // A denied request stays denied here, so no wait for role assignments is needed.
    config.set_entry("rbac_propagation_timeout", "0s".into());
    let found = session.configure(provider, &config).await;
    assert!(errors(&found).is_empty(), "{found:#?}");
    (session, subjects)
}

/// An emulator, a provider, and a resource.
pub(crate) struct Lane<'c> {
    pub(crate) cloud: &'c Cloud,
    /// Another emulator, which only the other client writes to.
    pub(crate) scratch: &'c Cloud,
    /// Working folder of Terraform, with the provider's journal.
    folder: TempDir,
    /// `None` while the process restarts.
    session: Option<Session>,
    /// `true` if the process has not yet sent the requests that it sends once.
    pub(crate) fresh: bool,
    subject: Subject,
    pub(crate) case: Case,
    /// Objects that exist without the resource, as the emulator has them and in their comparable
    /// form.
    pub(crate) bare: World,
    pub(crate) without: World,
    /// IDs of the objects in `bare` that the resource changes.
    pub(crate) touched: BTreeSet<String>,
    /// Objects that exist only with the resource.
    pub(crate) whole: World,
    /// ID of the resource in the state.
    pub(crate) id: String,
    /// Requests that each operation sends without faults.
    pub(crate) requests: BTreeMap<Operation, Vec<Asked>>,
    /// Object in the state between two runs.
    pub(crate) object: Option<Object>,
    /// Number of updates, so that each writes another value.
    pub(crate) turns: usize,
}

impl<'c> Lane<'c> {
    /// Creates what a case depends on, and runs each operation once without faults.
    pub(crate) async fn open((cloud, scratch): (&'c Cloud, &'c Cloud), name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (session, subjects) = session(cloud, folder.path()).await;
        let mut cases = cases::all(&cloud.group()).into_iter().chain(cases::more(&cloud.group()));
        let case = cases.find(|it| it.name() == name);
        let case = case.unwrap_or_else(|| panic!("{name} has no case in cases.rs"));
        let named = |name: &str| subjects.iter().find(|it| it.name == name).cloned().unwrap();
        theirs::make_ready(cloud);
        for (name, config) in &case.needs {
            let subject = named(name);
            let terraform = Terraform { session: &session, subject: &subject };
            let ended = terraform.apply(None, &value(&subject.shape, config)).await;
            assert!(ended.errors.is_empty(), "{name}: {ended:#?}");
        }
        let subject = named(&case.resource);
        let mut lane = Self {
            cloud,
            scratch,
            folder,
            session: Some(session),
            fresh: true,
            subject,
            case,
            bare: World::new(),
            without: World::new(),
            touched: BTreeSet::new(),
            whole: World::new(),
            id: String::new(),
            requests: BTreeMap::new(),
            object: None,
            turns: 0,
        };
        // Only the first create sends the requests of the checks.
        for _ in 0..2 {
            lane.rehearse().await;
        }
        (lane.bare, lane.without) = (cloud.everything(), lane.world());
        lane
    }

    /// Runs each operation once without faults and records its requests and results.
    async fn rehearse(&mut self) {
        let before = self.world();
        for operation in Operation::ALL {
            if operation == Operation::Delete {
                // A delete deletes what a create made, as it does in the runs.
                self.make().await;
            }
            let since = self.cloud.last_request();
            if let Some(ended) = self.act(operation, None).await {
                assert!(ended.errors.is_empty(), "{operation:?}: {ended:#?}");
                self.object = ended.object;
            }
            let asked = self.cloud.requests_after(since).into_iter();
            let asked = asked.filter(|it| it.path.starts_with("/subscriptions/"));
            let asked = asked.map(|it| Asked { method: it.method, path: it.path });
            self.requests.insert(operation, asked.collect());
            let now = self.world();
            let other = before.iter().filter(|(id, body)| now.get(*id) != Some(body));
            self.touched.extend(other.map(|(id, _)| id.clone()));
            if operation == Operation::Create {
                let everything = self.cloud.everything().into_iter();
                self.whole = everything.filter(|(id, _)| !before.contains_key(id)).collect();
                let made = self.object.as_ref().map(|it| it.value.get("id").as_str());
                self.id = made.flatten().unwrap_or_default().to_owned();
            }
        }
        (self.turns, self.fresh) = (0, false);
    }

    pub(crate) fn terraform(&self) -> Terraform<'_> {
        let session = self.session.as_ref().expect("a provider");
        Terraform { session, subject: &self.subject }
    }

    /// Stops the provider as Terraform does, and starts another in the same folder.
    pub(crate) async fn run_anew(&mut self) {
        let old = self.session.take().expect("a provider");
        old.process.shut_down().await;
        self.session = Some(session(self.cloud, self.folder.path()).await.0);
        self.fresh = true;
    }

    /// Returns the configuration of an update, with a timeout for an operation.
    pub(crate) fn config(&self, turn: usize, limit: Option<(Operation, u64)>) -> Value {
        let changed = self.case.changed.as_ref().filter(|_| turn % 2 == 1);
        let mut config = value(&self.subject.shape, changed.unwrap_or(&self.case.made));
        if let Some(limit) = limit {
            config.set_entry("timeouts", limited(limit));
        }
        config
    }

    /// Returns the existing objects in their comparable form: without provisioning states of
    /// objects that the resource does not own, and without descriptions of connections.
    pub(crate) fn world(&self) -> World {
        self.compared(self.cloud)
    }

    /// Returns the objects of any cloud in their comparable form.
    pub(crate) fn compared(&self, cloud: &Cloud) -> World {
        let mut world = cloud.everything();
        if !self.case.owns() {
            for properties in world.values_mut().filter_map(|it| it["properties"].as_object_mut()) {
                properties.remove("provisioningState");
            }
        }
        if self.case.resource.ends_with("_approval") {
            world.values_mut().for_each(without_words);
        }
        world
    }

    /// Brings the resource to the state that the operation starts from. Returns `false` if the case
    /// has no such operation.
    pub(crate) async fn prepare(&mut self, operation: Operation) -> bool {
        if operation == Operation::Update && self.case.changed.is_none() {
            return false;
        }
        if self.fresh || operation == Operation::Create {
            let errors = self.end().await;
            assert!(errors.is_empty(), "ending: {errors:#?}");
        }
        if self.fresh {
            self.rehearse().await;
        }
        if operation == Operation::Create {
            return true;
        }
        if operation != Operation::Create && self.object.is_none() {
            self.turns = 0;
            self.make().await;
        }
        true
    }

    /// Creates the resource without faults.
    async fn make(&mut self) {
        let config = self.config(0, None);
        let ended = self.terraform().apply(self.object.clone(), &config).await;
        assert!(ended.errors.is_empty(), "making: {ended:#?}");
        self.object = ended.object;
    }

    /// Deletes the resource without faults and returns the errors.
    pub(crate) async fn end(&mut self) -> Vec<String> {
        let ended = self.terraform().apply(self.object.clone(), &Value::Null).await;
        (self.object, self.turns) = (ended.object, 0);
        ended.errors
    }

    /// Restores the objects that existed before the resource.
    pub(crate) fn clear(&mut self) {
        self.cloud.restore(&self.bare);
        (self.object, self.turns) = (None, 0);
    }

    /// Runs the operation. Its timeout comes from the configuration or from the state.
    pub(crate) async fn act(&mut self, operation: Operation, limit: Option<u64>) -> Option<Ended> {
        let mut object = self.object.clone();
        let limit = limit.map(|seconds| (operation, seconds));
        if let (Some(object), Some(limit)) = (&mut object, limit) {
            object.value.set_entry("timeouts", limited(limit));
        }
        Some(match operation {
            Operation::Create => self.terraform().apply(None, &self.config(0, limit)).await,
            Operation::Read => self.terraform().refresh(object).await,
            Operation::Update if self.case.changed.is_none() => return None,
            Operation::Update => {
                self.turns += 1;
                self.terraform().apply(object, &self.config(self.turns, limit)).await
            }
            Operation::Delete => self.terraform().apply(object, &Value::Null).await,
        })
    }

    /// Returns the numbers of the requests, from 1, that meet a fault in each run.
    pub(crate) fn runs(&self, operation: Operation, trouble: &Trouble) -> Vec<Vec<u64>> {
        let requests = &self.requests[&operation];
        let met = |it: &(&Asked, u64)| match trouble.meets {
            Meets::All | Meets::Each => true,
            Meets::Writes => it.0.is_write(),
            Meets::Reads => !it.0.is_write(),
        };
        let met: Vec<u64> = requests.iter().zip(1..).filter(met).map(|(_, nth)| nth).collect();
        match (trouble.meets, trouble.what) {
            (_, _) if met.is_empty() => Vec::new(),
            (Meets::All, _) => {
                vec![(0..2 * met.len() as u64).step_by(2).map(|it| it + 1).collect()]
            }
            // A slow response affects the whole operation.
            (_, What::Slow) => vec![Vec::new()],
            (_, _) => met.into_iter().map(|nth| vec![nth]).collect(),
        }
    }
}

/// Returns the `timeouts` block of an operation and of the read that precedes it.
fn limited((operation, seconds): (Operation, u64)) -> Value {
    let mut timeouts = Value::map(Operation::ALL.map(|it| (it.name(), Value::Null)));
    for name in [operation.name(), Operation::Read.name()] {
        timeouts.set_entry(name, format!("{seconds}s").into());
    }
    timeouts
}

/// Removes the descriptions of connections.
fn without_words(value: &mut Json) {
    match value {
        Json::Object(fields) => {
            fields.remove("description");
            fields.values_mut().for_each(without_words);
        }
        Json::Array(list) => list.iter_mut().for_each(without_words),
        _ => {}
    }
}
