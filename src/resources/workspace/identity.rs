//! The identity of a workspace on the wire, and its attributes from there.

use super::{IDENTITY_TYPES, Identity};
use plugin::value::Value;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// Names and values of a map, where null takes a name out of it.
type Entries = BTreeMap<String, Option<Json>>;

/// An identity on the wire.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireIdentity {
    pub(super) r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_assigned_identities: Option<Entries>,
    #[serde(skip_serializing)]
    principal_id: Option<String>,
    #[serde(skip_serializing)]
    tenant_id: Option<String>,
}

impl Identity {
    /// The identity that the attributes ask for, in Azure's spelling where it is the same.
    pub(super) fn write(&self, live: Option<&WireIdentity>) -> WireIdentity {
        let was = live.and_then(|live| live.user_assigned_identities.as_ref());
        let was: Vec<&String> = was.into_iter().flatten().map(|(id, _)| id).collect();
        let wanted: Vec<&String> = self.identity_ids.iter().flatten().collect();
        let has = |ids: &[&String], id: &str| ids.iter().any(|it| it.eq_ignore_ascii_case(id));
        let kept = was.iter().filter(|id| has(&wanted, id)).map(|id| (*id, Some(json!({}))));
        let gone = was.iter().filter(|id| !has(&wanted, id)).map(|id| (*id, None));
        let new = wanted.iter().filter(|id| !has(&was, id)).map(|id| (*id, Some(json!({}))));
        let ids: Entries = kept.chain(gone).chain(new).map(|(id, it)| (id.clone(), it)).collect();
        let kind = live.map(|live| &live.r#type).filter(|it| words(it) == words(&self.r#type));
        WireIdentity {
            r#type: kind.unwrap_or(&self.r#type).clone(),
            user_assigned_identities: (!ids.is_empty()).then_some(ids),
            ..WireIdentity::default()
        }
    }

    /// The attributes of what Azure has.
    pub(super) fn read(live: &WireIdentity) -> Self {
        let ids = live.user_assigned_identities.iter().flatten();
        let ids: BTreeSet<_> = ids.map(|(id, _)| id.clone()).collect();
        let known = IDENTITY_TYPES.iter().find(|known| words(known) == words(&live.r#type));
        Self {
            r#type: known.map_or_else(|| live.r#type.clone(), |known| (*known).to_owned()),
            identity_ids: (!ids.is_empty()).then_some(ids),
            principal_id: live.principal_id.clone().into(),
            tenant_id: live.tenant_id.clone().into(),
        }
    }
}

fn words(text: &str) -> String {
    text.replace(' ', "").to_ascii_lowercase()
}

/// Two lists of words that differ in case and spaces only.
pub(super) fn same_words(left: &Value, right: &Value) -> bool {
    matches!((left.as_str(), right.as_str()), (Some(a), Some(b)) if words(a) == words(b))
}
