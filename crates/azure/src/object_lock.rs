//! A lock for each object, so that conflicting changes run one after the other.
//!
//! ARM accepts most changes in parallel, and does not document the exceptions: a subnet or an
//! account refuses a second change at times. So a change takes no lock before ARM has refused it.
//! Refused changes then retry one at a time for each object that they have in common. Objects that
//! are known to take one change at a time are the exception: their changes take turns from the
//! start.

use crate::deadline::Deadline;
use crate::error::{Error, ErrorKind};
use crate::id::ResourceId;
use serde_json::Value as Json;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as Lock, OwnedMutexGuard};

/// The locks, by ID in lower case.
#[derive(Default)]
pub(crate) struct ObjectLocks(Mutex<HashMap<String, Arc<Lock<()>>>>);

/// The locks of one change, held until this value is dropped.
#[derive(Default)]
pub(crate) struct ObjectGuard(Vec<OwnedMutexGuard<()>>);

/// The result of taking locks.
pub(crate) struct Acquired {
    pub(crate) guard: ObjectGuard,
    /// If `true`, another change held one of them first.
    pub(crate) waited: bool,
}

impl ObjectLocks {
    /// Waits after ARM refused a change because of a conflict: first for the locks, and then for
    /// `pause`, unless another change in this run held the locks and explains the conflict.
    ///
    /// # Errors
    ///
    /// A timeout, at once, if the deadline is earlier.
    pub(crate) async fn wait(
        &self,
        guard: &mut ObjectGuard,
        keys: impl FnOnce() -> BTreeSet<String>,
        pause: Duration,
        until: &Deadline,
    ) -> Result<(), Error> {
        if guard.0.is_empty() {
            let what = "other changes of the same objects in this run";
            let acquired = self.lock(keys(), what, until).await?;
            *guard = acquired.guard;
            if acquired.waited {
                return Ok(());
            }
        }
        until.sleep(pause).await
    }

    /// Takes the lock for changing an object.
    ///
    /// # Errors
    ///
    /// An error if the deadline or an interruption comes before the lock is free.
    pub(crate) async fn lock_object(
        &self,
        id: &ResourceId,
        until: &Deadline,
    ) -> Result<Acquired, Error> {
        // Another key than those of refused changes, so that no change waits for itself.
        let own = format!("change {}", id.as_str().to_lowercase());
        let busy = Error::new(
            ErrorKind::Conflict,
            "other changes of the object are under way in this run.",
        );
        let what = format!("other changes of {:?} in this run", id.name());
        self.lock(BTreeSet::from([own]), &what, until).await.map_err(|end| end.after(&busy))
    }

    /// Waits until no other change in this run uses an object that takes one change at a time.
    ///
    /// # Errors
    ///
    /// An error if the deadline or an interruption comes first.
    pub(crate) async fn take_turn(
        &self,
        id: &ResourceId,
        until: &Deadline,
    ) -> Result<Acquired, Error> {
        let what = "other changes of the same network or service in this run";
        let taken = self.lock(turn_of(id).into_iter().collect(), what, until).await;
        let text = "another change of the same network or service is under way in this run, and \
                    it takes one change at a time.";
        taken.map_err(|end| end.after(&Error::new(ErrorKind::Conflict, text)))
    }

    async fn lock(
        &self,
        keys: BTreeSet<String>,
        what: &str,
        until: &Deadline,
    ) -> Result<Acquired, Error> {
        let (mut guard, mut waited) = (ObjectGuard::default(), false);
        // Every change takes its locks in the order of the keys, so that no two block each other.
        for key in keys {
            let lock = self.of(key);
            let held = match lock.clone().try_lock_owned() {
                Ok(held) => held,
                Err(_) => {
                    waited = true;
                    let _wait = until.waiting(what);
                    until.run(async { Ok(lock.lock_owned().await) }).await?
                }
            };
            guard.0.push(held);
        }
        Ok(Acquired { guard, waited })
    }

    fn of(&self, key: String) -> Arc<Lock<()>> {
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Unused locks are dropped.
        locks.retain(|_, lock| Arc::strong_count(lock) > 1);
        locks.entry(key).or_default().clone()
    }
}

/// Types of children whose parent takes one change of them at a time.
const BY_TURNS: [&str; 2] = [
    // Of managed networks: parallel changes fail (microsoft-foundry/foundry-samples#755).
    "outboundRules",
    // Of search services: azurerm locks the service.
    "sharedPrivateLinkResources",
];

/// Returns the key of the object that takes one change at a time, if the changed object is that
/// object or in it.
fn turn_of(id: &ResourceId) -> Option<String> {
    let (ty, _) = id.names().pop()?;
    let is_child = BY_TURNS.iter().any(|child| ty.eq_ignore_ascii_case(child));
    let of = match ty.eq_ignore_ascii_case("managedNetworks") {
        true => id.clone(),
        false => id.parent().filter(|_| is_child)?,
    };
    Some(format!("turn {}", of.as_str().to_lowercase()))
}

