//! One operation that meets a fault and another client, and its outcome.

use crate::cloud::Cloud;
use crate::faults::{Trouble, What};
use crate::lane::{Lane, Operation};
use crate::terraform::{Ended, Object, Step};
use crate::theirs::{self, Deed, World};
use emulator::{Fault, FaultKind, Request};
use plugin::value::Value;
use std::time::Duration;

/// Outcome of an operation that meets a fault, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// The operation succeeds.
    Done,
    /// The operation fails. Every change is in the state, and the next apply continues.
    Told,
    /// A create fails half-way. The object is in the state, and the next apply replaces it.
    Kept,
}

/// Timeout of one operation, longer than the slowest machine needs.
const LONGEST: Duration = Duration::from_secs(180);

/// Most seconds that a delete may take after another client recreates the object, and most requests
/// that it may send. A delete that sends more waits for the other client's object to go.
const ENOUGH: u64 = 10;
const FEW: usize = 8;

/// Longest timeout, in seconds, within which an operation must meet its fault.
const LONGEST_PATIENCE: u64 = 128;

/// When another client creates its object with the ID of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Before the operation.
    Before,
    /// With the request that meets the fault.
    With,
    /// After it.
    After,
    /// When ours is deleted.
    Anew,
}

/// Another client's object with the ID of ours, and its children.
#[derive(Clone, Debug)]
pub(crate) struct Foreign {
    pub(crate) when: When,
    pub(crate) objects: World,
}

impl Foreign {
    /// Creates the object now.
    pub(crate) fn is_made(&self, cloud: &Cloud) {
        for kind in self.kinds() {
            if let FaultKind::Put { id, body } = kind {
                cloud.put(&id, &body);
            }
        }
    }

    /// Returns the writes that create the object.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = FaultKind> {
        self.objects.iter().map(|(id, body)| {
            let id = body["id"].as_str().unwrap_or(id).to_owned();
            FaultKind::Put { id, body: body.clone() }
        })
    }
}

/// The faults and writes of one run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Run {
    /// Place of the fault, in words.
    pub(crate) place: String,
    pub(crate) orders: Vec<Fault>,
    /// Writes before the operation, with the request that meets the fault, and later.
    pub(crate) before: Vec<Deed>,
    pub(crate) with: Vec<Deed>,
    pub(crate) after: Vec<Deed>,
    pub(crate) foreign: Option<Foreign>,
    /// `true` if the other client already holds what our create sets.
    pub(crate) claimed: bool,
}

/// The effect of the other client's writes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Others {
    pub(crate) deeds: Vec<Deed>,
    pub(crate) foreign: Option<Foreign>,
    /// `true` if a write happened during the operation.
    pub(crate) meanwhile: bool,
    /// `true` if the other client holds what our create sets.
    pub(crate) claimed: bool,
    /// Objects that exist without ours.
    pub(crate) expected: World,
}

impl Others {
    /// Returns `true` if the other client's object has the ID of ours.
    pub(crate) fn have_it(&self) -> bool {
        self.claimed || self.foreign.as_ref().is_some_and(|it| it.when != When::Anew)
    }
}

