//! The list cache, for reads that come in numbers: what is in one parent, or of one type in a
//! resource group, is read by a list of it, page by page, instead of one by one.
//!
//! A list only ever saves requests, it decides nothing. It serves each object once, and only while
//! it is fresh and nothing was written since it was begun; and what is not in it is asked for by
//! itself, so that a list which is partial or behind makes nothing look deleted.
//!
//! A crate for caches with a time to live (`moka`, `quick_cache`) would not do: an entry here is
//! filled page by page while it is read from, gives each object away, and ends with any write.

use crate::deadline::Deadline;
use crate::error::Error;
use crate::id::ResourceId;
use crate::pages::Pages;
use crate::request::GenericResource;
use crate::sender::Sender;
use serde_json::Value as Json;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Mutex as AsyncMutex;
use tokio::time::Instant;

/// How long after it was begun a list may be read from.
const FRESH_FOR: Duration = Duration::from_secs(30);

/// The lists that are read from, and the writes that end them.
#[derive(Default)]
pub(crate) struct ListCache {
    /// By parent, type and API version. Who holds the lock reads the list for all who wait.
    collections: Mutex<HashMap<String, Arc<AsyncMutex<Collection>>>>,
    writes_begun: AtomicU64,
    writes_ended: AtomicU64,
}

/// A write that is under way, until it is dropped.
pub(crate) struct WriteGuard<'a>(&'a ListCache);

impl Drop for WriteGuard<'_> {
    fn drop(&mut self) {
        self.0.writes_ended.fetch_add(1, Ordering::SeqCst);
    }
}

impl ListCache {
    /// Whatever was listed is out of date, and nothing is listed until the write is over: it may
    /// change more than its own object, as a zone group writes the records of zones.
    pub(crate) fn begin_write(&self) -> WriteGuard<'_> {
        self.writes_begun.fetch_add(1, Ordering::SeqCst);
        WriteGuard(self)
    }

    /// How many writes there were; `None` while there is one.
    fn writes(&self) -> Option<u64> {
        let ended = self.writes_ended.load(Ordering::SeqCst);
        (self.writes_begun.load(Ordering::SeqCst) == ended).then_some(ended)
    }

    fn collection(&self, key: String) -> Arc<AsyncMutex<Collection>> {
        let mut all = self.collections.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(key).or_default().clone()
    }

    /// Takes a resource from the list of its siblings, which is read from the `from`th read in the
    /// same parent or group on. `None` when it is in no list that may be read from.
    ///
    /// # Errors
    ///
    /// When the time is over, or the call interrupted. A list that fails is of no use and no error.
    pub(crate) async fn take(
        &self,
        sender: &Arc<Sender>,
        id: &ResourceId,
        api: &str,
        from: usize,
        until: &Deadline,
    ) -> Result<Option<GenericResource>, Error> {
        let (Some(parent), Some(child), Some(writes)) =
            (id.parent(), child_path(id), self.writes())
        else {
            return Ok(None);
        };
        let collection = self.collection(format!("{parent}/{child}?{api}").to_lowercase());
        let mut collection = until.run(async { Ok(collection.lock().await) }).await?;
        collection.reads += 1;
        let own = id.as_str().to_lowercase();
        if collection.list.as_ref().is_some_and(|list| list.is_over(writes, &own)) {
            collection.list = None;
        }
        if collection.list.is_none() && collection.reads >= from {
            let pages = Pages::new(sender.clone(), &parent, &child, api)?;
            collection.list = Some(CachedList::new(pages, writes));
        }
        let Some(list) = &mut collection.list else {
            return Ok(None);
        };
        list.take(&own, until).await
    }
}

/// What is in one parent, of one type.
#[derive(Default)]
struct Collection {
    /// How many reads there were.
    reads: usize,
    list: Option<CachedList>,
}

/// A list as far as it was read.
struct CachedList {
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

/// Where a resource is listed with its siblings, below its parent.
fn child_path(id: &ResourceId) -> Option<String> {
    match id.names().as_slice() {
        [] => None,
        [_] => Some(format!("providers/{}", id.resource_type())),
        [.., (child, _)] => Some((*child).to_owned()),
    }
}

impl CachedList {
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
    async fn take(
        &mut self,
        own: &str,
        until: &Deadline,
    ) -> Result<Option<GenericResource>, Error> {
        if !self.objects.contains_key(own)
            && self.served >= self.read
            && let Some(mut pages) = self.pages.take()
        {
            match pages.next(until).await {
                Ok(Some(page)) => {
                    self.pages = Some(pages);
                    self.read += 1;
                    self.objects.extend(page.into_iter().filter_map(|object| {
                        let id = object["id"].as_str()?.to_lowercase();
                        Some((id, Some(object)))
                    }));
                }
                Ok(None) => {}
                Err(end) if end.is_timeout_or_cancelled() => return Err(end),
                // Each can still be asked for by itself, and tells then what is wrong.
                Err(error) => tracing::debug!(%error, "the list is of no use"),
            }
        }
        let found = self.objects.get_mut(own).and_then(Option::take);
        self.served += usize::from(found.is_some());
        Ok(found.map(|body| GenericResource { body }))
    }
}
