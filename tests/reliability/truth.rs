//! Assertions after an operation that met a fault: the error, the state, the objects in Azure, and
//! the other client's objects.

use crate::faults::Trouble;
use crate::lane::{Lane, Operation};
use crate::terraform::{Ended, Object};
use crate::theirs::{self, World};
use crate::trial::Others;
use plugin::value::Value;
use serde_json::Value as Json;

impl Lane<'_> {
    /// Asserts that an error has Azure's words, or says that the object already exists.
    pub(crate) fn check_told(
        &self,
        ended: &Ended,
        (trouble, others): (&Trouble, &Others),
        wrong: &mut Vec<String>,
    ) {
        let late = trouble.patience.is_some();
        let exists = |it: &String| it.contains("already");
        let told = |it: &String| {
            it.contains(trouble.says)
                || (late && it.contains("The operation did not finish within"))
                || ((others.meanwhile || others.have_it()) && exists(it))
        };
        if !ended.errors.is_empty() && !ended.errors.iter().any(told) {
            wrong.push(format!("the error does not say what happened: {:?}", ended.errors));
        }
        if !others.have_it() {
            return;
        }
        if ended.errors.is_empty() {
            wrong.push("taken for ours: what others made".to_owned());
        } else if trouble.passes() && !ended.errors.iter().any(exists) {
            wrong.push(format!("no error says that it exists already: {:?}", ended.errors));
        }
        if ended.object.is_some() {
            wrong.push("on record: what others made".to_owned());
        }
    }

    /// Asserts that no healthy object and no part of another configuration's object is tainted,
    /// because Terraform would replace it.
    pub(crate) fn check_tainted(&self, ended: &Ended, trouble: &Trouble, wrong: &mut Vec<String>) {
        let Some(object) = ended.object.as_ref().filter(|it| it.tainted) else {
            return;
        };
        if !self.case.owns() {
            return wrong.push("tainted: a part of what is somebody else's".to_owned());
        }
        let world = self.cloud.everything();
        let id = object.value.get("id").as_str().unwrap_or_default().to_lowercase();
        let new = world.iter().filter(|(id, _)| !self.without.contains_key(*id));
        let new: Vec<&Json> = new.map(|(_, body)| body).collect();
        let well = |body: &&Json| {
            let state = &body["properties"]["provisioningState"];
            // Outbound rules have a status and no provisioning state.
            let failed = body["properties"]["status"] == "Failed";
            (state.is_null() || state == "Succeeded") && !failed
        };
        match world.get(&id) {
            None if !trouble.lasts && trouble.patience.is_none() => {
                wrong.push("tainted: what is not there".to_owned());
            }
            Some(_) if new.iter().all(well) && new.len() >= self.whole.len() => {
                wrong.push("tainted: what is healthy".to_owned());
            }
            _ => {}
        }
    }

    /// Returns a run's effect without another client.
    pub(crate) fn nobody(&self) -> Others {
        Others { expected: self.without.clone(), ..Others::default() }
    }

    /// Returns the objects that exist without ours, by applying the other client's writes to
    /// another emulator.
    pub(crate) fn expected(&self, others: &Others) -> World {
        if others.deeds.is_empty() && others.foreign.is_none() {
            return self.without.clone();
        }
        self.scratch.restore(&self.bare);
        others.foreign.iter().for_each(|it| it.is_made(self.scratch));
        others.deeds.iter().for_each(|it| it.is_done(self.scratch));
        self.compared(self.scratch)
    }

    /// Asserts that the other client's objects are as the other client left them.
    pub(crate) fn check_theirs(
        &self,
        ended: &Ended,
        others: &Others,
        when: &str,
        wrong: &mut Vec<String>,
    ) {
        let world = self.world();
        for (id, body) in others.expected.iter().filter(|(id, _)| !self.touched.contains(*id)) {
            match world.get(id) {
                None => wrong.push(format!("{when}: theirs is gone: {id}")),
                Some(now) if now != body => {
                    wrong.push(format!("{when}: theirs is changed: {body} is now {now}"));
                }
                Some(_) => {}
            }
        }
        // The provider recreates a failed object, with everything in it.
        if ended.object.as_ref().is_some_and(|it| it.tainted) {
            return;
        }
        for deed in others.deeds.iter().filter(|deed| deed.stays) {
            match world.get(&deed.id().to_lowercase()) {
                Some(body) if !deed.is_seen(body) => {
                    wrong.push(format!("{when}: what others wrote is lost: {deed:?}"));
                }
                _ => {}
            }
        }
    }

    /// Asserts that the state matches Azure.
    pub(crate) async fn check_truth(
        &self,
        operation: Operation,
        (before, trouble, others): (&Option<Object>, &Trouble, &Others),
        ended: &Ended,
        wrong: &mut Vec<String>,
    ) {
        if ended.errors.is_empty() && (operation != Operation::Read || ended.object.is_some()) {
            return;
        }
        match (&ended.object, operation) {
            (None, Operation::Create) => {
                // If Azure cannot be read, the next run decides; an object that another client
                // wrote into counts as the other client's.
                let unknown = trouble.lasts || trouble.patience.is_some() || others.meanwhile;
                // A part whose operation failed may exist or not.
                let failed = !self.case.owns() && !trouble.says.is_empty();
                let other = theirs::differences(&others.expected, &self.world());
                if !other.is_empty() && !unknown && !failed {
                    wrong.push(format!("an orphan: {other:?}"));
                }
            }
            (None, _) => wrong.push("forgotten, though it is there".to_owned()),
            (Some(object), Operation::Read | Operation::Delete) => {
                // Private data notes how far a destroy came.
                let kept = before.as_ref().is_some_and(|it| match operation {
                    Operation::Delete => it.value == object.value && it.tainted == object.tainted,
                    _ => it == object,
                });
                if !kept {
                    wrong.push("a failed read changed the record".to_owned());
                }
            }
            (Some(object), Operation::Update) => {
                let now = self.terraform().refresh(Some(object.clone())).await;
                let now = now.object.map(|it| it.value);
                // If Azure cannot be read, the state keeps what was known.
                let told = |name: &String| !object.value.get(name).is_null();
                let known = now.as_ref().and_then(Value::as_map).into_iter().flatten();
                let mut known = known.filter(|(name, _)| told(name));
                let blind = trouble.lasts
                    && (others.meanwhile
                        || Some(object) == before.as_ref()
                        || known.all(|(name, value)| object.value.get(name) == value));
                if now.as_ref() != Some(&object.value) && !blind {
                    wrong.push(format!("on record {:?}, in Azure {now:?}", object.value));
                }
            }
            (Some(_), Operation::Create) => {}
        }
    }
}
