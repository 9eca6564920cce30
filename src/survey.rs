//! Looking at objects of Azure that lead to each other: from a resource to its private endpoints,
//! from there to interfaces and zone groups, to zones, to links and records.
//!
//! Pure code asks a [`Survey`] as if all were seen already. What was not is read then, and the code
//! is asked again, until it has seen all that it asks for. So a walk is written once, in one place,
//! and no object is read twice.

use azure::arm::Arm;
use azure::deadline::Deadline;
use azure::error::{Error, ErrorKind};
use azure::id::ResourceId;
use futures::future::BoxFuture;
use futures::stream::{self, StreamExt};
use serde_json::Value as Json;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// How many objects are read at the same time.
const AT_ONCE: usize = 8;

/// What a look at something shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight<T> {
    /// Nothing yet: it will be looked at.
    Unseen,
    /// That there is no such thing.
    Absent,
    /// That this identity may not see it; Azure's words.
    Hidden(String),
    /// It.
    Seen(T),
}

impl<T> Sight<T> {
    /// The same of what it is made into.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Sight<U> {
        match self {
            Self::Unseen => Sight::Unseen,
            Self::Absent => Sight::Absent,
            Self::Hidden(why) => Sight::Hidden(why),
            Self::Seen(it) => Sight::Seen(make(it)),
        }
    }

    /// What is seen, if it is.
    pub fn seen(self) -> Option<T> {
        match self {
            Self::Seen(it) => Some(it),
            Self::Unseen | Self::Absent | Self::Hidden(_) => None,
        }
    }

    /// Azure's words, where it may not be seen.
    pub fn hidden(&self) -> Option<&str> {
        match self {
            Self::Hidden(why) => Some(why),
            Self::Unseen | Self::Absent | Self::Seen(_) => None,
        }
    }
}

/// A look at an object, or at its children of a type.
#[derive(Clone, Debug)]
pub struct Look {
    /// The object.
    pub id: ResourceId,
    /// The type of its children, where they are wanted.
    pub child: Option<String>,
    /// The API version that is spoken with it.
    pub api: &'static str,
}

impl Look {
    /// Under this it is remembered: Azure ignores the case of IDs.
    fn key(&self) -> String {
        let child = self.child.as_deref().unwrap_or_default();
        format!("{}/{child}", self.id).to_lowercase()
    }
}

/// What was seen so far.
#[derive(Debug, Default)]
pub struct Survey {
    seen: BTreeMap<String, Sight<Json>>,
    wanted: RefCell<Vec<Look>>,
}

impl Survey {
    /// An object.
    pub fn object(&self, id: &ResourceId, api: &'static str) -> Sight<&Json> {
        self.look(Look { id: id.clone(), child: None, api })
    }

    /// The children of a type of an object; none where the object does not exist.
    pub fn children(&self, id: &ResourceId, child: &str, api: &'static str) -> Sight<&[Json]> {
        let look = Look { id: id.clone(), child: Some(child.to_owned()), api };
        self.look(look).map(|list| list.as_array().map(Vec::as_slice).unwrap_or_default())
    }

    fn look(&self, look: Look) -> Sight<&Json> {
        match self.seen.get(&look.key()) {
            Some(Sight::Seen(body)) => Sight::Seen(body),
            Some(Sight::Hidden(why)) => Sight::Hidden(why.clone()),
            Some(Sight::Absent) => Sight::Absent,
            Some(Sight::Unseen) | None => {
                self.wanted.borrow_mut().push(look);
                Sight::Unseen
            }
        }
    }

    /// Puts in what is known without a look.
    #[must_use]
    pub fn knowing(mut self, id: &ResourceId, body: Json) -> Self {
        let look = Look { id: id.clone(), child: None, api: "" };
        self.seen.insert(look.key(), Sight::Seen(body));
        self
    }

    /// What was asked for and not seen, each once.
    fn open(&self) -> BTreeMap<String, Look> {
        let wanted = self.wanted.take().into_iter();
        wanted.map(|look| (look.key(), look)).collect()
    }
}

/// A look under way.
pub type Looking<'a> = BoxFuture<'a, Result<Sight<Json>, Error>>;

/// Looks at all that a judge asks for, and answers what it then says.
///
/// # Errors
///
/// Those of the requests, but for what this identity may not see: that the judge is told.
pub async fn survey<T>(
    arm: &Arm,
    known: Survey,
    judge: impl Fn(&Survey) -> T,
    until: &Deadline,
) -> Result<T, Error> {
    survey_by(known, judge, &|look| Box::pin(see(arm, look, until))).await
}

/// The same where somebody else looks.
///
/// # Errors
///
/// Those of the looks.
pub async fn survey_by<'a, T>(
    mut known: Survey,
    judge: impl Fn(&Survey) -> T,
    look: &(dyn Fn(Look) -> Looking<'a> + Sync),
) -> Result<T, Error> {
    loop {
        let verdict = judge(&known);
        let open = known.open();
        if open.is_empty() {
            return Ok(verdict);
        }
        drop(verdict);
        let looks = open.into_iter().map(|(key, what)| async move { (key, look(what).await) });
        let mut seen = stream::iter(looks).buffer_unordered(AT_ONCE);
        while let Some((key, sight)) = seen.next().await {
            known.seen.insert(key, sight?);
        }
    }
}

async fn see(arm: &Arm, look: Look, until: &Deadline) -> Result<Sight<Json>, Error> {
    let seen = match &look.child {
        Some(child) => {
            let listed = arm.list(&look.id, child, look.api, until).await;
            listed.map(|list| Sight::Seen(Json::Array(list)))
        }
        None => {
            let found = arm.get(&look.id, look.api, until).await;
            found.map(|found| found.map_or(Sight::Absent, |reply| Sight::Seen(reply.body)))
        }
    };
    match seen {
        // A subscription of another tenant is answered with 404, and means the same.
        Err(error) if error.kind() == ErrorKind::Denied && error.status() != Some(401) => {
            Ok(Sight::Hidden(error.to_string()))
        }
        seen => seen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn id(name: &str) -> ResourceId {
        ResourceId::in_group("s", "g", "A.B/c", name)
    }

    #[test]
    fn what_is_not_seen_is_asked_for_once_in_any_casing() {
        let survey = Survey::default().knowing(&id("known"), json!({"a": 1}));
        assert_eq!(survey.object(&id("KNOWN"), "1"), Sight::Seen(&json!({"a": 1})));
        for name in ["x", "X"] {
            assert_eq!(survey.object(&id(name), "1"), Sight::Unseen);
            assert_eq!(survey.children(&id(name), "d", "1"), Sight::Unseen);
        }
        let open = survey.open();
        assert_eq!(open.len(), 2, "{open:?}");
        assert!(survey.open().is_empty());
    }
}
