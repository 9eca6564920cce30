//! Runs in which another client writes while an operation meets a fault. Everything that belongs to
//! the other client must stay as it is.

use crate::cases::Makes;
use crate::faults::{Fate, Meets, Trouble, What};
use crate::lane::{Asked, Lane, Operation};
use crate::theirs::{self, Deed, World};
use crate::trial::{Foreign, Run, When};
use emulator::Fault;

/// How another client takes part in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Beside {
    /// The other client's object exists before the operation.
    Exists,
    /// The other client writes between two requests of the operation.
    Writes,
}

/// Types whose writes carry an etag in `If-Match`.
const CONDITIONAL: &str = "/Microsoft.Network/";

/// Part of the path of a poll.
const POLL: &str = "peration";

/// Returns how many requests up to this one have its method and path.
fn same(requests: &[Asked], nth: usize) -> u64 {
    let Some(asked) = nth.checked_sub(1).and_then(|index| requests.get(index)) else { return 0 };
    let path = asked.path.to_lowercase();
    let same = requests[..nth]
        .iter()
        .filter(|it| it.method == asked.method && it.path.to_lowercase().contains(&path));
    same.count() as u64
}

/// Returns a fault for the request of this number.
fn at(fault: Fault, nth: usize) -> Fault {
    fault.path("/subscriptions/").nth(nth as u64)
}

/// Returns a fault for a write of this number. The number counts writes of its method only, because
/// one list may serve several reads.
fn at_write(fault: Fault, requests: &[Asked], nth: usize) -> Fault {
    let Some(asked) = requests.get(nth - 1).filter(|it| it.is_write()) else {
        return at(fault, nth);
    };
    let before = requests[..nth].iter().filter(|it| it.method == asked.method).count();
    at(fault, before).method(&asked.method)
}