impl Lane<'_> {
    /// Runs an operation with a fault. Returns the worst outcome and everything that must not
    /// happen, or `None` if the operation cannot meet the fault.
    pub(crate) async fn trials(
        &mut self,
        operation: Operation,
        trouble: &Trouble,
        runs: Vec<Run>,
    ) -> (Option<Outcome>, Vec<String>) {
        let (mut worst, mut wrong) = (None, Vec::new());
        for run in runs {
            let anew = run.foreign.as_ref().is_some_and(|it| it.when == When::Anew);
            let mut patience = trouble.patience.or(anew.then_some(ENOUGH));
            loop {
                if !self.prepare(operation).await {
                    return (None, wrong);
                }
                let tried = self.trial(operation, (trouble, patience), &run).await;
                if let Some((outcome, faults)) = tried {
                    worst = worst.max(Some(outcome));
                    let name = self.case.name();
                    let place =
                        format!("{name}, {operation:?} meets {:?} {}", trouble.name, run.place);
                    wrong.extend(faults.into_iter().map(|it| format!("{place}: {it}")));
                    break;
                }
                // On a busy machine the timeout ended before the fault.
                patience = patience.map(|seconds| seconds * 2);
                assert!(patience < Some(LONGEST_PATIENCE), "{operation:?} never meets its fault");
            }
        }
        (worst, wrong)
    }

    /// Returns `None` if the operation's timeout ended before the fault.
    async fn trial(
        &mut self,
        operation: Operation,
        (trouble, patience): (&Trouble, Option<u64>),
        run: &Run,
    ) -> Option<(Outcome, Vec<String>)> {
        let start = (self.object.clone(), self.turns, self.cloud.everything());
        if let Some(foreign) = run.foreign.as_ref().filter(|it| it.when == When::Before) {
            foreign.is_made(self.cloud);
        }
        run.before.iter().for_each(|deed| deed.is_done(self.cloud));
        if !run.before.is_empty() {
            self.object = self.terraform().refresh(self.object.clone()).await.object;
        }
        let before = self.object.clone();
        let (since, faults) = (self.cloud.last_request(), self.cloud.faults_met());
        run.orders.iter().for_each(|it| self.cloud.fault(it.clone()));
        self.cloud.hold(matches!(trouble.what, What::Slow));
        let act = tokio::time::timeout(LONGEST, self.act(operation, patience)).await;
        let ended = act.unwrap_or_else(|_| {
            panic!("it does not end: {operation:?} {} {}", trouble.name, run.place)
        });
        let mut ended = ended.unwrap();
        self.cloud.forget_faults();
        let requests = self.cloud.requests_after(since);
        let hung = trouble.hangs() && self.cloud.faults_met() > faults;
        let late = |it: &String| it.contains("The operation did not finish within");
        let waits = run.foreign.as_ref().is_some_and(|it| waits(it, &requests));
        let met = trouble.patience.is_some() && met(trouble, &requests, hung);
        let slow = patience.is_some() && !waits && !met;
        if slow && ended.errors.iter().any(late) {
            self.cloud.hold(false);
            self.put_back(start);
            return None;
        }
        // The steps that follow have no timeout.
        if let Some(object) = &mut ended.object {
            object.value.set_entry("timeouts", Value::Null);
        }
        let mut others = done(run, &requests, hung);
        others.expected = self.expected(&others);
        let mut wrong = Vec::new();
        // A create cannot know whether an object that another client wrote into is its own.
        let theirs = operation == Operation::Create && self.case.owns() && others.meanwhile;
        if trouble.passes() && !others.have_it() && !theirs && !ended.errors.is_empty() {
            wrong.push(format!("it fails: {:?}", ended.errors));
        }
        self.check_told(&ended, (trouble, &others), &mut wrong);
        self.check_tainted(&ended, trouble, &mut wrong);
        self.check_theirs(&ended, &others, "after it", &mut wrong);
        let known = (&before, trouble, &others);
        self.check_truth(operation, known, &ended, &mut wrong).await;
        self.cloud.hold(false);
        self.go_on(operation, &others, &ended, &mut wrong).await;
        self.finish(operation, (&others, run), start, &mut wrong).await;
        let outcome = match (ended.errors.is_empty(), &ended.object) {
            (true, _) => Outcome::Done,
            (false, Some(object)) if object.tainted => Outcome::Kept,
            (false, _) => Outcome::Told,
        };
        Some((outcome, wrong))
    }

    /// Runs what follows, without faults.
    async fn go_on(
        &mut self,
        operation: Operation,
        others: &Others,
        ended: &Ended,
        wrong: &mut Vec<String>,
    ) {
        let mut object = ended.object.clone();
        if operation == Operation::Create && object.is_none() {
            let there = self.world() != others.expected;
            if there {
                // Only another process learns from the journal what this one began.
                self.run_anew().await;
            }
            if others.have_it() || (others.meanwhile && there && self.case.owns()) {
                object = self.is_refused(others, there, wrong).await;
                if object.is_none() {
                    self.clear();
                    let alone = self.nobody();
                    return self.check_convergence(operation, (None, &alone), wrong).await;
                }
            }
        }
        self.check_convergence(operation, (object, others), wrong).await;
    }

    /// Asserts that the next apply does not put another client's object into the state. Returns the
    /// object if it proves to be ours.
    async fn is_refused(
        &mut self,
        others: &Others,
        ours_beside: bool,
        wrong: &mut Vec<String>,
    ) -> Option<Object> {
        let next = self.terraform().apply(None, &self.config(0, None)).await;
        self.check_theirs(&next, others, "after the next apply", wrong);
        if next.errors.is_empty() && !others.have_it() && ours_beside {
            return next.object;
        }
        if !next.errors.iter().any(|it| it.contains("already")) {
            wrong.push(format!("the next apply does not say that it exists: {:?}", next.errors));
        }
        if next.object.is_some() {
            wrong.push("the next apply puts on record what is somebody else's".to_owned());
        }
        None
    }

    /// Asserts that the next apply converges and replaces no healthy object.
    async fn check_convergence(
        &mut self,
        operation: Operation,
        (mut object, others): (Option<Object>, &Others),
        wrong: &mut Vec<String>,
    ) {
        let goal = match operation {
            Operation::Delete => Value::Null,
            _ => self.config(self.turns, None),
        };
        let healthy = object.as_ref().is_some_and(|it| !it.tainted);
        let mut others = others.clone();
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
            if deletes {
                // The replacement of a failed object removes what another client wrote into it.
                let own = |deed: &Deed| deed.id().eq_ignore_ascii_case(&self.id);
                others.deeds.retain(|deed| !own(deed));
            }
            self.check_theirs(&next, &others, "after the next apply", wrong);
            object = next.object;
        }
        self.object = object;
        let failed = |it: &&serde_json::Value| {
            let state = |name: &str| it["properties"][name] == "Failed";
            state("provisioningState") || state("status")
        };
        if let Some(broken) = self.world().values().find(failed) {
            wrong.push(format!("left failed: {}", broken["id"]));
        }
    }

    /// Deletes the resource, asserts that only our objects are gone, and restores the start of the
    /// run.
    async fn finish(
        &mut self,
        operation: Operation,
        (others, run): (&Others, &Run),
        start: (Option<Object>, usize, World),
        wrong: &mut Vec<String>,
    ) {
        if matches!(operation, Operation::Create | Operation::Delete) {
            if self.object.is_some() {
                wrong.extend(self.end().await.iter().map(|it| format!("it does not end: {it}")));
            }
            // The other client's object was removed so that ours could be created.
            let expected = if others.have_it() { &self.without } else { &others.expected };
            let other = theirs::differences(expected, &self.world());
            if !other.is_empty() {
                wrong.push(format!("in the end it is not as it was: {other:?}"));
            }
            if !other.is_empty() || !run.is_alone() {
                self.clear();
            }
        } else if !run.is_alone() {
            self.put_back(start);
        }
    }

    /// Restores the start of a run.
    fn put_back(&mut self, (object, turns, world): (Option<Object>, usize, World)) {
        self.cloud.restore(&world);
        (self.object, self.turns) = (object, turns);
    }
}

