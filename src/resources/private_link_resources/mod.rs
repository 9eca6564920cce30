//! `azureai_private_link_resources`, the data source

use crate::engine::prelude::*;
use crate::private_link::environment::Environment;
use crate::private_link::services::{self, service_of};
use crate::resources::common::private_link_target::{TARGET, children};

/// Lists the parts of a resource that private endpoints can reach, as the resource reports them:
/// the groups, their members, and the private DNS zones of each group.
#[derive(Model, Clone, Debug)]
pub struct PrivateLinkResources {
    /// ID of the resource: a workspace, a storage account, a Cosmos DB account, or any other
    /// resource with Private Link.
    #[tf(check = validators::id_of(services::types()))]
    target_resource_id: String,
    /// ID of the resource.
    id: Computed<String>,
    /// Groups of the resource, sorted by group ID.
    resources: Computed<Vec<Resource>>,
}

/// A part of a resource that private endpoints can reach.
#[derive(Object, Clone, Debug, PartialEq)]
struct Resource {
    /// Group ID, for `subresource_names` of a private endpoint.
    group_id: String,
    /// Members of the group. A private endpoint has an address for each.
    required_members: Vec<String>,
    /// Names of the private DNS zones that Azure returns for the group.
    required_zone_names: Vec<String>,
    /// Names of the private DNS zones that a private endpoint needs in the provider's cloud,
    /// according to Microsoft's table. For a group or cloud outside the table, the names in
    /// `required_zone_names`.
    zone_names_for_environment: Vec<String>,
}

impl ArmDataSource for PrivateLinkResources {
    const NAME: &'static str = "azureai_private_link_resources";

    fn read(&mut self, reader: &Reader, _defaults: &Defaults) -> Result<(), Diagnostics> {
        let id = validators::parse(&self.target_resource_id, TARGET)?;
        let listed: Vec<ResourceBody> = {
            let service = service_of(&id);
            let api_version = service.map_or("", |it| it.arm_type.api_version);
            children(reader, &id, api_version, "privateLinkResources")?
        };
        let listed = listed.into_iter().map(|it| it.properties);
        let mut resources: Vec<Resource> =
            listed.map(|it| Resource::of(it, &id, reader.environment())).collect();
        resources.sort_by(|left, right| left.group_id.cmp(&right.group_id));
        self.id.set(id.as_str().to_owned());
        self.resources.set(resources);
        Ok(())
    }
}

impl Resource {
    fn of(group: ResourceProperties, id: &ResourceId, environment: Option<Environment>) -> Self {
        let known = service_of(id)
            .zip(environment)
            .and_then(|(service, environment)| service.zones(&group.group_id, environment))
            .filter(|zones| zones.iter().all(|zone| !zone.contains('{')))
            .map(|zones| zones.into_iter().map(str::to_owned).collect());
        let required = group.required_zone_names;
        Self {
            group_id: group.group_id,
            required_members: group.required_members,
            zone_names_for_environment: known.unwrap_or_else(|| required.clone()),
            required_zone_names: required,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ResourceBody {
    properties: ResourceProperties,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ResourceProperties {
    group_id: String,
    required_members: Vec<String>,
    required_zone_names: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::decode::from_json;
    use crate::private_link::arm_types::CONTAINER_REGISTRY;
    use serde_json::json;

    fn zones(environment: Option<Environment>, group: &str) -> Vec<String> {
        let id = ResourceId::in_group(
            "00000000-0000-0000-0000-000000000000",
            "rg",
            CONTAINER_REGISTRY.name,
            "acr",
        );
        let group = from_json(&json!({
            "groupId": group,
            "requiredMembers": null,
            "requiredZoneNames": ["privatelink.azurecr.io", "eastus.data.privatelink.azurecr.io"],
        }));
        Resource::of(group.unwrap(), &id, environment).zone_names_for_environment
    }

    #[test]
    fn zones_come_from_the_table_and_otherwise_from_azure() {
        let public = zones(Some(Environment::Public), "Registry");
        assert_eq!(public, ["privatelink.azurecr.io"]);
        let china = zones(Some(Environment::China), "registry");
        assert_eq!(china, ["privatelink.azurecr.cn"]);
        assert_eq!(zones(None, "registry").len(), 2);
        assert_eq!(zones(Some(Environment::Public), "new").len(), 2);
    }
}
