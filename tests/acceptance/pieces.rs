//! Configuration that many stories share.

use crate::cloud::Cloud;

/// The provider block of a story that does not bring its own. A right that is denied stays so.
pub const PROVIDER: &str = "provider \"azureai\" {\n  rbac_propagation_timeout = \"0s\"\n}\n";

/// What stands before every configuration: the provider, and the names of what already exists.
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

/// A zone called `api` with nothing but what it needs.
pub const ZONE: &str = r#"
resource "azureai_private_dns_zone" "api" {
  name                = "privatelink.api.azureml.ms"
  resource_group_name = "rg-ai"
}
"#;

/// A link of that zone to the network.
pub const LINK: &str = r#"
resource "azureai_private_dns_zone_virtual_network_link" "api" {
  name                = "link-vnet-ai"
  private_dns_zone_id = azureai_private_dns_zone.api.id
  virtual_network_id  = local.vnet
}
"#;

/// An endpoint to the workspace, called `hub`, without a zone group.
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

/// A zone group for that endpoint as a block in it.
pub const INLINE_GROUP: &str = r#"
  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [azureai_private_dns_zone.api.id]
  }
"#;

/// That endpoint with something more in it.
pub fn endpoint_with(more: &str) -> String {
    with(ENDPOINT, more)
}

/// A resource with something more at its end.
pub fn with(resource: &str, more: &str) -> String {
    format!("{}\n{more}}}\n", resource.trim_end().trim_end_matches('}'))
}

/// The zone group that joins the two.
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

/// The workspace's flag, off.
pub const FLAG: &str = r#"
resource "azureai_public_network_access" "hub" {
  resource_id           = local.workspace
  public_network_access = "Disabled"
  on_destroy            = "restore"
  depends_on            = [azureai_private_endpoint.hub]
}
"#;

/// All that the hub needs, but for the flag: zones, links, and an endpoint with a zone group.
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

/// One resource of each kind, all of them joined.
pub fn one_of_each() -> String {
    [ZONE, LINK, ENDPOINT, GROUP, FLAG].concat()
}

/// The address of each of these resources and where it is in Azure.
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

/// Where things are below the resource group.
pub const ZONE_PATH: &str = "Microsoft.Network/privateDnsZones/privatelink.api.azureml.ms";
pub const ENDPOINT_PATH: &str = "Microsoft.Network/privateEndpoints/pe-hub";
pub const WORKSPACE_PATH: &str = "Microsoft.MachineLearningServices/workspaces/airef-hub";

/// Words for the same resource in a casing that nobody would choose.
pub fn odd_casing(id: &str) -> String {
    let odd = |(index, letter): (usize, char)| {
        if index % 2 == 0 { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
    };
    id.chars().enumerate().map(odd).collect()
}