impl Run {
    /// Returns `true` if the run has no other client.
    fn is_alone(&self) -> bool {
        self.before.is_empty()
            && self.with.is_empty()
            && self.after.is_empty()
            && self.foreign.is_none()
    }
}

/// Returns `true` if the operation met a fault that takes time.
fn met(trouble: &Trouble, requests: &[Request], hung: bool) -> bool {
    let refused = |it: &Request| it.fault.as_ref().is_some_and(|it| it.contains("Status"));
    let accepted = |it: &Request| it.method != "GET" && (200..300).contains(&it.status);
    match trouble.what {
        What::Slow => requests.iter().any(accepted),
        _ => hung || requests.iter().any(refused),
    }
}

/// Returns `true` if a delete polls an object that another client recreated.
fn waits(foreign: &Foreign, requests: &[Request]) -> bool {
    let Some(made) = foreign.kinds().next().filter(|_| foreign.when == When::Anew) else {
        return false;
    };
    let comes = |it: &Request| theirs::is_in(&made, std::slice::from_ref(it));
    requests.iter().skip_while(|it| !comes(it)).count() > FEW
}

/// Returns the other client's writes that happened.
fn done(run: &Run, requests: &[Request], hung: bool) -> Others {
    let is_done = |deed: &&Deed| deed.is_in(requests);
    let with = run.with.iter().filter(|deed| hung || is_done(deed));
    let meanwhile: Vec<Deed> = with.chain(run.after.iter().filter(is_done)).cloned().collect();
    let came = |it: &&Foreign| {
        it.when == When::Before
            || (it.when == When::With && hung)
            || it.kinds().all(|kind| theirs::is_in(&kind, requests))
    };
    Others {
        meanwhile: !meanwhile.is_empty(),
        deeds: [run.before.clone(), meanwhile].concat(),
        foreign: run.foreign.as_ref().filter(came).cloned(),
        claimed: run.claimed,
        expected: World::new(),
    }
}
