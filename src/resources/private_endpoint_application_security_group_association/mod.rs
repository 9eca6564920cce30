//! `azureai_private_endpoint_application_security_group_association`

pub mod list;

use crate::client::decode::array;
use crate::engine::prelude::*;
use crate::explain::import_block;
use crate::private_link::arm_types::{APPLICATION_SECURITY_GROUP, PRIVATE_ENDPOINT};

/// Manages the membership of a private endpoint in an application security group.
///
/// Other groups of the private endpoint stay. Do not use this resource for a private endpoint with
/// `application_security_group_ids`: the two would undo each other's changes.
#[derive(Model, Clone, Debug)]
pub struct SecurityGroupAssociation {
    /// ID of the private endpoint and ID of the application security group, separated by `|`.
    #[tf(id, same = same_pair)]
    id: Computed<String>,
    /// ID of the private endpoint.
    #[tf(replace, check = validators::id_of(&[ENDPOINT]), same = validators::same_id)]
    private_endpoint_id: String,
    /// ID of the application security group.
    #[tf(replace, check = validators::id_of(&[GROUP]), same = validators::same_id)]
    application_security_group_id: String,
}

const ENDPOINT: &str = PRIVATE_ENDPOINT.name;
const GROUP: &str = APPLICATION_SECURITY_GROUP.name;

/// ARM's name of the list.
const GROUPS: &str = "applicationSecurityGroups";

/// Returns the groups in an endpoint's body.
fn groups(live: &Json) -> impl Iterator<Item = &Json> {
    live["properties"][GROUPS].as_array().into_iter().flatten()
}

fn list(groups: &[Json]) -> Json {
    json!({"properties": {GROUPS: groups}})
}

impl SecurityGroupAssociation {
    fn holds(&self, live: &Json) -> bool {
        groups(live).any(|group| self.is_ours(group))
    }

    fn is_ours(&self, group: &Json) -> bool {
        let id = group["id"].as_str().unwrap_or_default();
        id.eq_ignore_ascii_case(&self.application_security_group_id)
    }
}

impl ArmPartial for SecurityGroupAssociation {
    const NAME: &'static str = "azureai_private_endpoint_application_security_group_association";
    const LABEL: &'static str = "the application security groups of";
    const NAMED_BY: &'static str = "private_endpoint_id";
    const IDENTITY: IdentitySchema = IdentitySchema::Joined {
        parts: &[
            ("private_endpoint_id", "ID of the private endpoint."),
            ("application_security_group_id", "ID of the application security group."),
        ],
        by: "|",
    };
    const TIMEOUTS: Timeouts = Timeouts::minutes(60);
    fn types() -> &'static [&'static str] {
        &[ENDPOINT]
    }

    const AZURERM: &'static [AzurermType] =
        &[AzurermType::all("azurerm_private_endpoint_application_security_group_association")];
    const AZAPI: &'static [&'static str] = &[];

    fn how(&self) -> WriteMethod {
        WriteMethod::Put
    }

    fn api(&self) -> &'static str {
        PRIVATE_ENDPOINT.api_version
    }

    fn object(&self) -> Result<ObjectRef<Self>, Diagnostic> {
        validators::parse(&self.private_endpoint_id, "private_endpoint_id").map(ObjectRef::Id)
    }

    fn set_id(&mut self, object: &ResourceId) {
        self.id.set(format!("{object}|{}", self.application_security_group_id));
    }

    fn imported(id: &str) -> Result<String, Diagnostic> {
        let (endpoint, group) = pair(id).ok_or_else(|| no_pair(id))?;
        Ok(format!("{}|{}", endpoint.canonical(ENDPOINT), group.canonical(GROUP)))
    }

    fn locate(&mut self) -> Result<(), Diagnostic> {
        let id = self.id.get().cloned().unwrap_or_default();
        let (endpoint, group) = pair(&id).ok_or_else(|| no_pair(&id))?;
        self.private_endpoint_id = endpoint.as_str().to_owned();
        self.application_security_group_id = group.as_str().to_owned();
        Ok(())
    }

    fn guard(&self, live: &Json, new: bool, _reader: &Reader) -> Verdict {
        if !(new && self.holds(live)) {
            return Verdict::default();
        }
        let id = format!("{}|{}", self.private_endpoint_id, self.application_security_group_id);
        let summary = "The private endpoint already belongs to the application security group";
        let detail = format!(
            "Another configuration created the membership. To manage the membership here, import \
             it, with the resource's name for NAME:\n\n{}",
            import_block(Self::NAME, &id)
        );
        let path = Path::of("application_security_group_id");
        let refusal = Diagnostic::error(summary, detail).at(path);
        Verdict { refusal: Some(refusal), ..Verdict::default() }
    }

    fn write(&self, live: &Json) -> Option<Json> {
        if self.holds(live) {
            return None;
        }
        let own = json!({"id": self.application_security_group_id});
        Some(list(&groups(live).cloned().chain([own]).collect::<Vec<_>>()))
    }

    fn read(&mut self, live: &Json, importing: bool) -> serde_json::Result<bool> {
        array(live, "/properties/applicationSecurityGroups")?;
        let own = groups(live).find(|group| self.is_ours(group));
        if let (true, Some(id)) = (importing, own.and_then(|group| group["id"].as_str())) {
            self.application_security_group_id = id.to_owned();
        }
        Ok(own.is_some())
    }

    fn on_destroy(&self, live: &Json) -> OnDestroy {
        if !self.holds(live) {
            return OnDestroy::Retain;
        }
        let others = groups(live).filter(|group| !self.is_ours(group)).cloned();
        OnDestroy::Write(list(&others.collect::<Vec<_>>()))
    }
}

