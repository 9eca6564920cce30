//! One resource in a world of its own, one operation after the other.

use crate::cases::{self, Case, value};
use crate::cloud::Cloud;
use crate::faults::{Meets, Trouble};
use crate::process::Start;
use crate::session::{Session, errors};
use crate::shape::{Kind, Subject};
use crate::terraform::{Ended, Object, Step, Terraform};
use plugin::value::Value;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::time::Duration;

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

/// What comes of an operation that meets a fault, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// It succeeds all the same.
    Done,
    /// It fails, nothing is changed or all that is changed is on record, and the next apply
    /// goes on from there.
    Told,
    /// A create fails half-way: what exists is on record, and the next apply replaces it.
    Kept,
}

/// How long one operation may take, whatever it meets.
const LONGEST: Duration = Duration::from_secs(40);

/// A provider that is configured for a cloud, and all that it has.
pub(crate) async fn session(cloud: &Cloud) -> (Session, Vec<Subject>) {
    let mut start = Start::plaintext();
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
    cloud: &'c Cloud,
    session: Session,
    subject: Subject,
    case: Case,
    /// What exists without the resource, and with it.
    without: BTreeMap<String, Json>,
    /// The methods of the requests that each operation makes when nothing goes wrong.
    requests: BTreeMap<Operation, Vec<String>>,
    /// What is on record between two trials.
    object: Option<Object>,
    /// How often the resource was changed, to change it to something else each time.
    turns: usize,
}

impl<'c> Lane<'c> {
    /// A lane for a resource, once everything that it needs is there.
    pub(crate) async fn open(cloud: &'c Cloud, resource: &str) -> Self {
        let (session, subjects) = session(cloud).await;
        let case = cases::all(&cloud.group()).into_iter().find(|it| it.resource == resource);
        let case = case.unwrap_or_else(|| panic!("{resource} has no case in cases.rs"));
        let named = |name: &str| subjects.iter().find(|it| it.name == name).cloned().unwrap();
        for (name, config) in &case.needs {
            let subject = named(name);
            let terraform = Terraform { session: &session, subject: &subject };
            let ended = terraform.apply(None, &value(&subject.shape, config)).await;
            assert!(ended.errors.is_empty(), "{name}: {ended:#?}");
        }
        let subject = named(resource);
        let (without, requests) = (BTreeMap::new(), BTreeMap::new());
        let mut lane =
            Self { cloud, session, subject, case, without, requests, object: None, turns: 0 };
        // What the checks look at is read in the first life only.
        for _ in 0..2 {
            lane.rehearse().await;
        }
        lane
    }

    /// Does everything once without faults, to see what is asked and what is left.
    async fn rehearse(&mut self) {
        self.turns = 0;
        for operation in Operation::ALL {
            if operation == Operation::Delete {
                // The end is of what was made, as it is in the trials.
                let ended =
                    self.terraform().apply(self.object.clone(), &self.config(0, None)).await;
                assert!(ended.errors.is_empty(), "changing back: {ended:#?}");
                self.object = ended.object;
            }
            let before = self.cloud.requests().len();
            if let Some(ended) = self.act(operation, None).await {
                assert!(ended.errors.is_empty(), "{operation:?}: {ended:#?}");
                self.object = ended.object;
            }
            let asked = self.cloud.requests().split_off(before).into_iter();
            let asked = asked.filter(|it| it.path.starts_with("/subscriptions/"));
            self.requests.insert(operation, asked.map(|it| it.method).collect());
        }
        self.without = self.world();
    }