impl Lane<'_> {
    /// Returns the runs of a fault without another client.
    pub(crate) fn runs_alone(&self, operation: Operation, trouble: &Trouble) -> Vec<Run> {
        let methods: Vec<&str> =
            self.requests[&operation].iter().map(|it| it.method.as_str()).collect();
        let runs = self.runs(operation, trouble).into_iter();
        let run = |met: Vec<u64>| Run {
            place: format!("at {met:?} of {}", methods.join(" ")),
            orders: match trouble.what {
                What::Fault(fault) => match met[..] {
                    [nth] => vec![at_write(fault(), &self.requests[&operation], nth as usize)],
                    _ => met.iter().map(|nth| at(fault(), *nth as usize)).collect(),
                },
                _ => Vec::new(),
            },
            ..Run::default()
        };
        runs.map(run).collect()
    }

    /// Returns the runs of a fault with another client.
    pub(crate) fn runs_beside(
        &self,
        beside: Beside,
        operation: Operation,
        trouble: &Trouble,
    ) -> Vec<Run> {
        if operation == Operation::Read {
            return self.reads(beside, trouble);
        }
        let requests = &self.requests[&operation];
        let writes = requests.iter().zip(1..).filter(|(it, _)| it.is_write());
        let mut writes: Vec<usize> = writes.map(|(_, nth)| nth).collect();
        let mut runs = Vec::new();
        if operation == Operation::Create && self.case.owns() {
            let first = writes.remove(0);
            runs.extend(match beside {
                Beside::Exists => self.creates_of_what_exists(trouble),
                Beside::Writes => self.creates_in_a_race(trouble, first),
            });
            if beside == Beside::Exists {
                return runs;
            }
        }
        if operation == Operation::Create && beside == Beside::Exists {
            runs.extend(self.claims_of_what_is_claimed(trouble));
        }
        for nth in writes {
            runs.extend(self.meets(operation, trouble, nth).into_iter().flat_map(|orders| {
                match beside {
                    Beside::Exists => self.beside_what_exists(operation, nth, &orders),
                    Beside::Writes => self.in_between(operation, trouble, nth, &orders),
                }
            }));
        }
        if operation == Operation::Delete && self.case.owns() && beside == Beside::Writes {
            runs.extend(self.made_anew(trouble));
        }
        runs
    }

    /// Returns the faults that meet this write or the read after it, or `None` if the fault cannot.
    fn meets(&self, operation: Operation, trouble: &Trouble, nth: usize) -> Option<Vec<Fault>> {
        let requests = &self.requests[&operation];
        let asked = &requests[nth - 1];
        let next = requests.get(nth).is_some_and(|it| !it.is_write());
        match (trouble.what, trouble.meets) {
            (What::Nothing | What::Slow, _) => Some(Vec::new()),
            (What::Fault(fault), Meets::Reads) => next.then(|| vec![at(fault(), nth + 1)]),
            (What::Fault(fault), _) => Some(vec![at_write(fault(), requests, nth)]),
            (What::Then(fault, other), _) => {
                let again = other().method(&asked.method).path(&asked.path);
                Some(vec![at(fault(), nth), again.nth(same(requests, nth) + 1)])
            }
        }
    }

    fn deeds(&self) -> [Deed; 2] {
        theirs::deeds(&self.case, self.cloud, &self.id)
    }

    /// Returns another client's object with the ID of ours: identical, or with more properties.
    fn foreign(&self, when: When, marked: bool) -> Foreign {
        let mut objects: World = self.whole.clone();
        let zone =
            self.cloud.id("Microsoft.Network/privateDnsZones/privatelink.notebooks.azure.net");
        if let Some(body) = objects.get_mut(&self.id.to_lowercase()).filter(|_| marked) {
            *body = theirs::marked(body, &zone);
        }
        Foreign { when, objects }
    }

    /// Runs in which an object with the ID exists before the create. The fault meets the read that
    /// looks for it, or the write, if there is one.
    fn creates_of_what_exists(&self, trouble: &Trouble) -> Vec<Run> {
        let mut runs = Vec::new();
        for (method, marked) in [("PUT", true), ("PUT", false), ("GET", true)] {
            let at = |fault: Fault| fault.method(method).path(&self.id);
            let orders = match trouble.what {
                What::Nothing | What::Slow if method == "GET" => continue,
                What::Nothing | What::Slow => Vec::new(),
                What::Fault(_)
                    if (trouble.meets == Meets::Reads) != (method == "GET")
                        && matches!(trouble.meets, Meets::Reads | Meets::Writes) =>
                {
                    continue;
                }
                What::Fault(fault) => vec![at(fault())],
                What::Then(_, _) if method == "GET" => continue,
                What::Then(fault, other) => vec![at(fault()), at(other()).nth(2)],
            };
            let like = if marked { "with more in it" } else { "just like ours" };
            runs.push(Run {
                place: format!("at the {method}, theirs exists {like}"),
                orders,
                foreign: Some(self.foreign(When::Before, marked)),
                ..Run::default()
            });
        }
        runs
    }

    /// Runs in which another client already holds what only one client can hold.
    fn claims_of_what_is_claimed(&self, trouble: &Trouble) -> Vec<Run> {
        let Some(deed) = theirs::claim(&self.case, self.cloud) else { return Vec::new() };
        let orders = match trouble.what {
            What::Fault(fault) if trouble.meets != Meets::Writes => {
                vec![fault().method("GET").path(deed.id())]
            }
            What::Fault(fault) => vec![fault().method("PUT").path(deed.id())],
            _ => Vec::new(),
        };
        vec![Run {
            place: "others hold it already".to_owned(),
            orders,
            before: vec![deed],
            claimed: true,
            ..Run::default()
        }]
    }

    /// Runs in which another client creates the object first, or writes into ours as soon as it
    /// exists.
    fn creates_in_a_race(&self, trouble: &Trouble, nth: usize) -> Vec<Run> {
        let Some(orders) = self.meets(Operation::Create, trouble, nth) else { return Vec::new() };
        let makes = self.case.makes;
        let mut runs = Vec::new();
        let mut theirs = |when: When, place: &str| {
            let foreign = self.foreign(when, true);
            let made = foreign.kinds().map(|kind| match when {
                When::With => Fault::new(kind).method("PUT").path(&self.id),
                _ => at(Fault::new(kind), nth + 1),
            });
            let orders = orders.iter().cloned().chain(made).collect();
            let place = format!("at {nth}, theirs comes {place}");
            runs.push(Run { place, orders, foreign: Some(foreign), ..Run::default() });
        };
        let refused = trouble.fate == Fate::Undone && trouble.meets != Meets::Reads;
        // An object whose operation failed does not exist, so another client can create it.
        let fails = trouble.fate == Fate::Begun && trouble.patience.is_none();
        let absent = refused || (fails && makes == Makes::New);
        if makes != Makes::Any && trouble.meets != Meets::Reads {
            theirs(When::With, "first");
        }
        // The provider replaces an expired token at once, so for a type without conditional creates
        // no other client can be first.
        let at_once = makes == Makes::Any && trouble.name.starts_with("401");
        if absent && !at_once {
            theirs(When::After, "after the first try");
        }
        if !absent {
            let [_, deed] = self.deeds();
            let order = at(Fault::new(deed.kind.clone()), nth + 1);
            runs.push(Run {
                place: format!("at {nth}, others write into it at once"),
                orders: orders.iter().cloned().chain([order]).collect(),
                after: vec![deed],
                ..Run::default()
            });
        }
        runs
    }

    fn beside_what_exists(&self, operation: Operation, nth: usize, orders: &[Fault]) -> Vec<Run> {
        let asked = &self.requests[&operation][nth - 1];
        vec![Run {
            place: format!("at {nth}, a {}, beside what others wrote before", asked.method),
            orders: orders.to_vec(),
            before: self.deeds().to_vec(),
            ..Run::default()
        }]
    }

    /// Runs in which another client writes just before the request and before the next read, or
    /// before the retry.
    fn in_between(
        &self,
        operation: Operation,
        trouble: &Trouble,
        nth: usize,
        orders: &[Fault],
    ) -> Vec<Run> {
        let requests = &self.requests[&operation];
        let asked = &requests[nth - 1];
        let order = |deed: &Deed, turn: u64| {
            let order = Fault::new(deed.kind.clone()).method(&asked.method).path(&asked.path);
            order.nth(same(requests, nth) + turn)
        };
        let [first, second] = self.deeds();
        // A connection has no etag and is written as a whole, so nothing protects a write between
        // the read and the write.
        if operation == Operation::Update && self.case.resource == "azureai_foundry_connection" {
            return Vec::new();
        }
        // A deleted object takes what another client wrote into it along.
        let is_gone = |deed: &Deed| {
            let own = deed.id().eq_ignore_ascii_case(&self.id);
            operation == Operation::Delete && self.case.owns() && own
        };
        let later = Some(&second).filter(|deed| !is_gone(deed));
        let after = later.map(|deed| at(Fault::new(deed.kind.clone()), nth + 1));
        let mut runs = vec![Run {
            place: format!("at {nth}, a {}, others write before it and after it", asked.method),
            orders: orders.iter().cloned().chain([order(&first, 0)]).chain(after).collect(),
            with: vec![first],
            after: later.cloned().into_iter().collect(),
            ..Run::default()
        }];
        let again = trouble.passes() && trouble.fate != Fate::Done;
        if let Some(deed) = later.filter(|_| again && asked.path.contains(CONDITIONAL)) {
            runs.push(Run {
                place: format!("at {nth}, a {}, others write before the second", asked.method),
                orders: orders.iter().cloned().chain([order(deed, 1)]).collect(),
                after: vec![deed.clone()],
                ..Run::default()
            });
        }
        runs
    }

    /// Runs in which another client recreates the object as soon as ours is deleted.
    fn made_anew(&self, trouble: &Trouble) -> Vec<Run> {
        let requests = &self.requests[&Operation::Delete];
        // A delete may delete the object's children first.
        let is_own = |it: &Asked| it.method == "DELETE" && it.path.eq_ignore_ascii_case(&self.id);
        let position = requests.iter().position(is_own);
        let (Some(nth), true) = (position, trouble.passes() && trouble.fate != Fate::Begun) else {
            return Vec::new();
        };
        let Some(orders) = self.meets(Operation::Delete, trouble, nth + 1) else {
            return Vec::new();
        };
        let polls = |it: &&Asked| it.path.contains(POLL);
        let looks = |it: &&Asked| it.path.to_lowercase().contains(&self.id.to_lowercase());
        let polled = requests.iter().any(|it| polls(&it));
        let reads = requests[..nth].iter().filter(|it| !it.is_write());
        let (path, before) = match polled {
            true => (POLL, reads.filter(polls).count()),
            false => (&*self.id, reads.filter(looks).count()),
        };
        let turn = before as u64 + 1;
        // A delete without polls reads the object once, which shows the other client's object only
        // if nothing fails.
        if !polled && !matches!(trouble.what, What::Nothing) {
            return Vec::new();
        }
        let foreign = self.foreign(When::Anew, true);
        let made = foreign.kinds().map(|kind| Fault::new(kind).method("GET").path(path).nth(turn));
        vec![Run {
            place: format!("at {}, others make it anew", nth + 1),
            orders: orders.into_iter().chain(made).collect(),
            foreign: Some(foreign),
            ..Run::default()
        }]
    }

    /// Runs in which another client wrote, or writes, into the object that a refresh reads.
    fn reads(&self, beside: Beside, trouble: &Trouble) -> Vec<Run> {
        let orders = match trouble.what {
            What::Nothing => Vec::new(),
            What::Fault(fault) if trouble.meets != Meets::Writes => vec![at(fault(), 1)],
            _ => return Vec::new(),
        };
        let deeds = self.deeds();
        vec![match beside {
            Beside::Exists => Run {
                place: "beside what others wrote before".to_owned(),
                orders,
                before: deeds.to_vec(),
                ..Run::default()
            },
            Beside::Writes => Run {
                place: "while others write".to_owned(),
                orders: orders
                    .into_iter()
                    .chain(deeds.iter().map(|deed| at(Fault::new(deed.kind.clone()), 1)))
                    .collect(),
                with: deeds.to_vec(),
                ..Run::default()
            },
        }]
    }
}