/// Returns the two IDs in an association's ID.
fn pair(text: &str) -> Option<(ResourceId, ResourceId)> {
    let (endpoint, group) = text.split_once('|')?;
    let endpoint = ResourceId::parse(endpoint).ok().filter(|id| id.is_type(ENDPOINT))?;
    let group = ResourceId::parse(group).ok().filter(|id| id.is_type(GROUP))?;
    Some((endpoint, group))
}

fn no_pair(text: &str) -> Diagnostic {
    let scope = "/subscriptions/GUID/resourceGroups/GROUP/providers";
    Diagnostic::error(
        format!("{text:?} is not the ID of an association"),
        format!("Expected two IDs separated by `|`: {scope}/{ENDPOINT}/NAME|{scope}/{GROUP}/NAME"),
    )
}

fn same_pair(left: &Value, right: &Value) -> bool {
    matches!((left.as_str(), right.as_str()), (Some(a), Some(b)) if a.eq_ignore_ascii_case(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn association() -> SecurityGroupAssociation {
        SecurityGroupAssociation {
            id: Computed::default(),
            private_endpoint_id: "/pe".to_owned(),
            application_security_group_id: "/own".to_owned(),
        }
    }

    #[test]
    fn other_groups_stay() {
        let check = |before: &[&str], held: Option<&[&str]>, left: Option<&[&str]>| {
            let ids = |ids: &[&str]| ids.iter().map(|id| json!({"id": id})).collect::<Vec<_>>();
            let body = |groups: &[&str]| list(&ids(groups));
            let live = body(before);
            assert_eq!(association().write(&live), held.map(body), "{before:?}");
            let leaving = match association().on_destroy(&live) {
                OnDestroy::Write(body) => Some(body),
                OnDestroy::Retain | OnDestroy::Delete => None,
            };
            assert_eq!(leaving, left.map(body), "{before:?}");
        };
        check(&[], Some(&["/own"]), None);
        check(&["/a", "/b"], Some(&["/a", "/b", "/own"]), None);
        check(&["/a", "/OWN", "/b"], None, Some(&["/a", "/b"]));
        check(&["/own"], None, Some(&[]));
    }
}