    fn terraform(&self) -> Terraform<'_> {
        Terraform { session: &self.session, subject: &self.subject }
    }

    /// The configuration of this turn, with a time for an operation.
    fn config(&self, turn: usize, limit: Option<(Operation, &str)>) -> Value {
        let changed = self.case.changed.as_ref().filter(|_| turn % 2 == 1);
        let mut config = value(&self.subject.shape, changed.unwrap_or(&self.case.made));
        if let Some((operation, patience)) = limit {
            let mut timeouts = Value::map(Operation::ALL.map(|it| (it.name(), Value::Null)));
            // Each begins with a look at what is there.
            for name in [operation.name(), Operation::Read.name()] {
                timeouts.set_entry(name, patience.into());
            }
            config.set_entry("timeouts", timeouts);
        }
        config
    }

    /// What is there, without what is nobody's doing here: how the last operation on an object
    /// ended that the resource does not own.
    fn world(&self) -> BTreeMap<String, Json> {
        let mut world = self.cloud.everything();
        if !self.case.owns {
            for properties in world.values_mut().filter_map(|it| it["properties"].as_object_mut()) {
                properties.remove("provisioningState");
            }
        }
        world
    }

    /// What the operation starts from. False when there is no such operation.
    async fn prepare(&mut self, operation: Operation, patience: Option<&str>) -> bool {
        if operation == Operation::Update && self.case.changed.is_none() {
            return false;
        }
        // An update has its time from its configuration, what follows it from the record.
        let operation_of_record = match operation {
            Operation::Update => Operation::Read,
            other => other,
        };
        let limit = patience.map(|patience| (operation_of_record, patience));
        if operation == Operation::Create {
            self.end().await;
            self.without = self.world();
        } else if patience.is_some() || self.object.is_none() {
            if operation == Operation::Delete {
                self.turns = 0;
            }
            let config = self.config(self.turns, limit);
            let ended = self.terraform().apply(self.object.clone(), &config).await;
            assert!(ended.errors.is_empty(), "preparing: {ended:#?}");
            self.object = ended.object;
        }
        true
    }

    /// Takes the resource away without faults.
    async fn end(&mut self) {
        let ended = self.terraform().apply(self.object.clone(), &Value::Null).await;
        assert!(ended.errors.is_empty(), "ending: {ended:#?}");
        (self.object, self.turns) = (ended.object, 0);
    }

    /// The operation itself.
    async fn act(&mut self, operation: Operation, limit: Option<&str>) -> Option<Ended> {
        let object = self.object.clone();
        let limit = limit.map(|patience| (operation, patience));
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
    fn runs(&self, operation: Operation, trouble: &Trouble) -> Vec<Vec<u64>> {
        let methods = &self.requests[&operation];
        let met = |it: &(&String, u64)| match trouble.meets {
            Meets::All | Meets::Each => true,
            Meets::Writes => it.0 != "GET",
            Meets::Reads => it.0 == "GET",
        };
        let met: Vec<u64> = methods.iter().zip(1..).filter(met).map(|(_, nth)| nth).collect();
        match (trouble.meets, trouble.fault) {
            (_, _) if met.is_empty() => Vec::new(),
            (Meets::All, _) => {
                vec![(0..2 * met.len() as u64).step_by(2).map(|it| it + 1).collect()]
            }
            // What is only slow meets the operation as a whole.
            (_, None) => vec![Vec::new()],
            (_, Some(_)) => met.into_iter().map(|nth| vec![nth]).collect(),
        }
    }

    /// Lets an operation meet a fault: the worst outcome, and what should not have happened.
    /// `None` where the fault cannot meet it.
    pub(crate) async fn trials(
        &mut self,
        operation: Operation,
        trouble: &Trouble,
    ) -> (Option<Outcome>, Vec<String>) {
        let (mut worst, mut wrong) = (None, Vec::new());
        for met in self.runs(operation, trouble) {
            if !self.prepare(operation, trouble.patience).await {
                break;
            }
            let (outcome, faults) = self.trial(operation, trouble, &met).await;
            worst = worst.max(Some(outcome));
            let asked = self.requests[&operation].join(" ");
            let place = format!("{} {operation:?} meets {:?}", self.case.resource, trouble.name);
            let place = format!("{place} at {met:?} of {asked}");
            wrong.extend(faults.into_iter().map(|it| format!("{place}: {it}")));
        }
        (worst, wrong)
    }

    async fn trial(
        &mut self,
        operation: Operation,
        trouble: &Trouble,
        met: &[u64],
    ) -> (Outcome, Vec<String>) {
        let before = self.object.clone();
        match trouble.fault {
            Some(fault) => met.iter().for_each(|nth| {
                self.cloud.fault(fault().path("/subscriptions/").nth(*nth));
            }),
            None => self.cloud.hold(true),
        }
        let act = tokio::time::timeout(LONGEST, self.act(operation, trouble.patience)).await;
        let ended = act
            .unwrap_or_else(|_| panic!("it does not end: {operation:?} {met:?} {}", trouble.name))
            .unwrap();
        self.cloud.forget_faults();
        let mut wrong = Vec::new();
        self.check_told(&ended, trouble, &mut wrong);
        self.check_truth(operation, (&before, trouble), &ended, &mut wrong).await;
        self.cloud.hold(false);
        self.check_convergence(operation, &ended, &mut wrong).await;
        let outcome = match (ended.errors.is_empty(), &ended.object) {
            (true, _) => Outcome::Done,
            (false, Some(object)) if object.tainted => Outcome::Kept,
            (false, _) => Outcome::Told,
        };
        (outcome, wrong)
    }

    /// An error says what happened in Azure's words.
    fn check_told(&self, ended: &Ended, trouble: &Trouble, wrong: &mut Vec<String>) {
        let late = trouble.patience.is_some();
        let told = |it: &String| {
            it.contains(trouble.says) || (late && it.contains("It was not done within"))
        };
        if !ended.errors.is_empty() && !ended.errors.iter().any(told) {
            wrong.push(format!("the error does not say what happened: {:?}", ended.errors));
        }
    }

    /// What is on record is what is there.
    async fn check_truth(
        &self,
        operation: Operation,
        (before, trouble): (&Option<Object>, &Trouble),
        ended: &Ended,
        wrong: &mut Vec<String>,
    ) {
        if ended.errors.is_empty() && (operation != Operation::Read || ended.object.is_some()) {
            return;
        }
        match (&ended.object, operation) {
            (None, Operation::Create) => {
                let now = self.world();
                if now != self.without {
                    let other = now.iter().filter(|(id, it)| self.without.get(*id) != Some(it));
                    wrong.push(format!("an orphan: {:?}", other.collect::<Vec<_>>()));
                }
            }
            (None, _) => wrong.push("forgotten, though it is there".to_owned()),
            (Some(object), Operation::Read | Operation::Delete) => {
                if Some(object) != before.as_ref() {
                    wrong.push("a failed read changed the record".to_owned());
                }
            }
            (Some(object), Operation::Update) => {
                let now = self.terraform().refresh(Some(object.clone())).await;
                let now = now.object.map(|it| it.value);
                // Where Azure does not let itself be asked, what was known stays on record.
                let told = |name: &String| !object.value.get(name).is_null();
                let known = now.as_ref().and_then(Value::as_map).into_iter().flatten();
                let mut known = known.filter(|(name, _)| told(name));
                let blind = trouble.lasts
                    && (Some(object) == before.as_ref()
                        || known.all(|(name, value)| object.value.get(name) == value));
                if now.as_ref() != Some(&object.value) && !blind {
                    wrong.push(format!("on record {:?}, in Azure {now:?}", object.value));
                }
            }
            (Some(_), Operation::Create) => {}
        }
    }

    /// The next apply brings it to its end, and leaves alone what is healthy.
    async fn check_convergence(
        &mut self,
        operation: Operation,
        ended: &Ended,
        wrong: &mut Vec<String>,
    ) {
        let goal = match operation {
            Operation::Delete => Value::Null,
            _ => self.config(self.turns, None),
        };
        let mut object = ended.object.clone();
        let healthy = object.as_ref().is_some_and(|it| !it.tainted);
        for round in 0..2 {
            let next = self.terraform().apply(object, &goal).await;
            if !next.errors.is_empty() {
                wrong.push(format!("the next apply fails: {:?}", next.errors));
            }
            let deletes = next.steps.contains(&Step::Deleted) && operation != Operation::Delete;
            if deletes && healthy {
                wrong.push("the next apply replaces what is healthy".to_owned());
            }
            if round == 1 && !next.steps.is_empty() {
                wrong.push(format!("there is still something to do: {:?}", next.steps));
            }
            object = next.object;
        }
        self.object = object;
        let world = self.world();
        let failed = |it: &&Json| it["properties"]["provisioningState"] == "Failed";
        if let Some(broken) = world.values().find(failed) {
            wrong.push(format!("left failed: {}", broken["id"]));
        }
        if operation == Operation::Delete && self.world() != self.without {
            wrong.push("something is left of it".to_owned());
        }
    }
}
