//! The managed identity of an object: its block, and its representation in ARM.

use crate::engine::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A managed identity.
#[derive(Model, Clone, Debug, PartialEq)]
pub struct Identity {
    /// Type of the managed identity. Possible values are `SystemAssigned`, `UserAssigned` and
    /// `SystemAssigned, UserAssigned`.
    #[tf(check = validators::one_of(IDENTITY_TYPES), same = same_words)]
    pub r#type: String,
    /// IDs of the user-assigned identities. Required for types with `UserAssigned`.
    #[tf(
        default = Value::List(Vec::new()),
        check = validators::id_of(&[IDENTITY]).each(),
        same = validators::same_ids
    )]
    pub identity_ids: Option<BTreeSet<String>>,
    /// Object ID of the system-assigned identity.
    #[tf(recomputed_with("identity"))]
    principal_id: Computed<String>,
    /// GUID of the tenant of the system-assigned identity.
    #[tf(recomputed_with("identity"))]
    tenant_id: Computed<String>,
}

/// The type of user-assigned identities.
pub(crate) const IDENTITY: &str = "Microsoft.ManagedIdentity/userAssignedIdentities";

const IDENTITY_TYPES: &[&str] = &["SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned"];

/// A map in which null removes a name.
type Entries = BTreeMap<String, Option<Json>>;

/// A managed identity as ARM represents it.
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
    /// Returns the identity that the attributes request, in Azure's spelling where it is equal.
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

    /// Returns the attributes of an identity in Azure.
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

/// Returns `true` if two lists of words differ only in case and spaces.
fn same_words(left: &Value, right: &Value) -> bool {
    matches!((left.as_str(), right.as_str()), (Some(a), Some(b)) if words(a) == words(b))
}

/// Returns the block in an object's configuration.
pub(crate) fn block(config: &Value) -> Option<&Value> {
    config.get("identity").as_list()?.first()
}

/// Checks that `identity_ids` is set exactly for types with `UserAssigned`.
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
            "The user-assigned identity is missing",
            "Set `identity_ids` to the IDs of the identities, or set `type = \"SystemAssigned\"`.",
        ),
        (false, true) => (
            "`identity_ids` needs a type with `UserAssigned`",
            "Remove `identity_ids`, or set `type = \"SystemAssigned, UserAssigned\"`.",
        ),
        _ => return None,
    };
    let path = Path::of("identity").index(0).attribute("identity_ids");
    Some(Diagnostic::error(summary, detail).at(path))
}

/// Returns the block of an identity in Azure. An identity outside the configuration is Azure's own
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
