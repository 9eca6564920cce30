//! `azureai_private_link_resources`, the data source

use crate::arm::{Beside, Home};
use crate::lookup::{ArmData, Seen, Target};
use crate::{check, private_link};
use azure::id::ResourceId;
use plugin::diagnostic::Diagnostic;
use plugin::field::Computed;
use plugin::model::{Model, Object};
use plugin::path::Path;
use serde::Deserialize;
use serde_json::Value as Json;

/// Lists what private endpoints can reach in a resource, as the resource itself says it: the
/// groups, their members, and the private DNS zones that each needs.
#[derive(Model, Clone, Debug)]
pub struct PrivateLinkResources {
    /// ID of the resource: a workspace, a storage account, a key vault, a container registry, an AI
    /// services account or a search service.
    #[tf(check = check::id_of(private_link::TYPES))]
    target_resource_id: String,
    /// ID of the resource.
    id: Computed<String>,
    /// The groups, in the order of their IDs.
    resources: Computed<Vec<Resource>>,
}

/// A part of a resource that private endpoints can reach.
#[derive(Object, Clone, Debug, PartialEq)]
struct Resource {
    /// The group ID, for `subresource_names` of an endpoint.
    group_id: String,
    /// The members of the group: an endpoint has an address for each.
    required_members: Vec<String>,
    /// The private DNS zones that Azure names for the group.
    required_zone_names: Vec<String>,
    /// The private DNS zones that a zone group of an endpoint needs in the provider's cloud, by
    /// Microsoft's table; those that Azure names, for a group or a cloud that is not in it.
    zone_names_for_environment: Vec<String>,
}

const LIST: &str = "privateLinkResources";

impl ArmData for PrivateLinkResources {
    const NAME: &'static str = "azureai_private_link_resources";
    const LABEL: &'static str = "resource";

    fn api(id: &ResourceId) -> &'static str {
        private_link::target(&id.resource_type()).map_or("", |target| target.api)
    }

    fn target(&self, _home: &Home) -> Result<Target, Diagnostic> {
        check::parse(&self.target_resource_id, "target_resource_id").map(Target::Id)
    }

    fn named_by(&self) -> Path {
        Path::of("target_resource_id")
    }

    fn beside(id: &ResourceId, _body: &Json) -> Vec<Beside> {
        vec![Beside::children(LIST, id.clone(), Self::api(id), LIST)]
    }

    fn read(&mut self, seen: &Seen<'_>) -> serde_json::Result<()> {
        self.id.set(seen.id.as_str().to_owned());
        let listed = seen.beside.get(LIST).cloned().unwrap_or_default();
        let listed = Option::<Vec<Wire>>::deserialize(listed)?.unwrap_or_default();
        let of = listed.into_iter().map(|it| Resource::of(it.properties, seen));
        let mut resources: Vec<Resource> = of.collect();
        resources.sort_by(|left, right| left.group_id.cmp(&right.group_id));
        self.resources.set(resources);
        Ok(())
    }
}

impl Resource {
    fn of(group: Group, seen: &Seen<'_>) -> Self {
        let required = group.required_zone_names.unwrap_or_default();
        let known = private_link::target(&seen.id.resource_type())
            .zip(seen.environment)
            .and_then(|(target, environment)| target.zones(&group.group_id, environment))
            .map(|zones| zones.into_iter().map(str::to_owned).collect());
        Self {
            group_id: group.group_id,
            required_members: group.required_members.unwrap_or_default(),
            zone_names_for_environment: known.unwrap_or_else(|| required.clone()),
            required_zone_names: required,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wire {
    properties: Group,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Group {
    group_id: String,
    required_members: Option<Vec<String>>,
    required_zone_names: Option<Vec<String>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arm::Found;
    use crate::private_link::Environment;
    use azure::credential::Claims;
    use serde_json::json;

    fn zones(environment: Option<Environment>, group: &str) -> Vec<String> {
        let id = ResourceId::in_group(
            "00000000-0000-0000-0000-000000000000",
            "rg",
            "Microsoft.ContainerRegistry/registries",
            "acr",
        );
        let seen = Seen {
            id: &id,
            body: &Json::Null,
            beside: &Found::default(),
            environment,
            claims: &Claims::default(),
        };
        let group = serde_json::from_value(json!({
            "groupId": group,
            "requiredMembers": null,
            "requiredZoneNames": ["privatelink.azurecr.io", "eastus.data.privatelink.azurecr.io"],
        }));
        Resource::of(group.unwrap(), &seen).zone_names_for_environment
    }

    #[test]
    fn the_table_knows_the_zones_of_each_cloud_and_else_azure_does() {
        let public = zones(Some(Environment::Public), "Registry");
        assert_eq!(public, ["privatelink.azurecr.io"]);
        let china = zones(Some(Environment::China), "registry");
        assert_eq!(china, ["privatelink.azurecr.cn"]);
        assert_eq!(zones(None, "registry").len(), 2);
        assert_eq!(zones(Some(Environment::Public), "new").len(), 2);
    }
}
