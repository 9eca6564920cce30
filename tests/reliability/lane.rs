//! One resource in a world of its own, one operation after the other.

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

/// What is done with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    Create,
    Read,
    Update,
    Delete,
}

impl Operation {
    /// All four, in the order of a life.
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

/// A request that an operation makes when nothing goes wrong.
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

/// A provider that is configured for a cloud, and all that it has.
pub(crate) async fn session(cloud: &Cloud, folder: &Path) -> (Session, Vec<Subject>) {
    let mut start = Start::another_run(folder);
    for (name, value) in cloud.environment() {
        start = start.variable(name, &value);
    }
    let session = Session::of(start.run().await).await;
    let subjects = session.subjects().await;
    let provider = subjects.iter().find(|it| it.kind == Kind::Provider).unwrap();
    let mut config = provider.shape.empty();
    // What is denied here is denied for good, and no role is about to work.
    config.set_entry("rbac_propagation_timeout", "0s".into());
    let found = session.configure(provider, &config).await;
    assert!(errors(&found).is_empty(), "{found:#?}");
    (session, subjects)
}

/// A world, a provider and a resource.
pub(crate) struct Lane<'c> {
    pub(crate) cloud: &'c Cloud,
    /// Another world, in which only others are at work.
    pub(crate) scratch: &'c Cloud,
    /// Where Terraform is run, and the provider keeps its notes.
    folder: TempDir,
    /// None while one process follows the other.
    session: Option<Session>,
    /// Whether the process has not read yet what it reads once.
    pub(crate) fresh: bool,
    subject: Subject,
    pub(crate) case: Case,
    /// What exists without the resource, as the emulator has it, and as it is compared.
    pub(crate) bare: World,
    pub(crate) without: World,
    /// What of that is another with the resource.
    pub(crate) touched: BTreeSet<String>,
    /// What exists with the resource only.
    pub(crate) whole: World,
    /// The ID that it had on record.
    pub(crate) id: String,
    /// The requests that each operation makes when nothing goes wrong.
    pub(crate) requests: BTreeMap<Operation, Vec<Asked>>,
    /// What is on record between two trials.
    pub(crate) object: Option<Object>,
    /// How often the resource was changed, to change it to something else each time.
    pub(crate) turns: usize,
}

impl<'c> Lane<'c> {
    /// A lane for a case, once everything that it needs is there.
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
        // What the checks look at is read in the first life only.
        for _ in 0..2 {
            lane.rehearse().await;
        }
        (lane.bare, lane.without) = (cloud.everything(), lane.world());
        lane
    }

    /// Does everything once without faults, to see what is asked and what comes of it.
    async fn rehearse(&mut self) {
        let before = self.world();
        for operation in Operation::ALL {
            if operation == Operation::Delete {
                // The end is of what was made, as it is in the trials.
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

    /// Ends the provider's process as Terraform does, and runs the next one in the same folder.
    pub(crate) async fn run_anew(&mut self) {
        let old = self.session.take().expect("a provider");
        old.process.shut_down().await;
        self.session = Some(session(self.cloud, self.folder.path()).await.0);
        self.fresh = true;
    }

    /// The configuration of this turn, with a time for an operation.
    pub(crate) fn config(&self, turn: usize, limit: Option<(Operation, u64)>) -> Value {
        let changed = self.case.changed.as_ref().filter(|_| turn % 2 == 1);
        let mut config = value(&self.subject.shape, changed.unwrap_or(&self.case.made));
        if let Some(limit) = limit {
            config.set_entry("timeouts", limited(limit));
        }
        config
    }

    /// What is there, without what is nobody's doing here: how the last operation on an object
    /// ended that the resource does not own, and words that it leaves behind.
    pub(crate) fn world(&self) -> World {
        self.compared(self.cloud)
    }

    /// The same of any cloud.
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

    /// What the operation starts from. False when there is no such operation.
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

    /// Makes it as it was made first, without faults.
    async fn make(&mut self) {
        let config = self.config(0, None);
        let ended = self.terraform().apply(self.object.clone(), &config).await;
        assert!(ended.errors.is_empty(), "making: {ended:#?}");
        self.object = ended.object;
    }

    /// Takes the resource away without faults; answers the errors.
    pub(crate) async fn end(&mut self) -> Vec<String> {
        let ended = self.terraform().apply(self.object.clone(), &Value::Null).await;
        (self.object, self.turns) = (ended.object, 0);
        ended.errors
    }

    /// Puts everything as it was before the resource, whatever is there.
    pub(crate) fn clear(&mut self) {
        self.cloud.restore(&self.bare);
        (self.object, self.turns) = (None, 0);
    }

    /// The operation itself. It has its time from its configuration, or from the record.
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

    /// The requests that a fault meets in each run, counted from 1.
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
            // What is only slow meets the operation as a whole.
            (_, What::Slow) => vec![Vec::new()],
            (_, _) => met.into_iter().map(|nth| vec![nth]).collect(),
        }
    }
}

/// The times of an operation and of the look that it begins with, as `timeouts` has them.
fn limited((operation, seconds): (Operation, u64)) -> Value {
    let mut timeouts = Value::map(Operation::ALL.map(|it| (it.name(), Value::Null)));
    for name in [operation.name(), Operation::Read.name()] {
        timeouts.set_entry(name, format!("{seconds}s").into());
    }
    timeouts
}

/// Takes away what the two sides of a connection say to each other.
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
