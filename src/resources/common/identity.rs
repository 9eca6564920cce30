//! The identity that an object acts as: its block, and how it is on the wire.

use crate::validators;
use plugin::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// An identity.
#[derive(Model, Clone, Debug, PartialEq)]
pub struct Identity {
    /// `SystemAssigned`, `UserAssigned`, or `SystemAssigned, UserAssigned` for both.
    #[tf(check = validators::one_of(IDENTITY_TYPES), same = same_words)]
    pub r#type: String,
    /// IDs of the user-assigned identities.
    #[tf(
        default = Value::List(Vec::new()),
        check = validators::id_of(&[IDENTITY]).each(),
        same = validators::same_ids
    )]
    pub identity_ids: Option<BTreeSet<String>>,
    /// Object ID of the system-assigned identity.
    #[tf(recomputed_with("identity"))]
    principal_id: Computed<String>,
    /// Tenant of the system-assigned identity.
    #[tf(recomputed_with("identity"))]
    tenant_id: Computed<String>,
}

/// The type of user-assigned identities.
pub(crate) const IDENTITY: &str = "Microsoft.ManagedIdentity/userAssignedIdentities";

const IDENTITY_TYPES: &[&str] = &["SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned"];

/// Names and values of a map, where null takes a name out of it.
type Entries = BTreeMap<String, Option<Json>>;

/// An identity on the wire.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WireIdentity {
    pub(crate) r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_assigned_identities: Option<Entries>,
    #[serde(skip_serializing)]
    principal_id: Option<String>,
    #[serde(skip_serializing)]
    tenant_id: Option<String>,
}

impl Identity {
    /// The identity that the attributes ask for, in Azure's spelling where it is the same.
    pub(crate) fn write(&self, live: Option<&WireIdentity>) -> WireIdentity {
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
    fn read(live: &WireIdentity) -> Self {
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
fn same_words(left: &Value, right: &Value) -> bool {
    matches!((left.as_str(), right.as_str()), (Some(a), Some(b)) if words(a) == words(b))
}

/// The block of an object's configuration.
pub(crate) fn block(config: &Value) -> Option<&Value> {
    config.get("identity").as_list()?.first()
}

/// That the identities that are named are those that the type speaks of.
pub(crate) fn validate(config: &Value) -> Option<Diagnostic> {
    let identity = block(config)?;
    let kind = identity.get("type").as_str()?;
    let ids = match identity.get("identity_ids") {
        Value::Unknown => return None,
        Value::List(ids) => !ids.is_empty(),
        _ => false,
    };
    let (summary, detail) = match (kind.contains("UserAssigned"), ids) {
        (true, false) => (
            "A user-assigned identity must be named",
            "Set `identity_ids` to the IDs of the identities, or `type = \"SystemAssigned\"`.",
        ),
        (false, true) => (
            "Only user-assigned identities are named",
            "Remove `identity_ids`, or set `type = \"SystemAssigned, UserAssigned\"`.",
        ),
        _ => return None,
    };
    let path = Path::of("identity").index(0).attribute("identity_ids");
    Some(Diagnostic::error(summary, detail).at(path))
}

/// The block of what Azure has. An identity that the configuration does not mention is Azure's own
/// choice.
pub(crate) fn shown(
    configured: &Blocks<Identity>,
    live: Option<&WireIdentity>,
    importing: bool,
) -> Vec<Identity> {
    let shown = importing || configured.first().is_some();
    let named = live.filter(|it| shown && !matches!(it.r#type.as_str(), "" | "None"));
    named.map(Identity::read).into_iter().collect()
}
