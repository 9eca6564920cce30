//! Configuration that many acceptance tests share.

use crate::cloud::Cloud;

/// Provider block of a test without its own. The provider does not retry a denied request, because
/// a denied permission stays denied.
pub const PROVIDER: &str = "provider \"azureai\" {\n  rbac_propagation_timeout = \"0s\"\n}\n";

/// Returns the beginning of every configuration: the provider, and the IDs of existing objects.
pub fn opening(cloud: &Cloud) -> String {
    format!(
        r#"terraform {{
  required_providers {{
    azureai = {{ source = "azureai/azureai" }}
  }}
}}

{PROVIDER}
locals {{
  group     = "{group}"
  network   = "${{local.group}}/providers/Microsoft.Network"
  vnet      = "${{local.network}}/virtualNetworks/vnet-ai"
  subnet    = "${{local.vnet}}/subnets/snet-pe"
  workspace = "${{local.group}}/providers/Microsoft.MachineLearningServices/workspaces/airef-hub"
  vault     = "${{local.group}}/providers/Microsoft.KeyVault/vaults/airefkv"
  storage   = "${{local.group}}/providers/Microsoft.Storage/storageAccounts/airefstorage"
}}
"#,
        group = cloud.group()
    )
}

/// Zone called `api` with only the required arguments.
pub const ZONE: &str = r#"
resource "azureai_private_dns_zone" "api" {
  name                = "privatelink.api.azureml.ms"
  resource_group_name = "rg-ai"
}
"#;

/// Link of [`ZONE`] to the network.
pub const LINK: &str = r#"
resource "azureai_private_dns_zone_virtual_network_link" "api" {
  name                = "link-vnet-ai"
  private_dns_zone_id = azureai_private_dns_zone.api.id
  virtual_network_id  = local.vnet
}
"#;

/// Endpoint to the workspace, called `hub`, without a zone group.
pub const ENDPOINT: &str = r#"
resource "azureai_private_endpoint" "hub" {
  name                = "pe-hub"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "workspace"
    private_connection_resource_id = local.workspace
    subresource_names              = ["amlworkspace"]
  }
}
"#;

/// Zone group of [`ENDPOINT`], as a block in it.
pub const INLINE_GROUP: &str = r#"
  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [azureai_private_dns_zone.api.id]
  }
"#;

/// Returns [`ENDPOINT`] with these arguments.
pub fn endpoint_with(more: &str) -> String {
    with(ENDPOINT, more)
}

/// Returns a resource with these arguments at its end.
pub fn with(resource: &str, more: &str) -> String {
    format!("{}\n{more}}}\n", resource.trim_end().trim_end_matches('}'))
}

/// Zone group of [`ENDPOINT`] with [`ZONE`], as a resource.
pub const GROUP: &str = r#"
resource "azureai_private_dns_zone_group" "hub" {
  name                = "default"
  private_endpoint_id = azureai_private_endpoint.hub.id

  private_dns_zone_config {
    name                = "api"
    private_dns_zone_id = azureai_private_dns_zone.api.id
  }
}
"#;

/// Flag of the workspace, disabled.
pub const FLAG: &str = r#"
resource "azureai_public_network_access" "hub" {
  resource_id           = local.workspace
  public_network_access = "Disabled"
  on_destroy            = "restore"
  depends_on            = [azureai_private_endpoint.hub]
}
"#;

/// Everything that the hub needs except the flag: zones, links, and an endpoint with a zone group.
pub const GROUND: &str = r#"
resource "azureai_private_dns_zone" "hub" {
  for_each            = toset(["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"])
  name                = each.value
  resource_group_name = "rg-ai"
}

resource "azureai_private_dns_zone_virtual_network_link" "hub" {
  for_each            = azureai_private_dns_zone.hub
  name                = "link-vnet-ai"
  private_dns_zone_id = each.value.id
  virtual_network_id  = local.vnet
}

resource "azureai_private_endpoint" "hub" {
  name                = "pe-hub"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "workspace"
    private_connection_resource_id = local.workspace
    subresource_names              = ["amlworkspace"]
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [for zone in azureai_private_dns_zone.hub : zone.id]
  }
}
"#;

/// Returns one resource of each kind, connected with one another.
pub fn one_of_each() -> String {
    [ZONE, LINK, ENDPOINT, GROUP, FLAG].concat()
}

/// Returns the address and the ID of each resource of [`one_of_each`].
pub fn where_each_is(cloud: &Cloud) -> [(&'static str, String); 5] {
    let zone = cloud.id(ZONE_PATH);
    let endpoint = cloud.id(ENDPOINT_PATH);
    [
        ("azureai_private_dns_zone.api", zone.clone()),
        (
            "azureai_private_dns_zone_virtual_network_link.api",
            format!("{zone}/virtualNetworkLinks/link-vnet-ai"),
        ),
        ("azureai_private_endpoint.hub", endpoint.clone()),
        ("azureai_private_dns_zone_group.hub", format!("{endpoint}/privateDnsZoneGroups/default")),
        ("azureai_public_network_access.hub", cloud.id(WORKSPACE_PATH)),
    ]
}

/// Paths of the zone, the endpoint, and the workspace below the resource group.
pub const ZONE_PATH: &str = "Microsoft.Network/privateDnsZones/privatelink.api.azureml.ms";
pub const ENDPOINT_PATH: &str = "Microsoft.Network/privateEndpoints/pe-hub";
pub const WORKSPACE_PATH: &str = "Microsoft.MachineLearningServices/workspaces/airef-hub";

/// Returns the ID in alternating upper and lower case.
pub fn odd_casing(id: &str) -> String {
    let odd = |(index, letter): (usize, char)| {
        if index % 2 == 0 { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
    };
    id.chars().enumerate().map(odd).collect()
}
