//! What the checks read of Azure: each thing once in a run, however many resources ask.

use crate::survey::{self, Look, Looking, Survey, survey_by};
use azure::arm::Arm;
use azure::deadline::Deadline;
use azure::error::Error;
use azure::id::ResourceId;
use serde_json::Value as Json;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::OnceCell;

/// How long a look may take: a plan does not wait for a check for ever.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was read, and what is known to go. It is for plans alone: what is written is always read
/// anew.
#[derive(Default)]
pub struct Sights {
    seen: Mutex<HashMap<String, Arc<OnceCell<Sight>>>>,
    going: Mutex<HashSet<String>>,
    opening: Mutex<HashSet<String>>,
    over: AtomicBool,
}

/// What a look has shown.
#[derive(Clone, Debug)]
pub enum Sight {
    /// This.
    Seen(Arc<Json>),
    /// Nothing: it is not there yet, or has nothing of the kind.
    Nothing,
    /// That it cannot be read.
    Hidden(Arc<Error>),
}

impl Sight {
    /// What was seen.
    pub fn seen(&self) -> Option<&Json> {
        match self {
            Self::Seen(json) => Some(json),
            Self::Nothing | Self::Hidden(_) => None,
        }
    }

    /// Why it cannot be read, where it cannot.
    pub fn hidden(&self) -> Option<&Arc<Error>> {
        match self {
            Self::Hidden(error) => Some(error),
            Self::Seen(_) | Self::Nothing => None,
        }
    }
}

/// Looks at Azure.
pub struct Lookout<'a> {
    /// Azure.
    pub arm: &'a Arm,
    /// What was read already.
    pub sights: &'a Sights,
    /// How long the whole plan may take.
    pub until: &'a Deadline,
}

impl Lookout<'_> {
    /// An object.
    pub async fn object(&self, id: &ResourceId, api: &str) -> Sight {
        let look = async |until: Deadline| {
            let found = self.arm.get(id, api, &until).await?;
            Ok(found.map(|reply| reply.body))
        };
        self.once(id.as_str(), look).await
    }

    /// The children of an object, as an array.
    pub async fn list(&self, id: &ResourceId, child: &str, api: &str) -> Sight {
        let look = async |until: Deadline| {
            let found = self.arm.list(id, child, api, &until).await?;
            Ok((!found.is_empty()).then_some(Json::Array(found)))
        };
        self.once(&format!("{id}/{child}"), look).await
    }

    /// What a judge says of what there is.
    pub async fn survey<T>(&self, judge: impl Fn(&Survey) -> T) -> Result<T, Error> {
        let look = |look: Look| -> Looking<'_> { Box::pin(self.look(look)) };
        survey_by(Survey::default(), judge, &look).await
    }

    async fn look(&self, look: Look) -> Result<survey::Sight<Json>, Error> {
        let (sight, none) = match &look.child {
            Some(child) => {
                let none = survey::Sight::Seen(Json::Array(Vec::new()));
                (self.list(&look.id, child, look.api).await, none)
            }
            None => (self.object(&look.id, look.api).await, survey::Sight::Absent),
        };
        Ok(match sight {
            Sight::Seen(json) => survey::Sight::Seen(json.as_ref().clone()),
            Sight::Nothing => none,
            Sight::Hidden(error) => survey::Sight::Hidden(error.to_string()),
        })
    }

    /// Looks, unless somebody has looked already or is about to.
    async fn once(
        &self,
        address: &str,
        look: impl AsyncFnOnce(Deadline) -> Result<Option<Json>, Error>,
    ) -> Sight {
        let cell = held(&self.sights.seen).entry(address.to_lowercase()).or_default().clone();
        let sight = cell.get_or_init(|| async {
            match look(self.until.at_most(PATIENCE)).await {
                Ok(Some(json)) => Sight::Seen(Arc::new(json)),
                Ok(None) => Sight::Nothing,
                Err(error) => Sight::Hidden(Arc::new(error)),
            }
        });
        sight.await.clone()
    }
}

impl Sights {
    /// Notes that changes are being made: what was seen may be so no more.
    pub fn changes(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// Whether what was seen may be so no more.
    pub fn are_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Notes that an object is to go: it will not be in the way of what comes.
    pub fn goes(&self, id: &str) {
        held(&self.going).insert(id.to_lowercase());
    }

    /// Notes that the public will be let into a resource.
    pub fn opens(&self, id: &str) {
        held(&self.opening).insert(id.to_lowercase());
    }

    /// Whether the public is known to be let into a resource.
    pub fn is_opening(&self, id: &str) -> bool {
        held(&self.opening).contains(&id.to_lowercase())
    }

    /// Whether an object is known to go.
    pub fn is_going(&self, id: &str) -> bool {
        held(&self.going).contains(&id.to_lowercase())
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
