//! One set of jobs in the configuration of each provider that `bench` compares.

use std::path::Path;

use crate::emulator::Emulator;
use crate::failure::{Context as _, Result};

/// A provider whose configurations `bench` can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Azureai,
    /// azurerm 5 or later, which names the zone of a link or record by its ID.
    Azurerm,
    Azapi,
}

/// Virtual network, subnet and workspace of the emulator's default world.
const LOCALS: &str = r#"
locals {
  group     = "GROUP"
  network   = "GROUP/providers/Microsoft.Network/virtualNetworks/vnet-ai"
  workspace = "GROUP/providers/Microsoft.MachineLearningServices/workspaces/airef-hub"
  zones     = toset(["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"])
}
"#;

/// Two zones with a link each, and an endpoint with a zone group, for azureai and azurerm.
const JOB: &str = r#"
resource "PREFIX_private_dns_zone" "all" {
  for_each            = local.zones
  name                = each.value
  resource_group_name = "rg-ai"
}

resource "PREFIX_private_dns_zone_virtual_network_link" "all" {
  for_each            = PREFIX_private_dns_zone.all
  name                = "link"
  private_dns_zone_id = each.value.id
  virtual_network_id  = local.network
}

resource "PREFIX_private_endpoint" "hub" {
  name                = "pe-bench"
  location            = "eastus"
  resource_group_name = "rg-ai"
  subnet_id           = "${local.network}/subnets/snet-pe"

  private_service_connection {
    name                           = "hub"
    private_connection_resource_id = local.workspace
    subresource_names              = ["amlworkspace"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [for zone in PREFIX_private_dns_zone.all : zone.id]
  }
}
"#;

/// The job for azapi, which needs a separate resource for the zone group.
const AZAPI_JOB: &str = r#"
resource "azapi_resource" "zone" {
  for_each  = local.zones
  type      = "Microsoft.Network/privateDnsZones@2024-06-01"
  name      = each.value
  parent_id = local.group
  location  = "global"
  body      = {}
}

resource "azapi_resource" "link" {
  for_each  = azapi_resource.zone
  type      = "Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01"
  name      = "link"
  parent_id = each.value.id
  location  = "global"
  body = {
    properties = { registrationEnabled = false, virtualNetwork = { id = local.network } }
  }
}

resource "azapi_resource" "hub" {
  type      = "Microsoft.Network/privateEndpoints@2024-05-01"
  name      = "pe-bench"
  parent_id = local.group
  location  = "eastus"
  body = {
    properties = {
      subnet = { id = "${local.network}/subnets/snet-pe" }
      privateLinkServiceConnections = [{
        name = "hub"
        properties = {
          privateLinkServiceId = local.workspace
          groupIds             = ["amlworkspace"]
        }
      }]
    }
  }
}

resource "azapi_resource" "group" {
  type      = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01"
  name      = "default"
  parent_id = azapi_resource.hub.id
  body = {
    properties = {
      privateDnsZoneConfigs = [for name, zone in azapi_resource.zone : {
        name       = replace(name, ".", "-")
        properties = { privateDnsZoneId = zone.id }
      }]
    }
  }
}
"#;

const RECORDS: &str = r#"
resource "PREFIX_private_dns_zone" "all" {
  name                = "bench.example.org"
  resource_group_name = "rg-ai"
}

resource "PREFIX_private_dns_a_record" "all" {
  count               = COUNT
  name                = "r${count.index}"
  private_dns_zone_id = PREFIX_private_dns_zone.all.id
  ttl                 = 60
  records             = ["10.0.1.9"]
}
"#;

const AZAPI_RECORDS: &str = r#"
resource "azapi_resource" "zone" {
  type      = "Microsoft.Network/privateDnsZones@2024-06-01"
  name      = "bench.example.org"
  parent_id = local.group
  location  = "global"
  body      = {}
}

resource "azapi_resource" "record" {
  count     = COUNT
  type      = "Microsoft.Network/privateDnsZones/A@2024-06-01"
  name      = "r${count.index}"
  parent_id = azapi_resource.zone.id
  body = {
    properties = { ttl = 60, aRecords = [{ ipv4Address = "10.0.1.9" }] }
  }
}
"#;

impl Dialect {
    /// Returns the dialect of a program, by its file name: `terraform-provider-azurerm_v5.2.0`.
    ///
    /// # Errors
    ///
    /// If the name is not that of one of the three providers.
    pub(super) fn of(program: &Path) -> Result<Self> {
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let rest = name.strip_prefix("terraform-provider-").unwrap_or_default();
        let known = [Self::Azureai, Self::Azurerm, Self::Azapi];
        let is_its = |it: &Self| {
            rest.strip_prefix(it.name()).is_some_and(|end| end.is_empty() || !starts_word(end))
        };
        known.into_iter().find(is_its).context(format!(
            "{name} is not a program that can be measured. Its name must begin with \
             terraform-provider- and azureai, azurerm or azapi"
        ))
    }

    /// Prefix of the provider's resource types.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Azureai => "azureai",
            Self::Azurerm => "azurerm",
            Self::Azapi => "azapi",
        }
    }

    /// Source address of the provider, with the registry's host.
    pub(super) fn address(self) -> &'static str {
        match self {
            Self::Azureai => "registry.terraform.io/azureai/azureai",
            Self::Azurerm => "registry.terraform.io/hashicorp/azurerm",
            Self::Azapi => "registry.terraform.io/azure/azapi",
        }
    }

    /// Returns the variables that the provider needs in addition to those of azureai.
    pub(super) fn environment(self, emulator: &Emulator) -> Result<Vec<(&'static str, String)>> {
        let base = emulator.fact("base")?;
        Ok(match self {
            Self::Azureai | Self::Azurerm => Vec::new(),
            // azapi does not read `ARM_METADATA_HOSTNAME` (its provider.go, 2.12.0).
            Self::Azapi => vec![
                ("ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST", base.to_owned()),
                ("ARM_RESOURCE_MANAGER_ENDPOINT", base.to_owned()),
                ("ARM_RESOURCE_MANAGER_AUDIENCE", base.to_owned()),
                ("ARM_DISABLE_INSTANCE_DISCOVERY", "true".to_owned()),
            ],
        })
    }

    /// Returns the private link job: two zones, two links, and an endpoint with a zone group, in a
    /// resource group with this ID.
    pub(super) fn job(self, group: &str) -> String {
        self.whole(group, if self == Self::Azapi { AZAPI_JOB } else { JOB })
    }

    /// Returns a zone with this many A records.
    pub(super) fn records(self, group: &str, count: usize) -> String {
        let records = if self == Self::Azapi { AZAPI_RECORDS } else { RECORDS };
        self.whole(group, &records.replace("COUNT", &count.to_string()))
    }

    fn whole(self, group: &str, resources: &str) -> String {
        let (_, source) = self.address().split_once('/').unwrap_or_default();
        let name = self.name();
        let provider = match self {
            Self::Azurerm => {
                "provider \"azurerm\" {\n  features {}\n  \
                              resource_provider_registrations = \"none\"\n}\n"
            }
            Self::Azapi => "provider \"azapi\" {\n  environment = \"custom\"\n}\n",
            Self::Azureai => "",
        };
        format!(
            "terraform {{\n  required_providers {{\n    {name} = {{ source = \"{source}\" }}\n  \
             }}\n}}\n{provider}{}{}",
            LOCALS.replace("GROUP", group),
            resources.replace("PREFIX", name)
        )
    }
}

fn starts_word(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_known_by_its_file_name() {
        let of = |name: &str| Dialect::of(Path::new(name)).ok();
        assert_eq!(of("/a/terraform-provider-azurerm_v5.2.0_x5"), Some(Dialect::Azurerm));
        assert_eq!(of("terraform-provider-azapi.exe"), Some(Dialect::Azapi));
        assert_eq!(of("terraform-provider-azureai"), Some(Dialect::Azureai));
        assert_eq!(of("terraform-provider-azuread"), None);
        assert_eq!(of("terraform-provider-azureaix"), None);
        assert_eq!(of("azapi"), None);
    }
}
