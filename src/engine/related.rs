//! Reading objects that belong to another: along with it, and when they were made a moment ago.

use crate::assessment::reader::SPARED_AFTER;
use crate::client::decode::from_json;
use azure::arm::Arm;
use azure::deadline::Deadline;
use azure::error::Error;
use azure::id::ResourceId;
use futures::future::try_join_all;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

/// Another object that is read along.
#[derive(Clone, Debug)]
pub struct Related {
    /// How the reading resource calls it.
    pub name: Cow<'static, str>,
    /// Its ID.
    pub id: ResourceId,
    /// The API version that is spoken with it.
    pub api: &'static str,
    /// The child type to list, where not the object itself is wanted but its children.
    pub list: Option<&'static str>,
    /// Whether it is left out where it cannot be read.
    pub spare: bool,
    /// How it is read along with its siblings, where it is.
    pub siblings: Option<Siblings>,
}

/// When an object is taken from a list of what is in the same parent or group.
#[derive(Clone, Copy, Debug)]
pub struct Siblings {
    /// From which read on.
    pub from: usize,
    /// Whether what the list has of the object will do; else it is read by itself.
    pub suffices: fn(&Json) -> bool,
}

impl Related {
    /// The object of that ID.
    pub fn object(name: &'static str, id: ResourceId, api: &'static str) -> Self {
        Self { name: name.into(), id, api, list: None, spare: false, siblings: None }
    }

    /// The object of that ID, one of many of which each is wanted: it goes by its ID in lower case,
    /// is null where Azure has none, and is left out where it cannot be read.
    pub fn sibling(id: ResourceId, api: &'static str) -> Self {
        let name = id.as_str().to_lowercase().into();
        let siblings = Some(Siblings { from: 1, suffices: |_| true });
        Self { name, id, api, list: None, spare: true, siblings }
    }

    /// The children of that type of the object of that ID.
    pub fn children(
        name: &'static str,
        id: ResourceId,
        api: &'static str,
        child: &'static str,
    ) -> Self {
        Self { list: Some(child), ..Self::object(name, id, api) }
    }

    /// Takes the object from a list of what is in the same parent or group, from the second read
    /// on, where what is listed suffices.
    #[must_use]
    pub fn listed(self, suffices: fn(&Json) -> bool) -> Self {
        Self { siblings: Some(Siblings { from: 2, suffices }), ..self }
    }

    /// The same, left out where it cannot be read.
    #[must_use]
    pub fn spare(self) -> Self {
        Self { spare: true, ..self }
    }
}

/// The objects that were read along, by the name that the resource gave them.
#[derive(Clone, Debug, Default)]
pub struct RelatedObjects(pub BTreeMap<Cow<'static, str>, Json>);

impl RelatedObjects {
    /// An object, or the array of a list; `None` where Azure has none.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name)
    }

    /// An object or list in its wire type; `None` where Azure has none.
    ///
    /// # Errors
    ///
    /// When Azure's answer is not of that type.
    pub fn read<T: DeserializeOwned>(&self, name: &str) -> serde_json::Result<Option<T>> {
        self.get(name).map(from_json).transpose()
    }
}

/// How long a new object may stay invisible to reads (ARM replicates with a delay).
const VISIBLE_WITHIN: Duration = Duration::from_secs(60);

/// How long to wait between two looks at what is not visible yet.
pub(crate) const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// An object that may be taken from a list; `None` where Azure has none.
async fn listed(
    arm: &Arm,
    id: &ResourceId,
    api: &str,
    siblings: Siblings,
    until: &Deadline,
) -> Result<Option<Json>, Error> {
    let found = arm.get_cached(id, api, siblings.from, until).await?;
    let found = match found {
        Some(found) if !(siblings.suffices)(&found.body) => arm.get(id, api, until).await?,
        found => found,
    };
    Ok(found.map(|it| it.body))
}

/// Reads objects along, all at once. What Azure has not is left out, and so is what can be spared
/// and cannot be read, for whatever reason.
///
/// # Errors
///
/// Those of the other requests, and an interruption.
pub async fn read_related(
    arm: &Arm,
    wanted: Vec<Related>,
    until: &Deadline,
) -> Result<RelatedObjects, Error> {
    let looks = wanted.iter().map(|Related { name, id, api, list, spare, siblings }| async move {
        let until = if *spare { until.at_most(SPARED_AFTER) } else { until.clone() };
        let object = match list {
            Some(child) => arm.list(id, child, api, &until).await.map(|it| Some(Json::Array(it))),
            None => match siblings {
                Some(siblings) => {
                    let found = listed(arm, id, api, *siblings, &until).await;
                    found.map(|found| found.or_else(|| spare.then_some(Json::Null)))
                }
                None => arm.get(id, api, &until).await.map(|reply| reply.map(|it| it.body)),
            },
        };
        match object {
            Err(error) if !spare || error.is_cancelled() => Err(error),
            object => Ok(object.ok().flatten().map(|object| (name.clone(), object))),
        }
    });
    let found = try_join_all(looks).await?;
    Ok(RelatedObjects(found.into_iter().flatten().collect()))
}

/// Reads along what was made a moment ago: what is not visible yet is waited for, for a while.
pub(crate) async fn read_related_when_visible(
    arm: &Arm,
    wanted: Vec<Related>,
    until: &Deadline,
) -> Result<RelatedObjects, Error> {
    let patience = until.at_most(VISIBLE_WITHIN);
    loop {
        let found = match read_related(arm, wanted.clone(), until).await {
            Ok(found) => found,
            Err(error) => {
                let_in(arm, error, until).await?;
                continue;
            }
        };
        let complete = wanted.iter().all(|it| it.spare || found.get(&it.name).is_some());
        if complete || patience.remaining() < LOOK_AGAIN {
            return Ok(found);
        }
        until.sleep(LOOK_AGAIN).await?;
    }
}

/// How long to wait for a role that was assigned a moment ago, before the next try.
const LET_IN_AFTER: Duration = Duration::from_secs(5);

/// Waits after a read that was denied for want of a role that may be about to work, as writes do.
///
/// # Errors
///
/// The error itself where it is another, or has lasted too long.
pub(crate) async fn let_in(arm: &Arm, error: Error, until: &Deadline) -> Result<(), Error> {
    if !arm.is_role_propagating(&error) {
        return Err(error);
    }
    until.sleep(LET_IN_AFTER).await.map_err(|_| error)
}

/// Reads an object that is known to exist, until it is visible.
pub(crate) async fn visible(
    arm: &Arm,
    id: &ResourceId,
    api: &str,
    until: &Deadline,
) -> Result<Json, Error> {
    loop {
        match arm.get(id, api, until).await {
            Ok(Some(reply)) => return Ok(reply.body),
            Ok(None) => until.sleep(LOOK_AGAIN).await?,
            Err(error) => let_in(arm, error, until).await?,
        }
    }
}
