//! Reads of objects that belong to another object, also right after they were created.

use crate::assessment::reader::SPARED_AFTER;
use crate::client::decode::from_json;
use crate::explain::named;
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

/// An object that is read along with another.
#[derive(Clone, Debug)]
pub struct Related {
    /// The name that the reading resource gives it.
    pub name: Cow<'static, str>,
    /// Its ID.
    pub id: ResourceId,
    /// Its API version.
    pub api: &'static str,
    /// The type of the children to list, if the children are wanted instead of the object.
    pub list: Option<&'static str>,
    /// If `true`, it is left out if it cannot be read.
    pub spare: bool,
    /// How a list of its siblings serves the read, if one does.
    pub siblings: Option<Siblings>,
}

/// The use of a list of the objects in one parent or group for the read of one of them.
#[derive(Clone, Copy, Debug)]
pub struct Siblings {
    /// Number of the first read that uses the list.
    pub from: usize,
    /// Returns `true` if the object's entry in the list suffices. Otherwise the object is read.
    pub suffices: fn(&Json) -> bool,
}

impl Related {
    /// Creates a read of the object with this ID.
    pub fn object(name: &'static str, id: ResourceId, api: &'static str) -> Self {
        Self { name: name.into(), id, api, list: None, spare: false, siblings: None }
    }

    /// Creates a read of one of many objects. Its name is its ID in lower case. The object is null
    /// if it does not exist, and left out if it cannot be read.
    pub fn sibling(id: ResourceId, api: &'static str) -> Self {
        let name = id.as_str().to_lowercase().into();
        let siblings = Some(Siblings { from: 1, suffices: |_| true });
        Self { name, id, api, list: None, spare: true, siblings }
    }

    /// Creates a read of the children of this type in the object with this ID.
    pub fn children(
        name: &'static str,
        id: ResourceId,
        api: &'static str,
        child: &'static str,
    ) -> Self {
        Self { list: Some(child), ..Self::object(name, id, api) }
    }

    /// Takes the object from a list of the same parent or group, from the second read on, if its
    /// entry suffices.
    #[must_use]
    pub fn listed(self, suffices: fn(&Json) -> bool) -> Self {
        Self { siblings: Some(Siblings { from: 2, suffices }), ..self }
    }

    /// Leaves the object out if it cannot be read.
    #[must_use]
    pub fn spare(self) -> Self {
        Self { spare: true, ..self }
    }
}

/// The objects that were read along, by the names that the resource gave them.
#[derive(Clone, Debug, Default)]
pub struct RelatedObjects(pub BTreeMap<Cow<'static, str>, Json>);

impl RelatedObjects {
    /// Returns an object, or the array of a list, or `None` if it does not exist.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name)
    }

    /// Decodes an object or list into its wire type. Returns `None` if it does not exist.
    ///
    /// # Errors
    ///
    /// An error if Azure's answer is not of that type.
    pub fn read<T: DeserializeOwned>(&self, name: &str) -> serde_json::Result<Option<T>> {
        self.get(name).map(from_json).transpose()
    }
}

/// Time for which a new object may stay invisible to reads (ARM replicates with a delay).
const VISIBLE_WITHIN: Duration = Duration::from_secs(60);

/// Pause between two reads of an object that is not visible yet.
pub(crate) const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Reads an object, from a list if possible. Returns `None` if it does not exist.
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

/// Reads objects in parallel. Missing objects are left out, and so are spare ones that cannot be
/// read for any reason.
///
/// # Errors
///
/// The errors of the other requests, and an interruption.
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

/// Reads objects that were just created, and waits up to a minute until they are visible.
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
        let _wait = until.waiting("new objects to become visible");
        until.sleep(LOOK_AGAIN).await?;
    }
}

/// Pause before the retry of a read that lacks a new role assignment.
const LET_IN_AFTER: Duration = Duration::from_secs(5);

/// Waits after a denied read, if a new role assignment may take effect soon.
///
/// # Errors
///
/// The error itself if it is another one, or has lasted too long.
pub(crate) async fn let_in(arm: &Arm, error: Error, until: &Deadline) -> Result<(), Error> {
    if !arm.is_role_propagating(&error) {
        return Err(error);
    }
    let _wait = until.waiting(format_args!(
        "a role assignment to take effect ({})",
        error.code().unwrap_or_default()
    ));
    until.sleep(LET_IN_AFTER).await.map_err(|_| error)
}

/// Reads an object that is known to exist, and waits until it is visible.
pub(crate) async fn visible(
    arm: &Arm,
    id: &ResourceId,
    api: &str,
    until: &Deadline,
) -> Result<Json, Error> {
    loop {
        match arm.get(id, api, until).await {
            Ok(Some(reply)) => return Ok(reply.body),
            Ok(None) => {
                let _wait = until.waiting(format_args!("{} to become visible", named(id)));
                until.sleep(LOOK_AGAIN).await?;
            }
            Err(error) => let_in(arm, error, until).await?,
        }
    }
}
