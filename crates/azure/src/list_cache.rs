//! List cache: answers many reads in one parent, or of one type in a resource group, with a list
//! that is read page by page.
//!
//! The cache only saves requests. It serves each object once, while the list is fresh and no write
//! has begun since the list started. An object that is not on the list is read by itself, so an
//! incomplete or outdated list never makes an object look deleted.
//!
//! A cache crate with a time to live (`moka`, `quick_cache`) does not fit: entries here are filled
//! page by page while they are read, give each object away, and end with any write.

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

/// Time for which a list may serve reads.
const FRESH_FOR: Duration = Duration::from_secs(30);

/// Lists that serve reads, and counters of the writes that invalidate them.
#[derive(Default)]
pub(crate) struct ListCache {
    /// Lists by parent, type, and API version. The holder of a lock reads the list for all callers.
    collections: Mutex<HashMap<String, Arc<AsyncMutex<Collection>>>>,
    writes_begun: AtomicU64,
    writes_ended: AtomicU64,
}

/// A write in progress. It ends when the guard is dropped.
pub(crate) struct WriteGuard<'a>(&'a ListCache);

impl Drop for WriteGuard<'_> {
    fn drop(&mut self) {
        self.0.writes_ended.fetch_add(1, Ordering::SeqCst);
    }
}

impl ListCache {
    /// Invalidates all lists until the write ends. A write may change other objects too: a zone
    /// group writes the records of zones.
    pub(crate) fn begin_write(&self) -> WriteGuard<'_> {
        self.writes_begun.fetch_add(1, Ordering::SeqCst);
        WriteGuard(self)
    }

    /// Returns the number of writes, or `None` while a write is in progress.
    fn writes(&self) -> Option<u64> {
        let ended = self.writes_ended.load(Ordering::SeqCst);
        (self.writes_begun.load(Ordering::SeqCst) == ended).then_some(ended)
    }

    fn collection(&self, key: String) -> Arc<AsyncMutex<Collection>> {
        let mut all = self.collections.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(key).or_default().clone()
    }

    /// Takes a resource from the list of its siblings. The list is read from the read number `from`
    /// in one parent or resource group. Returns `None` if no valid list contains the resource.
    ///
    /// # Errors
    ///
    /// Returns an error on timeout or cancellation. A list that cannot be read is no error.
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

/// Objects of one type in one parent.
#[derive(Default)]
struct Collection {
    /// Number of reads.
    reads: usize,
    list: Option<CachedList>,
}

/// A list that may be read in part.
struct CachedList {
    begun: Instant,
    /// Number of writes before the list.
    writes: u64,
    /// Pages that are still to be read.
    pages: Option<Pages>,
    read: usize,
    served: usize,
    /// Objects by ID in lowercase. `None` marks an object that was served.
    objects: HashMap<String, Option<Json>>,
}

/// Returns the path of the list that contains a resource, relative to its parent.
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

    /// A second read of an object wants its current state, so it needs a new list.
    fn is_over(&self, writes: u64, own: &str) -> bool {
        let served = self.objects.get(own).is_some_and(Option::is_none);
        served || self.writes != writes || self.begun.elapsed() >= FRESH_FOR
    }

    /// Takes an object from the list. Reads one more page if the object is on no page so far, and
    /// if the pages so far have served as many objects.
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
                // Each object can still be read by itself, and that read reports the error.
                Err(error) => tracing::debug!(%error, "list cannot be read"),
            }
        }
        let found = self.objects.get_mut(own).and_then(Option::take);
        self.served += usize::from(found.is_some());
        Ok(found.map(|body| GenericResource { body }))
    }
}
