//! A lock for each object: changes that were in each other's way go one after the other.
//!
//! ARM takes most changes side by side, and does not say which it does not: a subnet or an account
//! refuses a second one at times. So nobody waits who was not refused; and those who were come back
//! one at a time for each thing that they have in common, not all at once again and again. Only of
//! what is known to take one change at a time, each waits for its turn.

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

/// The locks that one change holds, until it is dropped.
#[derive(Default)]
pub(crate) struct ObjectGuard(Vec<OwnedMutexGuard<()>>);

/// Locks that were taken.
pub(crate) struct Acquired {
    pub(crate) guard: ObjectGuard,
    /// If `true`, others had one of them first.
    pub(crate) waited: bool,
}

impl ObjectLocks {
    /// Lets a change wait that was refused because of something in its way: first for its locks,
    /// and then as long as it was asked to, unless others had the locks meanwhile: that was in the
    /// way.
    ///
    /// # Errors
    ///
    /// At once, when the time is over before then.
    pub(crate) async fn wait(
        &self,
        guard: &mut ObjectGuard,
        keys: impl FnOnce() -> BTreeSet<String>,
        pause: Duration,
        until: &Deadline,
    ) -> Result<(), Error> {
        if guard.0.is_empty() {
            let acquired = self.lock(keys(), until).await?;
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
    /// When the time is over, or the call interrupted, before others are done with it.
    pub(crate) async fn lock_object(
        &self,
        id: &ResourceId,
        until: &Deadline,
    ) -> Result<Acquired, Error> {
        // Beside the locks of those who were refused, so that nobody waits for himself.
        let own = format!("change {}", id.as_str().to_lowercase());
        let busy =
            Error::new(ErrorKind::Conflict, "other changes of it are under way in this run.");
        self.lock(BTreeSet::from([own]), until).await.map_err(|end| end.after(&busy))
    }

    /// Waits until no other change of what takes one at a time is under way in this run.
    ///
    /// # Errors
    ///
    /// When the time is over, or the call interrupted, before it is its turn.
    pub(crate) async fn take_turn(
        &self,
        id: &ResourceId,
        until: &Deadline,
    ) -> Result<Acquired, Error> {
        let taken = self.lock(turn_of(id).into_iter().collect(), until).await;
        let text = "another change of the same network or service, which takes one at a time, is \
                    under way in this run.";
        taken.map_err(|end| end.after(&Error::new(ErrorKind::Conflict, text)))
    }

    async fn lock(&self, keys: BTreeSet<String>, until: &Deadline) -> Result<Acquired, Error> {
        let (mut guard, mut waited) = (ObjectGuard::default(), false);
        // All take them in the order of their keys, so that no two wait for each other.
        for key in keys {
            let lock = self.of(key);
            let held = match lock.clone().try_lock_owned() {
                Ok(held) => held,
                Err(_) => {
                    waited = true;
                    until.run(async { Ok(lock.lock_owned().await) }).await?
                }
            };
            guard.0.push(held);
        }
        Ok(Acquired { guard, waited })
    }

    fn of(&self, key: String) -> Arc<Lock<()>> {
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What nobody waits for any more is forgotten.
        locks.retain(|_, lock| Arc::strong_count(lock) > 1);
        locks.entry(key).or_default().clone()
    }
}

/// The type of a child, and where its parent takes one change of such children at a time.
const BY_TURNS: [&str; 2] = [
    // Of managed networks: side by side they fail (microsoft-foundry/foundry-samples#755).
    "outboundRules",
    // Of search services: azurerm locks the service.
    "sharedPrivateLinkResources",
];

/// The key of what takes one change at a time, where a change is of that or in it.
fn turn_of(id: &ResourceId) -> Option<String> {
    let (ty, _) = id.names().pop()?;
    let is_child = BY_TURNS.iter().any(|child| ty.eq_ignore_ascii_case(child));
    let of = match ty.eq_ignore_ascii_case("managedNetworks") {
        true => id.clone(),
        false => id.parent().filter(|_| is_child)?,
    };
    Some(format!("turn {}", of.as_str().to_lowercase()))
}

/// What a change is about: the resource itself, the one that it is in, and those that its body
/// names. Changes of which these differ are never in each other's way.
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
    fn a_change_is_about_what_it_names() {
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
    async fn the_rules_of_one_network_take_turns() {
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
    async fn one_at_a_time_of_what_is_in_common() {
        let (locks, begun) = (ObjectLocks::default(), Instant::now());
        let hold = async |keys: &[&str]| {
            let acquired = locks.lock(names(keys), &within(60)).await.unwrap();
            assert_eq!(acquired.guard.0.len(), keys.len());
            tokio::time::sleep(Duration::from_secs(10)).await;
            (acquired.waited, begun.elapsed().as_secs())
        };
        let (a, b, c) = tokio::join!(hold(&["s", "x"]), hold(&["y", "s"]), hold(&["z"]));
        assert_eq!([a, b, c], [(false, 10), (true, 20), (false, 10)]);
        assert!(locks.of("n".to_owned()).try_lock().is_ok());
        assert_eq!(locks.0.lock().unwrap().len(), 1, "what is over is forgotten");
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_beyond_the_end() {
        let locks = ObjectLocks::default();
        let _held = locks.lock(names(&["s"]), &within(60)).await.unwrap();
        let error = locks.lock(names(&["s"]), &within(5)).await.map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), "It was not done within 5 seconds.");
    }
}