/// Returns the keys of a change: the resource itself, its parent, and the resources that its body
/// names. Changes without a common key never conflict.
pub(crate) fn lock_keys(id: &ResourceId, body: Option<&Json>) -> BTreeSet<String> {
    let mut keys = BTreeSet::from([id.as_str().to_lowercase()]);
    let parent = id.parent().filter(|parent| parent.provider().is_some());
    keys.extend(parent.map(|parent| parent.as_str().to_lowercase()));
    body.into_iter().for_each(|body| collect_ids(body, &mut keys));
    keys
}

fn collect_ids(body: &Json, found: &mut BTreeSet<String>) {
    match body {
        Json::String(text) if text.starts_with("/subscriptions/") => {
            let id = ResourceId::parse(text).ok().filter(|id| id.provider().is_some());
            found.extend(id.map(|id| id.as_str().to_lowercase()));
        }
        Json::Array(values) => values.iter().for_each(|it| collect_ids(it, found)),
        Json::Object(values) => values.values().for_each(|it| collect_ids(it, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tokio::time::Instant;
    use tokio_util::sync::CancellationToken;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|it| (*it).to_owned()).collect()
    }

    fn within(seconds: u64) -> Deadline {
        Deadline::new(Duration::from_secs(seconds), CancellationToken::new())
    }

    #[test]
    fn the_keys_of_a_change_are_its_object_its_parent_and_the_ids_in_its_body() {
        let group = "/subscriptions/S/resourceGroups/rg";
        let subnet = format!("{group}/providers/Microsoft.Network/virtualNetworks/v/subnets/s");
        let id = ResourceId::parse(&format!("{group}/providers/Microsoft.Network/x/X")).unwrap();
        let body = json!({ "a": [{ "id": subnet }], "group": group, "b": "/subscriptions/" });
        let own = id.as_str().to_lowercase();
        assert_eq!(lock_keys(&id, Some(&body)), names(&[&own, &subnet.to_lowercase()]));
        let child = id.child("parts", "P");
        assert_eq!(lock_keys(&child, None), names(&[&own, &format!("{own}/parts/p")]));
    }

    #[tokio::test(start_paused = true)]
    async fn changes_of_the_rules_of_one_network_take_turns() {
        let (locks, begun) = (ObjectLocks::default(), Instant::now());
        let account = ResourceId::in_group("S", "rg", "Microsoft.CognitiveServices/accounts", "A");
        let network = account.child("managedNetworks", "default");
        let hub = ResourceId::in_group("S", "rg", "Microsoft.MachineLearningServices/x", "hub");
        let hold = async |id: ResourceId| {
            let taken = locks.take_turn(&id, &within(60)).await.unwrap();
            tokio::time::sleep(Duration::from_secs(10)).await;
            drop(taken);
            begun.elapsed().as_secs()
        };
        let ends = tokio::join!(
            hold(network.child("OutboundRules", "one")),
            hold(network.child("outboundRules", "two")),
            hold(network.clone()),
            hold(hub.child("outboundRules", "one")),
            hold(account.child("projects", "p")),
            hold(account.child("projects", "p")),
        );
        assert_eq!(ends, (10, 20, 30, 10, 10, 10));
        assert_eq!(turn_of(&account), None);
    }

    #[tokio::test(start_paused = true)]
    async fn changes_with_a_common_key_run_one_at_a_time() {
        let (locks, begun) = (ObjectLocks::default(), Instant::now());
        let hold = async |keys: &[&str]| {
            let acquired = locks.lock(names(keys), "x", &within(60)).await.unwrap();
            assert_eq!(acquired.guard.0.len(), keys.len());
            tokio::time::sleep(Duration::from_secs(10)).await;
            (acquired.waited, begun.elapsed().as_secs())
        };
        let (a, b, c) = tokio::join!(hold(&["s", "x"]), hold(&["y", "s"]), hold(&["z"]));
        assert_eq!([a, b, c], [(false, 10), (true, 20), (false, 10)]);
        assert!(locks.of("n".to_owned()).try_lock().is_ok());
        assert_eq!(locks.0.lock().unwrap().len(), 1, "unused locks are dropped");
    }

    #[tokio::test(start_paused = true)]
    async fn a_lock_is_not_waited_for_beyond_the_deadline() {
        let locks = ObjectLocks::default();
        let _held = locks.lock(names(&["s"]), "x", &within(60)).await.unwrap();
        let error = locks.lock(names(&["s"]), "x", &within(5)).await.map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), "The operation did not finish within 5 seconds.");
    }
}
