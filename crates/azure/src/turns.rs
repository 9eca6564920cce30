//! Changes that were in each other's way take turns.
//!
//! ARM takes most changes side by side, and does not say which it does not: a subnet or an account
//! refuses a second one at times. So nobody waits who was not refused; and those who were come back
//! one at a time for each thing that they have in common, not all at once again and again.

use crate::deadline::Deadline;
use crate::error::{Error, Kind};
use crate::id::ResourceId;
use serde_json::Value as Json;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as Lock, OwnedMutexGuard};

/// Whose turn it is, by ID in lower case.
#[derive(Default)]
pub(crate) struct Turns(Mutex<HashMap<String, Arc<Lock<()>>>>);

/// The turn of one change, until it is dropped.
#[derive(Default)]
pub(crate) struct Turn(Vec<OwnedMutexGuard<()>>);

impl Turns {
    /// Lets a change wait that was refused because of something in its way: first for its turn, and
    /// then as long as it was asked to, unless others had theirs meanwhile: that was in the way.
    ///
    /// # Errors
    ///
    /// At once, when the time is over before then.
    pub(crate) async fn wait(
        &self,
        turn: &mut Turn,
        around: impl FnOnce() -> BTreeSet<String>,
        pause: Duration,
        until: &Deadline,
    ) -> Result<(), Error> {
        if turn.0.is_empty() {
            let (own, waited) = self.take(around(), until).await?;
            *turn = own;
            if waited {
                return Ok(());
            }
        }
        until.sleep(pause).await
    }

    /// Takes the turn of changing an object, and tells whether others came before.
    ///
    /// # Errors
    ///
    /// When the time is over, or the call interrupted, before others are done with it.
    pub(crate) async fn of_object(
        &self,
        id: &ResourceId,
        until: &Deadline,
    ) -> Result<(Turn, bool), Error> {
        // Beside the turns of those who were refused, so that nobody waits for himself.
        let own = format!("change {}", id.as_str().to_lowercase());
        let busy = Error::new(Kind::Conflict, "other changes of it are under way in this run.");
        self.take(BTreeSet::from([own]), until).await.map_err(|end| end.after(&busy))
    }

    /// Takes the turn, and tells whether others came before.
    async fn take(
        &self,
        around: BTreeSet<String>,
        until: &Deadline,
    ) -> Result<(Turn, bool), Error> {
        let (mut turn, mut waited) = (Turn::default(), false);
        // All take them in the order of their names, so that no two wait for each other.
        for id in around {
            let lock = self.of(id);
            let held = match lock.clone().try_lock_owned() {
                Ok(held) => held,
                Err(_) => {
                    waited = true;
                    until.run(async { Ok(lock.lock_owned().await) }).await?
                }
            };
            turn.0.push(held);
        }
        Ok((turn, waited))
    }

    fn of(&self, id: String) -> Arc<Lock<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What nobody waits for any more is forgotten.
        turns.retain(|_, lock| Arc::strong_count(lock) > 1);
        turns.entry(id).or_default().clone()
    }
}

/// What a change is about: the resource itself, the one that it is in, and those that its body
/// names. Changes of which these differ are never in each other's way.
pub(crate) fn around(id: &ResourceId, body: Option<&Json>) -> BTreeSet<String> {
    let mut around = BTreeSet::from([id.as_str().to_lowercase()]);
    let parent = id.parent().filter(|parent| parent.provider().is_some());
    around.extend(parent.map(|parent| parent.as_str().to_lowercase()));
    body.into_iter().for_each(|body| collect(body, &mut around));
    around
}

fn collect(body: &Json, found: &mut BTreeSet<String>) {
    match body {
        Json::String(text) if text.starts_with("/subscriptions/") => {
            let id = ResourceId::parse(text).ok().filter(|id| id.provider().is_some());
            found.extend(id.map(|id| id.as_str().to_lowercase()));
        }
        Json::Array(values) => values.iter().for_each(|it| collect(it, found)),
        Json::Object(values) => values.values().for_each(|it| collect(it, found)),
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
        assert_eq!(around(&id, Some(&body)), names(&[&own, &subnet.to_lowercase()]));
        let child = id.child("parts", "P");
        assert_eq!(around(&child, None), names(&[&own, &format!("{own}/parts/p")]));
    }

    #[tokio::test(start_paused = true)]
    async fn one_at_a_time_of_what_is_in_common() {
        let (turns, begun) = (Turns::default(), Instant::now());
        let hold = async |around: &[&str]| {
            let (turn, waited) = turns.take(names(around), &within(60)).await.unwrap();
            assert_eq!(turn.0.len(), around.len());
            tokio::time::sleep(Duration::from_secs(10)).await;
            (waited, begun.elapsed().as_secs())
        };
        let (a, b, c) = tokio::join!(hold(&["s", "x"]), hold(&["y", "s"]), hold(&["z"]));
        assert_eq!([a, b, c], [(false, 10), (true, 20), (false, 10)]);
        assert!(turns.of("n".to_owned()).try_lock().is_ok());
        assert_eq!(turns.0.lock().unwrap().len(), 1, "what is over is forgotten");
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_beyond_the_end() {
        let turns = Turns::default();
        let _held = turns.take(names(&["s"]), &within(60)).await.unwrap();
        let error = turns.take(names(&["s"]), &within(5)).await.map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), "It was not done within 5 seconds.");
    }
}
