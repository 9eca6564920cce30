//! Reads that come in numbers: what is in one parent, or of one type in a resource group, is read
//! by a list of it, page by page, instead of one by one.
//!
//! A list only ever saves requests, it decides nothing. It serves each object once, and only while
//! it is fresh and nothing was written since it was begun; and what is not in it is asked for by
//! itself, so that a list which is partial or behind makes nothing look deleted.

use crate::deadline::Deadline;
use crate::error::{Error, Kind};
use crate::http::{Arm, Reply};
use crate::id::ResourceId;
use crate::pages::Pages;
use serde_json::Value as Json;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Mutex as Turn;
use tokio::time::Instant;

/// How long after it was begun a list may be read from.
const FRESH_FOR: Duration = Duration::from_secs(30);

/// The lists that are read from, and the writes that end them.
#[derive(Default)]
pub(crate) struct Lists {
    /// By parent, type and API version. Who holds the turn reads the list for all who wait.
    lists: Mutex<HashMap<String, Arc<Turn<Siblings>>>>,
    begun: AtomicU64,
    ended: AtomicU64,
}

/// A write that is under way, until it is dropped.
pub(crate) struct Writing<'a>(&'a Lists);

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::SeqCst);
    }
}

impl Lists {
    /// Whatever was listed is out of date, and nothing is listed until the write is over: it may
    /// change more than its own object, as a zone group writes the records of zones.
    pub(crate) fn writing(&self) -> Writing<'_> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        Writing(self)
    }

    /// How many writes there were; `None` while there is one.
    fn writes(&self) -> Option<u64> {
        let ended = self.ended.load(Ordering::SeqCst);
        (self.begun.load(Ordering::SeqCst) == ended).then_some(ended)
    }

    fn of(&self, key: String) -> Arc<Turn<Siblings>> {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        lists.entry(key).or_default().clone()
    }
}

/// What is in one parent, of one type.
#[derive(Default)]
struct Siblings {
    /// How many reads there were.
    asked: usize,
    list: Option<List>,
}

/// A list as far as it was read.
struct List {
    begun: Instant,
    /// The writes that there were before it.
    writes: u64,
    /// What is yet to be read of it.
    pages: Option<Pages>,
    read: usize,
    served: usize,
    /// By ID in lower case; `None` for what was served.
    objects: HashMap<String, Option<Json>>,
}

impl Arm {
    /// Reads a resource as [`Arm::get`] does, but from the `from`th in the same parent or group
    /// on by a list of its siblings, which serves them as well. In numbers this takes one request
    /// for each page of the list, and at most one more than without in the worst case.
    ///
    /// # Errors
    ///
    /// As [`Arm::get`].
    pub async fn get_along(
        &self,
        id: &ResourceId,
        api: &str,
        from: usize,
        until: &Deadline,
    ) -> Result<Option<Reply>, Error> {
        if let (Some(parent), Some(child)) = (id.parent(), collection(id))
            && let Some(writes) = self.lists().writes()
        {
            let siblings = self.lists().of(format!("{parent}/{child}?{api}").to_lowercase());
            let mut siblings = until.run(async { Ok(siblings.lock().await) }).await?;
            siblings.asked += 1;
            let own = id.as_str().to_lowercase();
            if siblings.list.as_ref().is_some_and(|list| list.is_over(writes, &own)) {
                siblings.list = None;
            }
            if siblings.list.is_none() && siblings.asked >= from {
                siblings.list = Some(List::new(self.pages(&parent, &child, api)?, writes));
            }
            if let Some(list) = &mut siblings.list
                && let Some(body) = list.find(self, &own, until).await?
            {
                return Ok(Some(Reply { body }));
            }
        }
        self.get(id, api, until).await
    }
}

/// Where a resource is listed with its siblings, below its parent.
fn collection(id: &ResourceId) -> Option<String> {
    match id.names().as_slice() {
        [] => None,
        [_] => Some(format!("providers/{}", id.resource_type())),
        [.., (child, _)] => Some((*child).to_owned()),
    }
}

impl List {
    fn new(pages: Pages, writes: u64) -> Self {
        let objects = HashMap::new();
        Self { begun: Instant::now(), writes, pages: Some(pages), read: 0, served: 0, objects }
    }

    /// Who asks a second time wants to know what is new.
    fn is_over(&self, writes: u64, own: &str) -> bool {
        let served = self.objects.get(own).is_some_and(Option::is_none);
        served || self.writes != writes || self.begun.elapsed() >= FRESH_FOR
    }

    /// Takes an object, and reads one more page where it is not on those that were read; but not
    /// before these have paid for themselves.
    async fn find(
        &mut self,
        arm: &Arm,
        own: &str,
        until: &Deadline,
    ) -> Result<Option<Json>, Error> {
        if !self.objects.contains_key(own)
            && self.served >= self.read
            && let Some(mut pages) = self.pages.take()
        {
            match pages.next(arm, until).await {
                Ok(Some(page)) => {
                    self.pages = Some(pages);
                    self.read += 1;
                    self.objects.extend(page.into_iter().filter_map(|object| {
                        let id = object["id"].as_str()?.to_lowercase();
                        Some((id, Some(object)))
                    }));
                }
                Ok(None) => {}
                Err(end) if matches!(end.kind(), Kind::Timeout | Kind::Cancelled) => {
                    return Err(end);
                }
                // Each can still be asked for by itself, and tells then what is wrong.
                Err(fault) => tracing::debug!(%fault, "the list is of no use"),
            }
        }
        let found = self.objects.get_mut(own).and_then(Option::take);
        self.served += usize::from(found.is_some());
        Ok(found)
    }
}
