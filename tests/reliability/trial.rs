//! One operation that meets a fault, and others; and what comes of it.

use crate::cloud::Cloud;
use crate::faults::{Trouble, What};
use crate::lane::{Lane, Operation};
use crate::terraform::{Ended, Object, Step};
use crate::theirs::{self, Deed, World};
use emulator::{Fault, FaultKind, Request};
use plugin::value::Value;
use std::time::Duration;

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

/// How long one operation may take, whatever it meets: longer than the slowest machine needs.
const LONGEST: Duration = Duration::from_secs(180);

/// How many seconds a delete may take after which others make the object anew, and how many
/// requests it may send then: whoever sends more waits for theirs to go.
const ENOUGH: u64 = 10;
const FEW: usize = 8;

/// The longest time, in seconds, in which an operation must have come to its fault.
const LONGEST_PATIENCE: u64 = 128;

/// When somebody else's object comes to be where ours is meant to be.
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

/// Somebody else's object at the ID of ours, with all that belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct Foreign {
    pub(crate) when: When,
    pub(crate) objects: World,
}

impl Foreign {
    /// Makes it, now.
    pub(crate) fn is_made(&self, cloud: &Cloud) {
        for kind in self.kinds() {
            if let FaultKind::Put { id, body } = kind {
                cloud.put(&id, &body);
            }
        }
    }

    /// What others do to make it.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = FaultKind> {
        self.objects.iter().map(|(id, body)| {
            let id = body["id"].as_str().unwrap_or(id).to_owned();
            FaultKind::Put { id, body: body.clone() }
        })
    }
}

/// What an operation meets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Run {
    /// Where, in words.
    pub(crate) place: String,
    pub(crate) orders: Vec<Fault>,
    /// What others do before the operation, with the request that meets the fault, and later.
    pub(crate) before: Vec<Deed>,
    pub(crate) with: Vec<Deed>,
    pub(crate) after: Vec<Deed>,
    pub(crate) foreign: Option<Foreign>,
    /// Whether what others did before is what our create is about.
    pub(crate) claimed: bool,
}

/// What others have done in the end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Others {
    pub(crate) deeds: Vec<Deed>,
    pub(crate) foreign: Option<Foreign>,
    /// Whether anything of it was done while the operation ran.
    pub(crate) meanwhile: bool,
    /// Whether they hold what our create is about.
    pub(crate) claimed: bool,
    /// What there is if nothing of ours is.
    pub(crate) expected: World,
}

impl Others {
    /// Whether they have what our create is to make.
    pub(crate) fn have_it(&self) -> bool {
        self.claimed || self.foreign.as_ref().is_some_and(|it| it.when != When::Anew)
    }
}

impl Lane<'_> {
    /// Lets an operation meet a fault: the worst outcome, and what should not have happened.
    /// `None` where the fault cannot meet it.
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
                // The machine is busy: the time was over before there was anything to try.
                patience = patience.map(|seconds| seconds * 2);
                assert!(patience < Some(LONGEST_PATIENCE), "{operation:?} never meets its fault");
            }
        }
        (worst, wrong)
    }

    /// `None` when the operation's time was over before it met its fault.
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
        let late = |it: &String| it.contains("It was not done within");
        let waits = run.foreign.as_ref().is_some_and(|it| waits(it, &requests));
        let met = trouble.patience.is_some() && met(trouble, &requests, hung);
        let slow = patience.is_some() && !waits && !met;
        if slow && ended.errors.iter().any(late) {
            self.cloud.hold(false);
            self.put_back(start);
            return None;
        }
        // From here on time is not limited any more.
        if let Some(object) = &mut ended.object {
            object.value.set_entry("timeouts", Value::Null);
        }
        let mut others = done(run, &requests, hung);
        others.expected = self.expected(&others);
        let mut wrong = Vec::new();
        // What others have written into may be theirs, for all that a create can know.
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

    /// What comes next, without faults.
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
                // Only another run can know what this one has begun.
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

    /// The next apply meets what is somebody else's, or has become so, as far as one can know:
    /// nothing of it may come on record. Answers what was ours after all.
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

    /// The next apply brings it to its end, and leaves alone what is healthy.
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
                // With an object that failed to be made goes what others wrote into it.
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

    /// Ends what was tried, checks that nothing of ours is left and everything else is as it was,
    /// and begins anew from there.
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
            // What others had was taken away, so that ours could be made.
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

    /// Puts everything as it was when a trial began.
    fn put_back(&mut self, (object, turns, world): (Option<Object>, usize, World)) {
        self.cloud.restore(&world);
        (self.object, self.turns) = (object, turns);
    }
}

impl Run {
    /// Whether nobody else is at work.
    fn is_alone(&self) -> bool {
        self.before.is_empty()
            && self.with.is_empty()
            && self.after.is_empty()
            && self.foreign.is_none()
    }
}

/// Whether a fault that takes time was met.
fn met(trouble: &Trouble, requests: &[Request], hung: bool) -> bool {
    let refused = |it: &Request| it.fault.as_ref().is_some_and(|it| it.contains("Status"));
    let accepted = |it: &Request| it.method != "GET" && (200..300).contains(&it.status);
    match trouble.what {
        What::Slow => requests.iter().any(accepted),
        _ => hung || requests.iter().any(refused),
    }
}

/// Whether an object that others have made anew is looked at again and again.
fn waits(foreign: &Foreign, requests: &[Request]) -> bool {
    let Some(made) = foreign.kinds().next().filter(|_| foreign.when == When::Anew) else {
        return false;
    };
    let comes = |it: &Request| theirs::is_in(&made, std::slice::from_ref(it));
    requests.iter().skip_while(|it| !comes(it)).count() > FEW
}

/// What others came to do.
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
